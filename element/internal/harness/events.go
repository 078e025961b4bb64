package harness

// #include "events.h"
import "C"

import (
	"time"
	"unsafe"
)

// Flow is what an element answers to a frame, a GstFlowReturn.
type Flow int

// The answers that tests look for.
const (
	OK       = Flow(C.GST_FLOW_OK)
	Flushing = Flow(C.GST_FLOW_FLUSHING)
	Error    = Flow(C.GST_FLOW_ERROR)
)

// Frame pushes one frame with the timestamp of its number, at 30 frames a second.
func (h *Harness) Frame(number int) Flow { return Flow(C.push_frame(h.harness, C.int(number))) }

// Bytes pushes a buffer of so many bytes, whatever the caps say.
func (h *Harness) Bytes(count int) Flow { return Flow(C.push_bytes(h.harness, C.int(count))) }

// FlushStart begins a flush. It may be called while a frame is pushed.
func (h *Harness) FlushStart() { C.flush_start(h.harness) }

// FlushStop ends a flush, and begins a new segment.
func (h *Harness) FlushStop() { C.flush_stop(h.harness) }

// Late says, as a sink does, that the frame of a number was late.
func (h *Harness) Late(number int, late time.Duration) {
	C.tell_late(h.harness, C.int(number), C.gint64(late))
}

// Latency returns the latency with the element's, where upstream has one.
func (h *Harness) Latency(upstream time.Duration) time.Duration {
	return time.Duration(C.ask_latency(h.harness, C.guint64(upstream)))
}

// Navigate returns where a pointer on the outgoing picture is on the incoming one.
func (h *Harness) Navigate(x, y float64) (inX, inY float64, arrived bool) {
	atX, atY := C.double(x), C.double(y)
	arrived = C.navigate(h.harness, &atX, &atY) != 0
	return float64(atX), float64(atY), arrived
}

// Property returns the value of a property as gst-inspect-1.0 would write it.
func (h *Harness) Property(name string) string {
	property := C.CString(name)
	defer C.free(unsafe.Pointer(property))
	text := C.property_text(h.harness, property)
	defer C.free(unsafe.Pointer(text))
	return C.GoString(text)
}

// Set sets a property from text, as gst-launch-1.0 does.
func (h *Harness) Set(name, text string) {
	property, value := C.CString(name), C.CString(text)
	defer C.free(unsafe.Pointer(property))
	defer C.free(unsafe.Pointer(value))
	C.set_property_text(h.harness, property, value)
}

// SetCaps changes the caps of what comes in.
func (h *Harness) SetCaps(caps string) {
	text := C.CString(caps)
	defer C.free(unsafe.Pointer(text))
	C.gst_harness_set_src_caps_str(h.harness, text)
}

// TakeOnly has downstream take these caps alone from the next change on.
func (h *Harness) TakeOnly(caps string) {
	text := C.CString(caps)
	defer C.free(unsafe.Pointer(text))
	C.gst_harness_set_sink_caps_str(h.harness, text)
}

// Restart takes the element to READY and PAUSED and returns whether that succeeds.
func (h *Harness) Restart() bool { return C.restart(h.harness) != 0 }

// Messages calls act and returns what the element said meanwhile: errors and
// warnings ("error: TEXT"), and that there were messages of QoS and of latency.
func (h *Harness) Messages(act func()) []string {
	bus := C.gather_messages(h.harness)
	defer C.let_go(h.harness, bus)
	act()
	var said []string
	for {
		text := C.next_message(bus)
		if text == nil {
			return said
		}
		said = append(said, C.GoString(text))
		C.free(unsafe.Pointer(text))
	}
}
