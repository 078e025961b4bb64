package element

// #include "glue.h"
import "C"

import "time"

// latency is how much later than they came in frames leave, as the element tells
// a live pipeline. A sink that knew nothing of it would find every frame late
// that takes longer than the sink's own allowance. It goes in steps, and up only,
// because whenever it changes the picture stands still for a moment.
type latency struct{ told time.Duration }

const latencyStep = 5 * time.Millisecond

// cover raises the latency to what frames need, if it is less. More than a
// frame's duration is of no use: then frames come in faster than they leave, and
// whatever the latency is, they will be late in the end.
func (l *latency) cover(needed, period time.Duration) (raised bool) {
	if period > 0 {
		needed = min(needed, period)
	}
	needed = (needed + latencyStep - 1) / latencyStep * latencyStep
	if needed <= l.told {
		return false
	}
	l.told = needed
	return true
}

// superresAnswerLatency adds the element's own latency to the answer of what is
// upstream. Only live pipelines have one.
//
//export superresAnswerLatency
func superresAnswerLatency(self *C.GstSuperres, query *C.GstQuery) {
	defer recovered(self, "query")
	f := filterOf(self)
	var live C.gboolean
	var least, most C.GstClockTime
	C.gst_query_parse_latency(query, &live, &least, &most)
	f.governing.Lock()
	f.governor.live = live != 0
	own := C.GstClockTime(f.latency.told)
	f.governing.Unlock()
	if live == 0 {
		return
	}
	least += own
	if most != noTime {
		most += own
	}
	C.gst_query_set_latency(query, live, least, most)
}

// upstreamIsLive asks what is upstream. It is asked when caps have come: a source
// may not know before, when the pipeline asks, and not every application has it
// ask again.
func (f *filter) upstreamIsLive() bool {
	query := C.gst_query_new_latency()
	defer C.gst_query_unref(query)
	if C.gst_pad_peer_query(f.element.parent.element.sinkpad, query) == 0 {
		return false
	}
	var live C.gboolean
	var least, most C.GstClockTime
	C.gst_query_parse_latency(query, &live, &least, &most)
	return live != 0
}

// tellLatency asks the application to have the pipeline's latency worked out
// anew.
func (f *filter) tellLatency() {
	element := &f.element.parent.element.element
	C.gst_element_post_message(element, C.gst_message_new_latency(&element.object))
}
