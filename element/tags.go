package element

// #include "glue.h"
import "C"

import "strings"

// superresSeeTags takes what is known of the stream. Decoders, parsers and
// demuxers name its codec: video of a codec that predicts from frame to frame is
// damaged, however clean it looks. A codec that loses nothing, or next to nothing
// frame by frame, says no more than the pictures do.
//
//export superresSeeTags
func superresSeeTags(self *C.GstSuperres, tags *C.GstTagList) {
	defer recovered(self, "sink_event")
	var text *C.gchar
	if C.gst_tag_list_get_string(tags, tagVideoCodec, &text) == 0 {
		return
	}
	defer C.g_free(C.gpointer(text))
	f := filterOf(self)
	name := C.GoString((*C.char)(text))
	f.detector.coded = predictsFrames(name)
	f.log(C.GST_LEVEL_INFO, "the video comes from the codec %q", name)
}

// superresForgetTags is called at the beginning of a stream.
//
//export superresForgetTags
func superresForgetTags(self *C.GstSuperres) {
	defer recovered(self, "sink_event")
	filterOf(self).detector.coded = false
}

// predictsFrames says whether a codec, as GStreamer describes it, is one of those
// that calls and broadcast use.
func predictsFrames(description string) bool {
	for _, name := range []string{"H.264", "H.265", "H.266", "H.263", "H.261", "VP8", "VP9", "AV1", "MPEG-1", "MPEG-2", "MPEG-4", "Theora", "VC-1", "Windows Media"} {
		if strings.Contains(description, name) {
			return true
		}
	}
	return false
}

var tagVideoCodec = constant("video-codec")
