// Package element is the GStreamer element superres: a GstVideoFilter that
// doubles the width and the height of raw video, or restores it at its size, with
// a generator of package model, or by Lanczos interpolation.
//
// The class is made in C (glue.c), because GStreamer wants C structures and
// function pointers; what each method does is here. A frame's way is
// superresTransform in transform.go, from top to bottom.
//
// The package works in any process: in the plugin, which calls [Register] when
// GStreamer loads it, and in a Go program that calls it with no plugin.
package element

// #cgo pkg-config: gstreamer-1.0 gstreamer-base-1.0 gstreamer-video-1.0
// #cgo CFLAGS: -Wall -Wextra -Werror -D_GNU_SOURCE
// #cgo LDFLAGS: -ldl
// #include <dlfcn.h>
// #include "glue.h"
import "C"

import (
	"path/filepath"
	"runtime/cgo"
	"sync"
	"sync/atomic"
	"unsafe"

	"gst-superres/model"
)

// Register makes the element known to GStreamer, with rank NONE, as a feature
// of plugin (a *GstPlugin) or, if plugin is nil, of the process alone. It loads
// no library and opens no file. It returns false if GStreamer refuses.
func Register(plugin unsafe.Pointer) bool {
	pluginDirectory = directoryOfThisCode()
	return C.superres_register((*C.GstPlugin)(plugin)) != 0
}

// pluginDirectory is where the shared library lies that holds this code, or ""
// if that cannot be told. It is asked for when the element is registered,
// before the host may change its working directory.
var pluginDirectory string

func directoryOfThisCode() string {
	var info C.Dl_info
	if C.dladdr(unsafe.Pointer(C.superres_get_type), &info) == 0 || info.dli_fname == nil {
		return ""
	}
	path, err := filepath.Abs(C.GoString(info.dli_fname))
	if err != nil {
		return ""
	}
	// The plugin may be a link into the folder where ONNX Runtime lies beside it.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	return filepath.Dir(path)
}

// filter is the Go side of one element. The element owns it: it is made in
// instance initialisation and let go in finalize, so element outlives it.
type filter struct {
	element *C.GstSuperres

	mu       sync.Mutex // guards the block below; never held while a message is posted
	settings settings
	running  bool // between start and stop
	scale    int  // that caps are agreed on for: that of settings, once its engine is ready
	depth    int  // bits of a sample of the video; 0: none has come yet

	preparation sync.Mutex                  // one at a time; guards the block below
	generators  map[string]*model.Generator // opened since the start, by name
	prepared    choice                      // handed over last; zero before the first

	provider providerInUse

	preparing sync.WaitGroup                           // preparations while playing
	next      [largestScale + 1]atomic.Pointer[ladder] // prepared, and not yet in use; by scale

	// Of the streaming thread alone.
	current    [largestScale + 1]*ladder // in use, or used last at the scale; by scale
	negotiated int                       // scale of the latest caps
	plain      plain
	detector   detector
	scene      scene

	governing sync.Mutex // guards the block below; never held while anything is posted or pushed
	governor  governor
	pace      pace
	latency   latency
	heard     heard

	interruption interruption

	stats statistics
}

//export superresNew
func superresNew(self *C.GstSuperres) {
	f := &filter{element: self, settings: defaults, scale: defaults.scale, plain: plain{element: self}}
	f.stats.reset(made{score: notMeasured})
	self.handle = C.guintptr(cgo.NewHandle(f))
}

//export superresFree
func superresFree(self *C.GstSuperres) {
	cgo.Handle(self.handle).Delete()
	self.handle = 0
}

func filterOf(self *C.GstSuperres) *filter {
	return cgo.Handle(self.handle).Value().(*filter)
}

// boolean returns C's form of a bool.
func boolean(b bool) C.gboolean {
	if b {
		return C.TRUE
	}
	return C.FALSE
}
