package element

// #include "glue.h"
import "C"

import (
	"fmt"
	"time"
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

	engine := f.takeUpEngine()
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

	if err := engine.upscale(dst, src); err != nil {
		f.fail(streamFailed, err.Error(), "tier "+engine.label)
		return C.GST_FLOW_ERROR
	}
	f.stats.add(engine.label, time.Since(begin))
	return C.GST_FLOW_OK
}

// takeUpEngine returns the engine for the next frame: the one that was prepared
// since the last frame, else the one in use.
func (f *filter) takeUpEngine() *engine {
	if next := f.next.Swap(nil); next != nil {
		f.current = next
		f.log(C.GST_LEVEL_INFO, "tier %s from this frame on", next.label)
	}
	return f.current
}

// superresDropped counts a frame that the base class left out because it came
// too late for the sink.
//
//export superresDropped
func superresDropped(self *C.GstSuperres) {
	defer recovered(self, "submit_input_buffer")
	filterOf(self).stats.drop()
}
