package element

// #include "glue.h"
import "C"

import (
	"errors"
)

// lanczos enlarges with GStreamer's converter, plane by plane in the format
// that comes in.
type lanczos struct {
	threads   int
	converter *C.GstVideoConverter // nil before caps
}

// openLanczos returns the element's one lanczos, ready for the caps so far.
func (f *filter) openLanczos(threads int) (upscaler, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lanczos != nil {
		return f.lanczos, nil
	}
	opened := &lanczos{threads: threads}
	if f.negotiated {
		if err := opened.configure(&f.element.in_info, &f.element.out_info); err != nil {
			return nil, err
		}
	}
	f.lanczos = opened
	return opened, nil
}

// configure prepares for frames of a size and format.
func (l *lanczos) configure(in, out *C.GstVideoInfo) error {
	l.close()
	options := C.gst_structure_new_empty(optionsName)
	method := newValue(C.gst_video_resampler_method_get_type())
	C.g_value_set_enum(&method, C.GST_VIDEO_RESAMPLER_METHOD_LANCZOS)
	setValue(options, optionMethod, method)
	threads := newValue(C.G_TYPE_UINT)
	C.g_value_set_uint(&threads, C.guint(l.threads))
	setValue(options, optionThreads, threads)
	// The converter takes the options.
	l.converter = C.gst_video_converter_new(in, out, options)
	if l.converter == nil {
		return errors.New("GStreamer has no Lanczos converter for this video. Set tier to another value")
	}
	return nil
}

func (l *lanczos) upscale(dst, src *C.GstVideoFrame) error {
	C.gst_video_converter_frame(l.converter, src, dst)
	return nil
}

func (l *lanczos) close() {
	if l.converter != nil {
		C.gst_video_converter_free(l.converter)
		l.converter = nil
	}
}

var (
	optionsName   = constant("options")
	optionMethod  = constant("GstVideoConverter.resampler-method")
	optionThreads = constant("GstVideoConverter.threads")
)
