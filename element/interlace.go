package element

// #include "glue.h"
import "C"

import (
	"fmt"
	"sync"
)

// Interlaced video is refused, and the user is told why. For that its caps must
// come as far as the CAPS event: a pad that does not know them ends in "could
// not link" or "not negotiated", with no reason. So the sink pad allows them in
// its caps, after all others, and superresAdmitCaps refuses them.

// appendRefused adds to caps of the sink pad, which are progressive, the same
// with any other interlace-mode.
func appendRefused(caps *C.GstCaps) {
	progressive := C.gst_caps_get_size(caps)
	for i := C.guint(0); i < progressive; i++ {
		variant := C.gst_structure_copy(C.gst_caps_get_structure(caps, i))
		C.gst_structure_remove_field(variant, fieldInterlaceMode)
		C.gst_caps_append_structure_full(caps, variant, nil)
	}
	for i := C.guint(0); i < progressive; i++ {
		variant := C.gst_structure_copy(C.gst_caps_get_structure(caps, i))
		setValue(variant, fieldInterlaceMode, stringValue(modeAlternate))
		C.gst_caps_append_structure_full(caps, variant, C.gst_caps_features_copy(alternatingFields()))
	}
}

// canBeProgressive says whether caps allow progressive video. Video with no
// interlace-mode is progressive.
func canBeProgressive(structure *C.GstStructure) bool {
	modes := C.gst_structure_get_value(structure, fieldInterlaceMode)
	if modes == nil {
		return true
	}
	progressive := stringValue(modeProgressive)
	defer C.g_value_unset(&progressive)
	return C.gst_value_can_intersect(modes, &progressive) != 0
}

// alternatingFields returns the caps feature of buffers that hold one field
// each. It lasts as long as the process.
var alternatingFields = sync.OnceValue(func() *C.GstCapsFeatures {
	return C.gst_caps_features_from_string(featureInterlaced)
})

// superresRefusesWithReason says whether caps, which a pad of the direction is
// asked to accept, are to pass so that superresAdmitCaps can refuse them.
//
//export superresRefusesWithReason
func superresRefusesWithReason(self *C.GstSuperres, direction C.GstPadDirection, caps *C.GstCaps) (refuses C.gboolean) {
	defer recovered(self, "accept_caps")
	return boolean(direction == C.GST_PAD_SINK && interlaceMode(caps) != "")
}

// superresAdmitCaps answers whether caps may come in. If not, the error is on
// the bus.
//
//export superresAdmitCaps
func superresAdmitCaps(self *C.GstSuperres, caps *C.GstCaps) (admitted C.gboolean) {
	defer recovered(self, "sink_event")
	mode := interlaceMode(caps)
	if mode == "" {
		return C.TRUE
	}
	filterOf(self).fail(coreNegotiation, fmt.Sprintf("The video is interlaced (interlace-mode=%s): worked on as it is, lines of two moments would be mixed. Put the element deinterlace before superres.", mode), "")
	return C.FALSE
}

// interlaceMode returns the mode of fixed caps, or "" if they are progressive.
func interlaceMode(caps *C.GstCaps) string {
	if C.gst_caps_get_size(caps) == 0 {
		return ""
	}
	mode := C.gst_structure_get_string(C.gst_caps_get_structure(caps, 0), fieldInterlaceMode)
	if mode == nil || C.g_strcmp0(mode, modeProgressive) == 0 {
		return ""
	}
	return C.GoString((*C.char)(mode))
}
