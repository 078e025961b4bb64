package element

// #include "glue.h"
import "C"

import (
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
	if !mapFrame(src, &self.parent.in_info, in, C.GST_MAP_READ) {
		f.fail(resourceRead, "A frame could not be read: its buffer cannot be mapped or is smaller than its caps say. Check the element upstream of superres.", describe(in, &self.parent.in_info))
		return C.GST_FLOW_ERROR
	}
	defer C.gst_video_frame_unmap(src)
	dst := &self.out_frame
	if !mapFrame(dst, &self.parent.out_info, out, C.GST_MAP_WRITE) {
		f.fail(resourceWrite, "A frame could not be written: its buffer cannot be mapped or is smaller than its caps say. Check the element downstream of superres, whose buffers are used.", describe(out, &self.parent.out_info))
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

// mapFrame maps the buffer as the base class would. The frames hold no
// reference of their own: the caller of transform does.
func mapFrame(frame *C.GstVideoFrame, info *C.GstVideoInfo, buffer *C.GstBuffer, access C.GstMapFlags) bool {
	if faultInjected("map", int(access)) {
		return false
	}
	return C.gst_video_frame_map(frame, info, buffer, access|C.GST_VIDEO_FRAME_MAP_FLAG_NO_REF) != 0
}

// superresDropped counts a frame that the base class left out because it came
// too late for the sink.
//
//export superresDropped
func superresDropped(self *C.GstSuperres) {
	defer recovered(self, "submit_input_buffer")
	filterOf(self).stats.drop()
}
