// Package harness pushes frames through the element superres in a Go test,
// which cannot use cgo itself.
package harness

// #cgo pkg-config: gstreamer-check-1.0 gstreamer-base-1.0 gstreamer-video-1.0
// #cgo CFLAGS: -Wall -Wextra -Werror
// #include "harness.h"
import "C"

import (
	"errors"
	"unsafe"

	"gst-superres/element"
)

// Harness is one playing element with a test's pads on both sides.
type Harness struct{ harness *C.GstHarness }

// New makes an element with the properties, written as in gst-launch-1.0, and
// caps of its sink pad.
func New(properties, caps string) (*Harness, error) {
	C.gst_init(nil, nil)
	if !element.Register(nil) {
		return nil, errors.New("the element could not be registered")
	}
	line, given := C.CString("superres "+properties), C.CString(caps)
	defer C.free(unsafe.Pointer(line))
	defer C.free(unsafe.Pointer(given))
	harness := C.gst_harness_new_parse(line)
	if harness == nil {
		return nil, errors.New("there is no element superres")
	}
	C.gst_harness_set_src_caps_str(harness, given)
	return &Harness{harness}, nil
}

// Push sends frames through and returns how many came out.
func (h *Harness) Push(frames int) int { return int(C.push_frames(h.harness, C.int(frames))) }

// AskCaps puts caps, and a filter, to the element in every way that a peer can.
// It returns how many critical messages and wrong answers that led to.
func (h *Harness) AskCaps(caps, filter string) int {
	given, within := C.CString(caps), C.CString(filter)
	defer C.free(unsafe.Pointer(given))
	defer C.free(unsafe.Pointer(within))
	return int(C.ask_caps(h.harness, given, within))
}

// SetProperty sets a property from text, as gst-launch-1.0 does, and takes the
// element to READY and PAUSED. It returns how many critical messages that led to.
func (h *Harness) SetProperty(name, text string) int {
	property, value := C.CString(name), C.CString(text)
	defer C.free(unsafe.Pointer(property))
	defer C.free(unsafe.Pointer(value))
	return int(C.set_property(h.harness, property, value))
}

// Close brings the element to NULL and frees it.
func (h *Harness) Close() { C.gst_harness_teardown(h.harness) }
