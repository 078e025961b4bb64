package model

// #cgo CFLAGS: -D_GNU_SOURCE
// #cgo LDFLAGS: -ldl
// #include <dlfcn.h>
// #include <stdlib.h>
import "C"

import "unsafe"

// loadApart loads a library so that it finds the functions of its own
// dependencies before those of the host; the wrapper's loading it again then
// changes nothing. Where GStreamer is linked with libunwind, as Debian's is, that
// stands in for half of libgcc's unwinder, and an exception that a provider throws
// when it finds no device ends the process. A failure is the wrapper's to report.
func loadApart(path string) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	C.dlopen(name, C.RTLD_LAZY|C.RTLD_DEEPBIND)
}

// namedRuntime returns the value of the environment variable [RuntimeVariable], or
// "". Go's own copy of the environment is that of the process's start, and an
// application may set the variable later.
func namedRuntime() string {
	name := C.CString(RuntimeVariable)
	defer C.free(unsafe.Pointer(name))
	value := C.getenv(name)
	if value == nil {
		return ""
	}
	return C.GoString(value)
}
