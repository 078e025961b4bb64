package element

// #include "glue.h"
import "C"

import (
	"fmt"

	"gst-superres/model"
)

// plain is what frames become without a generator: enlarged by GStreamer's
// scalers, plane by plane in the format that comes in, or copied at scale 1. It
// belongs to the streaming thread. What it needs for a size is made with the
// first frame that asks for it, and kept for the next ones.
type plain struct {
	element    *C.GstSuperres
	converters [methods]*C.GstVideoConverter // nil: not made yet
	mapped     bool                          // element.plain_frame has memory of the outgoing size
}

// method is how a frame is enlarged without a generator.
type method int

const (
	lanczos method = iota
	linear         // softer, in three fifths of the time
	methods
)

func (m method) label() string { return [methods]string{labelLanczos, labelLinear}[m] }

// write makes dst of src. Threads are those of the property.
func (p *plain) write(dst, src *C.GstVideoFrame, by method, scale, threads int) error {
	if scale == 1 {
		C.gst_video_frame_copy(dst, src)
		return nil
	}
	if p.converters[by] == nil {
		if err := p.makeConverter(by, threads); err != nil {
			return err
		}
	}
	C.gst_video_converter_frame(p.converters[by], src, dst)
	return nil
}

// picture returns what write would make of src. It is valid until the next call,
// and no longer than src is mapped.
func (p *plain) picture(src *C.GstVideoFrame, by method, scale, threads int) (model.Picture, error) {
	if scale == 1 {
		return pictureOf(src), nil
	}
	if !p.mapped {
		if err := p.makeFrame(); err != nil {
			return model.Picture{}, err
		}
	}
	frame := &p.element.plain_frame
	if err := p.write(frame, src, by, scale, threads); err != nil {
		return model.Picture{}, err
	}
	return pictureOf(frame), nil
}

// canvas returns the memory that picture writes to, for somebody else to write to
// and read before picture is called again.
func (p *plain) canvas() (model.Picture, error) {
	if !p.mapped {
		if err := p.makeFrame(); err != nil {
			return model.Picture{}, err
		}
	}
	return pictureOf(&p.element.plain_frame), nil
}

func (p *plain) makeConverter(by method, threads int) error {
	options := C.gst_structure_new_empty(optionsName)
	resampler := newValue(C.gst_video_resampler_method_get_type())
	C.g_value_set_enum(&resampler, [methods]C.gint{C.GST_VIDEO_RESAMPLER_METHOD_LANCZOS, C.GST_VIDEO_RESAMPLER_METHOD_LINEAR}[by])
	setValue(options, optionMethod, resampler)
	// Ten bits come out of sixteen: dithered, flat areas would be so no more.
	dither := newValue(C.gst_video_dither_method_get_type())
	C.g_value_set_enum(&dither, C.GST_VIDEO_DITHER_NONE)
	setValue(options, optionDither, dither)
	count := newValue(C.G_TYPE_UINT)
	C.g_value_set_uint(&count, C.guint(threads))
	setValue(options, optionThreads, count)
	// The converter takes the options.
	p.converters[by] = C.gst_video_converter_new(&p.element.parent.in_info, &p.element.parent.out_info, options)
	if p.converters[by] == nil {
		return fmt.Errorf("GStreamer has no %s converter for this video. Set tier to a generator's, and strength to 1", by.label())
	}
	return nil
}

func (p *plain) makeFrame() error {
	info := &p.element.parent.out_info
	buffer := C.gst_buffer_new_allocate(nil, info.size, nil)
	if buffer == nil {
		return fmt.Errorf("%d bytes for a frame of %s could not be had. Set strength to 1", uint64(info.size), videoName(info))
	}
	defer C.gst_buffer_unref(buffer) // the mapping holds its own reference
	p.mapped = C.gst_video_frame_map(&p.element.plain_frame, info, buffer, C.GST_MAP_READWRITE) != 0
	if !p.mapped {
		return fmt.Errorf("a frame of %s in memory of its own cannot be mapped. Set strength to 1", videoName(info))
	}
	return nil
}

// forget lets go of what was made for a size.
func (p *plain) forget() {
	for by, converter := range p.converters {
		if converter != nil {
			C.gst_video_converter_free(converter)
			p.converters[by] = nil
		}
	}
	if p.mapped {
		C.gst_video_frame_unmap(&p.element.plain_frame)
		p.mapped = false
	}
}

var (
	optionsName   = constant("options")
	optionMethod  = constant("GstVideoConverter.resampler-method")
	optionDither  = constant("GstVideoConverter.dither-method")
	optionThreads = constant("GstVideoConverter.threads")
)
