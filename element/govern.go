package element

// #include "glue.h"
import "C"

import (
	"time"
)

// now is the time that the governor goes by.
func now() time.Duration { return time.Since(epoch) }

var epoch = time.Now()

// heard is what the latest QoS event said.
type heard struct {
	late       time.Duration
	proportion float64
}

// takeTurn asks the governor how the next frame is made, and announces a change.
func (f *filter) takeTurn(ladder *ladder, src *C.GstVideoFrame, buffer *C.GstBuffer, budget float64) turn {
	running := C.gst_segment_to_running_time(&f.element.parent.element.segment, C.GST_FORMAT_TIME, C.guint64(buffer.pts))
	known := running != noTime
	if !known {
		running = 0
	}
	f.governing.Lock()
	s := situation{
		now:     now(),
		running: time.Duration(running),
		period:  f.pace.next(time.Duration(running), known),
		budget:  budget,
	}
	g := &f.governor
	g.available = ladder.available()
	if g.seeksCut(s.now) {
		s.cut = f.scene.cut(pictureOf(src))
	} else {
		f.scene.forget()
	}
	turn := g.decide(s)
	live := g.live
	f.governing.Unlock()
	if turn.changed {
		f.announce(ladder, turn, buffer, live)
	}
	return turn
}

// announce tells the bus, in the words of GStreamer's QoS, that frames are made
// otherwise from this one on.
func (f *filter) announce(ladder *ladder, turn turn, buffer *C.GstBuffer, live bool) {
	f.log(C.GST_LEVEL_INFO, "tier %s instead of %s from this frame on", ladder.engines[turn.step].label, ladder.engines[turn.before].label)
	transform := &f.element.parent.element
	f.governing.Lock()
	heard := f.heard
	f.governing.Unlock()
	frames, dropped := f.stats.change()
	message := C.gst_message_new_qos(&transform.element.object, boolean(live),
		C.gst_segment_to_running_time(&transform.segment, C.GST_FORMAT_TIME, C.guint64(buffer.pts)),
		C.gst_segment_to_stream_time(&transform.segment, C.GST_FORMAT_TIME, C.guint64(buffer.pts)),
		C.guint64(buffer.pts), C.guint64(buffer.duration))
	C.gst_message_set_qos_values(message, C.gint64(heard.late), C.gdouble(heard.proportion), C.gint(ladder.qualityOf(turn.step)))
	C.gst_message_set_qos_stats(message, C.GST_FORMAT_BUFFERS, C.guint64(frames), C.guint64(dropped))
	C.gst_element_post_message(&transform.element, message)
}

// qualityOf returns GStreamer's figure for a step: a million for the best one
// that there is, and for the others as much less as they are steps below it.
func (l *ladder) qualityOf(s step) int {
	const best = 1000000
	all, from := 0, 0
	for other, engine := range l.engines {
		if engine == nil {
			continue
		}
		all++
		if step(other) >= s {
			from++
		}
	}
	return best * from / all
}

// account lets the governor learn from a frame, of which a share was computed, and
// the pipeline know if frames take longer than it was told.
func (f *filter) account(turn turn, took time.Duration, share float64) {
	f.governing.Lock()
	g := &f.governor
	g.measured(turn.step, took, share, now())
	raised := g.costs.run >= enoughForLatency && f.latency.cover(g.costs.percentile(turn.step), g.period)
	live := g.live
	f.governing.Unlock()
	if raised && live {
		f.tellLatency()
	}
}

// enoughForLatency is how many frames are timed before the latency goes by them.
const enoughForLatency = 10

// expect takes the size and the rate of the frames to come, and tells the
// pipeline how long they will take.
func (f *filter) expect(ladder *ladder, in *C.GstVideoInfo, budget float64) {
	upstreamIsLive := f.upstreamIsLive()
	f.governing.Lock()
	g := &f.governor
	g.live = g.live || upstreamIsLive
	f.pace.negotiated(int(in.fps_n), int(in.fps_d))
	g.available = ladder.available()
	g.resize(frameSize{int(in.width), int(in.height), ladder.choice.scale})
	raised := f.latency.cover(g.costs.percentile(g.planned(f.pace.nominal, budget, now())), f.pace.nominal)
	live := g.live
	f.governing.Unlock()
	if raised && live {
		f.tellLatency()
	}
}

// What is done with a QoS event of downstream.
const (
	qosChain = C.SUPERRES_QOS_CHAIN
	qosKeep  = C.SUPERRES_QOS_KEEP
)

// superresHearQoS takes what a QoS event says and answers what to do with it.
// With a choice between steps, the base class is not told that frames are late, as
// it would leave frames out, nor is what is upstream, until there is no quicker
// step left.
//
//export superresHearQoS
func superresHearQoS(self *C.GstSuperres, proportion C.gdouble, late C.GstClockTimeDiff, timestamp C.GstClockTime) (answer C.GstSuperresQos) {
	answer = qosChain
	defer recovered(self, "src_event")
	f := filterOf(self)
	f.governing.Lock()
	defer f.governing.Unlock()
	f.heard.late, f.heard.proportion = time.Duration(late), float64(proportion)
	g := &f.governor
	if !g.governs() || timestamp == noTime {
		return qosChain
	}
	g.heard(now(), time.Duration(timestamp), time.Duration(late))
	if late > 0 && !g.hopeless() {
		return qosKeep
	}
	return qosChain
}
