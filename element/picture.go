package element

// #include "glue.h"
import "C"

import (
	"fmt"
	"unsafe"

	"gst-superres/model"
)

// formatOf returns the model's name of a video format, and whether it has one.
func formatOf(format C.GstVideoFormat) (model.Format, bool) {
	switch format {
	case C.GST_VIDEO_FORMAT_I420:
		return model.I420, true
	case C.GST_VIDEO_FORMAT_YV12:
		return model.YV12, true
	case C.GST_VIDEO_FORMAT_NV12:
		return model.NV12, true
	case C.GST_VIDEO_FORMAT_NV21:
		return model.NV21, true
	case C.GST_VIDEO_FORMAT_GRAY8:
		return model.GRAY8, true
	default:
		return 0, false
	}
}

// pictureOf describes a mapped frame without copying it. The picture is valid
// until the frame is unmapped. Size and strides are the buffer's own, from its
// GstVideoMeta if it has one. The error names a plane that does not lie within
// its memory: a GstVideoMeta can promise what the buffer does not hold.
func pictureOf(frame *C.GstVideoFrame) (model.Picture, error) {
	format, known := formatOf(frame.info.finfo.format)
	if !known {
		return model.Picture{}, fmt.Errorf("a frame of video format %d came after caps of another one", int(frame.info.finfo.format))
	}
	picture := model.Picture{
		Format: format,
		Width:  int(frame.info.width),
		Height: int(frame.info.height),
	}
	for plane := 0; plane < format.Planes(); plane++ {
		rowBytes, rows := planeSize(format, plane, picture.Width, picture.Height)
		stride := int(frame.info.stride[plane])
		if stride < rowBytes {
			return model.Picture{}, fmt.Errorf("plane %d of a %dx%d %v frame has a stride of %d bytes, and a row is %d", plane, picture.Width, picture.Height, format, stride, rowBytes)
		}
		length := stride*(rows-1) + rowBytes
		if held := bytesFrom(frame, plane); length > held {
			return model.Picture{}, fmt.Errorf("plane %d of a %dx%d %v frame needs %d bytes, and its memory holds %d", plane, picture.Width, picture.Height, format, length, held)
		}
		picture.Stride[plane] = stride
		picture.Plane[plane] = unsafe.Slice((*byte)(frame.data[plane]), length)
	}
	return picture, nil
}

// planeSize returns the bytes of a row and the number of rows of a plane.
func planeSize(format model.Format, plane, width, height int) (rowBytes, rows int) {
	switch {
	case plane == 0:
		return width, height
	case format.Planes() == 2:
		return 2 * ((width + 1) / 2), (height + 1) / 2
	default:
		return (width + 1) / 2, (height + 1) / 2
	}
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
