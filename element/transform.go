package element

// #include "glue.h"
import "C"

import (
	"fmt"
	"time"

	"gst-superres/model"
)

// superresTransform is a frame's way through the element: map the two buffers,
// let the engine write the one from the other, count the time. It allocates
// nothing. GStreamer calls it on the streaming thread, one frame after another;
// timestamps, flags and metas are copied by the base class before it.
//
// GstVideoFilter's own mapping is not used because it lets a frame that cannot
// be mapped pass as if it had been written.
//
//export superresTransform
func superresTransform(self *C.GstSuperres, in, out *C.GstBuffer) (flow C.GstFlowReturn) {
	flow = C.GST_FLOW_ERROR // the answer after a panic
	defer recovered(self, "transform")
	f := filterOf(self)
	begin := time.Now()

	f.followControllers(in)
	wanted := f.frameSettings()
	ladder := f.takeUpLadder()
	injectFault("transform")

	src := &self.in_frame
	if err := mapFrame(src, &self.parent.in_info, in, C.GST_MAP_READ); err != nil {
		f.fail(resourceRead, fmt.Sprintf("A frame could not be read: %v. Check the element upstream of superres.", err), "")
		return C.GST_FLOW_ERROR
	}
	defer C.gst_video_frame_unmap(src)
	dst := &self.out_frame
	if err := mapFrame(dst, &self.parent.out_info, out, C.GST_MAP_WRITE); err != nil {
		f.fail(resourceWrite, fmt.Sprintf("A frame could not be written: %v. Check the element downstream of superres, whose buffers are used.", err), "")
		return C.GST_FLOW_ERROR
	}
	defer C.gst_video_frame_unmap(dst)

	turn := f.takeTurn(ladder, src, in, wanted.budget)
	engine := ladder.engines[turn.step]
	var made made
	var beneath time.Duration // what a fade costs beside the step itself
	var err error
	dstPicture := pictureOf(dst)
	plain := dstPicture // what strength mixes with, and compare sets beside it
	if engine.coded == nil || wanted.strength == 0 {
		made = madePlain(engine.plainly(), engine.scale)
		err = f.plain.write(dst, src, engine.plainly(), engine.scale, wanted.threads)
	} else {
		srcPicture := pictureOf(src)
		var under model.Picture
		if turn.weight < 1 {
			under, err = f.beneath(ladder.engines[turn.under], src, &wanted)
			beneath = time.Since(begin)
		}
		var generator *model.Generator
		generator, made = f.chooseGenerator(engine, wanted.damage, &srcPicture)
		injectProviderFault(generator)
		wanted.strength *= f.measuredShare(&made, wanted.damage, &srcPicture)
		generator.SetReuse(wanted.reuse, wanted.reuseThreshold)
		if err == nil {
			err = f.interruption.upscale(generator, dstPicture, srcPicture)
		}
		made.reused = generator.Reused()
		made.provider = generator.Provider() // after the frame: one that fails gives it to the processor
		if err == nil && turn.weight < 1 {
			err = generator.Blend(dstPicture, under, turn.weight)
		}
		if err == nil && wanted.needsPlain(dstPicture.Format) {
			plain, err = f.plain.picture(src, lanczos, engine.scale, wanted.threads)
		}
		if err == nil && dstPicture.Format.FullHeightChroma() {
			err = dstPicture.CopyChroma(plain)
		}
		if err == nil && wanted.strength < 1 {
			err = generator.Blend(dstPicture, plain, wanted.strength)
		}
	}
	if err == nil && wanted.compare {
		err = model.Divide(dstPicture, plain, wanted.divider)
	}
	if err != nil {
		if wasInterrupted(err) {
			return C.GST_FLOW_FLUSHING
		}
		f.fail(streamFailed, err.Error(), "tier "+engine.label)
		return C.GST_FLOW_ERROR
	}
	injectDelay(made.label)
	took := time.Since(begin)
	if made.label == engine.label {
		f.account(turn, took-beneath, 1-made.reused)
	}
	f.stats.add(made, took)
	return C.GST_FLOW_OK
}

// followControllers sets the properties that an application has bound to the
// stream's time to their values at the buffer's.
func (f *filter) followControllers(buffer *C.GstBuffer) {
	transform := &f.element.parent.element
	at := C.gst_segment_to_stream_time(&transform.segment, C.GST_FORMAT_TIME, C.guint64(buffer.pts))
	if at != noTime {
		C.gst_object_sync_values(&transform.element.object, C.GstClockTime(at))
	}
}

// noTime is GST_CLOCK_TIME_NONE.
const noTime = 1<<64 - 1

func (f *filter) frameSettings() settings {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.settings
}

// takeUpLadder returns the engines for the next frame, at the scale of its caps:
// those that were prepared since the last frame, else those in use.
func (f *filter) takeUpLadder() *ladder {
	scale := f.negotiated
	if next := f.next[scale].Swap(nil); next != nil {
		f.current[scale] = next
		f.log(C.GST_LEVEL_INFO, "tier %s, scale %d from this frame on", next.choice.label, scale)
	}
	return f.current[scale]
}

// beneath returns the frame that another one is faded in over. It is valid until
// something else is made plain.
func (f *filter) beneath(engine *engine, src *C.GstVideoFrame, wanted *settings) (model.Picture, error) {
	if engine.coded == nil {
		return f.plain.picture(src, engine.plainly(), engine.scale, wanted.threads)
	}
	srcPicture := pictureOf(src)
	canvas, err := f.plain.canvas()
	if err != nil {
		return canvas, err
	}
	generator, _ := f.chooseGenerator(engine, wanted.damage, &srcPicture)
	generator.SetReuse(wanted.reuse, wanted.reuseThreshold)
	return canvas, f.interruption.upscale(generator, canvas, srcPicture)
}

// chooseGenerator returns the engine's generator for a frame, and what statistics
// are to say of it. The damage is measured where that decides.
func (f *filter) chooseGenerator(engine *engine, wanted damage, src *model.Picture) (*model.Generator, made) {
	made := made{label: engine.label, look: engine.look, scale: engine.scale, score: notMeasured}
	if engine.look == "" {
		return engine.coded, made
	}
	made.damage = "coded"
	clean := wanted == damageClean
	switch {
	case engine.clean == nil:
		return engine.coded, made
	case wanted == damageAuto:
		if f.detector.due() {
			f.detector.judge(model.Judge(src))
		}
		made.score, clean = f.detector.score, f.detector.clean
	default:
		f.detector.forget() // what it has seen will be of another time
	}
	if clean {
		made.damage = "clean"
		return engine.clean, made
	}
	return engine.coded, made
}

// measuredShare returns how far what a built-in generator makes of a frame is to
// replace the plain picture, where that is measured: at scale 1 of a repair, at scale
// 2 of what is faithful. Else it is 1.
func (f *filter) measuredShare(made *made, wanted damage, src *model.Picture) float64 {
	switch {
	case made.look == "" || wanted != damageAuto:
		return 1
	case made.scale == 1:
		if f.detector.due() {
			f.detector.follow(model.Repair(src))
		}
		made.score = f.detector.score
		return float64(made.score)
	case made.score == notMeasured || made.look != model.Faithful.String():
		return 1
	}
	return f.detector.share()
}

// superresDropped counts a frame that the base class left out because it came
// too late for the sink.
//
//export superresDropped
func superresDropped(self *C.GstSuperres) {
	defer recovered(self, "submit_input_buffer")
	filterOf(self).stats.drop()
}
