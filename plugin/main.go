// Command plugin is the shared library libgstsuperres.so: GStreamer's plugin
// description, and the registration of the element. It is built with
// -buildmode=c-shared.
package main

// #cgo pkg-config: gstreamer-1.0
// #cgo CFLAGS: -Wall -Wextra -Werror
// #include <gst/gst.h>
import "C"

import (
	"unsafe"

	"gst-superres/element"
)

//export superresPluginInit
func superresPluginInit(plugin *C.GstPlugin) C.gboolean {
	if element.Register(unsafe.Pointer(plugin)) {
		return C.TRUE
	}
	return C.FALSE
}

func main() {}
