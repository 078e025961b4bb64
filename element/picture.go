package element

// #include "glue.h"
import "C"

import (
	"fmt"
	"unsafe"

	"gst-superres/model"
)

// formatOf returns the model's name of the video's format, which is one of those
// in the pads' templates.
func formatOf(info *C.GstVideoInfo) model.Format {
	switch info.finfo.format {
	case C.GST_VIDEO_FORMAT_I420:
		return model.I420
	case C.GST_VIDEO_FORMAT_YV12:
		return model.YV12
	case C.GST_VIDEO_FORMAT_NV12:
		return model.NV12
	case C.GST_VIDEO_FORMAT_NV21:
		return model.NV21
	case C.GST_VIDEO_FORMAT_Y42B:
		return model.Y42B
	case C.GST_VIDEO_FORMAT_I420_10LE:
		return model.I420_10LE
	case C.GST_VIDEO_FORMAT_P010_10LE:
		return model.P010_10LE
	case C.GST_VIDEO_FORMAT_I422_10LE:
		return model.I422_10LE
	default:
		return model.GRAY8
	}
}

// mapFrame maps a buffer for GST_MAP_READ or GST_MAP_WRITE. Strides and offsets
// are the buffer's own, from its GstVideoMeta if it has one; the size is that of
// the caps. The frame holds no reference: the caller does until it unmaps.
//
// The error says why the buffer is no such frame. That includes planes beyond
// their memory, which GStreamer does not look for: a GstVideoMeta can promise
// what the buffer does not hold.
func mapFrame(frame *C.GstVideoFrame, info *C.GstVideoInfo, buffer *C.GstBuffer, access C.GstMapFlags) error {
	if faultInjected("map", int(access)) ||
		C.gst_video_frame_map(frame, info, buffer, access|C.GST_VIDEO_FRAME_MAP_FLAG_NO_REF) == 0 {
		return fmt.Errorf("its buffer of %d bytes in %d memories cannot be mapped as %s of %d bytes",
			uint64(C.gst_buffer_get_size(buffer)), uint(C.gst_buffer_n_memory(buffer)), videoName(info), uint64(info.size))
	}
	// A decoder's meta may count rows and columns that its caps leave out.
	frame.info.width, frame.info.height = info.width, info.height
	if err := checkPlanes(frame); err != nil {
		C.gst_video_frame_unmap(frame)
		return err
	}
	return nil
}

// checkPlanes compares the planes of a mapped frame with its memory.
func checkPlanes(frame *C.GstVideoFrame) error {
	format := formatOf(&frame.info)
	for plane := range format.Planes() {
		rowBytes, rows := format.PlaneSize(plane, int(frame.info.width), int(frame.info.height))
		stride := int(frame.info.stride[plane])
		if stride < rowBytes {
			return fmt.Errorf("the stride of its plane %d is %d bytes, and a row of %s is %d", plane, stride, videoName(&frame.info), rowBytes)
		}
		if needed, held := stride*(rows-1)+rowBytes, bytesFrom(frame, plane); needed > held {
			return fmt.Errorf("its plane %d needs %d bytes, and %d are left in its memory", plane, needed, held)
		}
	}
	return nil
}

// pictureOf describes a mapped frame without copying it. The picture is valid
// until the frame is unmapped.
func pictureOf(frame *C.GstVideoFrame) model.Picture {
	picture := model.Picture{
		Format: formatOf(&frame.info),
		Width:  int(frame.info.width),
		Height: int(frame.info.height),
	}
	for plane := range picture.Format.Planes() {
		rowBytes, rows := picture.Format.PlaneSize(plane, picture.Width, picture.Height)
		stride := int(frame.info.stride[plane])
		picture.Stride[plane] = stride
		picture.Plane[plane] = unsafe.Slice((*byte)(frame.data[plane]), stride*(rows-1)+rowBytes)
	}
	return picture
}

// bytesFrom returns how many bytes are mapped from the beginning of a plane on.
// With a GstVideoMeta every plane has a mapping of its own, else all share one.
func bytesFrom(frame *C.GstVideoFrame, plane int) int {
	mapping := &frame._map[0]
	if frame.meta != nil {
		mapping = &frame._map[plane]
	}
	skipped := uintptr(unsafe.Pointer(frame.data[plane])) - uintptr(unsafe.Pointer(mapping.data))
	return int(mapping.size) - int(skipped)
}
