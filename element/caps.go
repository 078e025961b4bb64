package element

// #include "glue.h"
import "C"

import "fmt"

// superresTransformCaps answers what the other pad can have if this one has
// caps. direction is this pad's: what comes in leaves at the scale's size and
// progressive, what is to leave has to come in smaller by as much. Every other
// field stays. Only system memory is dealt with. The answer, which the caller owns,
// has the order of filter, if there is one.
//
//export superresTransformCaps
func superresTransformCaps(self *C.GstSuperres, direction C.GstPadDirection, caps, filter *C.GstCaps) (result *C.GstCaps) {
	defer recovered(self, "transform_caps")
	return transformed(caps, filter, direction, filterOf(self).scaleOfCaps())
}

// transformed is superresTransformCaps for a scale.
func transformed(caps, filter *C.GstCaps, direction C.GstPadDirection, scale int) *C.GstCaps {
	resize := outgoing
	if direction == C.GST_PAD_SRC {
		resize = incoming
	}
	others := C.gst_caps_new_empty()
	for i := C.guint(0); i < C.gst_caps_get_size(caps); i++ {
		if !inSystemMemory(C.gst_caps_get_features(caps, i)) {
			continue
		}
		structure := C.gst_structure_copy(C.gst_caps_get_structure(caps, i))
		possible := canBeProgressive(structure) || direction == C.GST_PAD_SINK
		setValue(structure, fieldInterlaceMode, stringValue(modeProgressive))
		if direction == C.GST_PAD_SINK {
			spellOut(structure)
		}
		if !possible || !resizeField(structure, fieldWidth, scale, resize) || !resizeField(structure, fieldHeight, scale, resize) {
			C.gst_structure_free(structure)
			continue
		}
		C.gst_caps_append_structure_full(others, structure, nil)
	}
	if direction == C.GST_PAD_SRC {
		appendRefused(others)
	}
	if filter == nil {
		return others
	}
	defer C.gst_caps_unref(others)
	return C.gst_caps_intersect_full(filter, others, C.GST_CAPS_INTERSECT_FIRST)
}

// inSystemMemory says whether features ask for nothing beyond plain memory. A
// feature that is a meta (an overlay, say) is one that nobody here would act on.
// Alternating fields lie in plain memory, and are refused later, with a reason.
func inSystemMemory(features *C.GstCapsFeatures) bool {
	return features == nil || C.gst_caps_features_is_any(features) != 0 ||
		C.gst_caps_features_is_equal(features, C._gst_caps_features_memory_system_memory) != 0 ||
		C.gst_caps_features_is_equal(features, alternatingFields()) != 0
}

// spellOut writes into the structure of a fixed size what GStreamer reads out
// of fields that are absent. Half of that depends on the height: unlabelled
// video of 360 lines is BT.601, of 720 lines BT.709, so that doubling it without
// a label would change its colours.
func spellOut(structure *C.GstStructure) {
	caps := C.gst_caps_new_empty()
	defer C.gst_caps_unref(caps)
	C.gst_caps_append_structure_full(caps, C.gst_structure_copy(structure), nil)
	var info C.GstVideoInfo
	if C.gst_caps_is_fixed(caps) == 0 || C.gst_video_info_from_caps(&info, caps) == 0 {
		return
	}
	if !hasField(structure, fieldColorimetry) {
		takeString(structure, fieldColorimetry, C.gst_video_colorimetry_to_string(&info.colorimetry))
	}
	if !hasField(structure, fieldChromaSite) && info.chroma_site != C.GST_VIDEO_CHROMA_SITE_UNKNOWN {
		takeString(structure, fieldChromaSite, C.gst_video_chroma_site_to_string(info.chroma_site))
	}
	if !hasField(structure, fieldPixelAspectRatio) {
		setValue(structure, fieldPixelAspectRatio, fractionValue(1, 1))
	}
}

// resizeField replaces a field of sizes (one, a range, or a list of those) by
// what resize makes of it at a scale. An absent field stands for every size. It returns
// false if no size is left.
func resizeField(structure *C.GstStructure, field *C.gchar, scale int, resize func(run, int) (run, bool)) bool {
	var runs []run
	for _, r := range runsOf(C.gst_structure_get_value(structure, field)) {
		if resized, ok := resize(r, scale); ok {
			runs = append(runs, resized)
		}
	}
	if len(runs) == 0 {
		return false
	}
	if len(runs) == 1 {
		setValue(structure, field, runValue(runs[0]))
		return true
	}
	list := newValue(C.gst_value_list_get_type())
	for _, r := range runs {
		item := runValue(r)
		C.gst_value_list_append_value(&list, &item)
		C.g_value_unset(&item)
	}
	setValue(structure, field, list)
	return true
}

// runsOf reads the sizes out of a field of caps; nil stands for every size, and
// what is no size at all has none.
func runsOf(value *C.GValue) []run {
	switch {
	case value == nil:
		return []run{{0, largestOut, 1}}
	case value.g_type == C.G_TYPE_INT:
		return []run{only(int(C.g_value_get_int(value)))}
	case value.g_type == C.gst_int_range_get_type():
		return []run{{
			int(C.gst_value_get_int_range_min(value)),
			int(C.gst_value_get_int_range_max(value)),
			int(C.gst_value_get_int_range_step(value)),
		}}
	case value.g_type == C.gst_value_list_get_type():
		var runs []run
		for i := C.guint(0); i < C.gst_value_list_get_size(value); i++ {
			runs = append(runs, runsOf(C.gst_value_list_get_value(value, i))...)
		}
		return runs
	default:
		return nil
	}
}

func runValue(r run) C.GValue {
	if r.least == r.most {
		value := newValue(C.G_TYPE_INT)
		C.g_value_set_int(&value, C.gint(r.least))
		return value
	}
	value := newValue(C.gst_int_range_get_type())
	C.gst_value_set_int_range_step(&value, C.gint(r.least), C.gint(r.most), C.gint(r.step))
	return value
}

// downstreamTakes says whether the frames that come in now could leave at a
// scale. The error is a notTaken.
func (f *filter) downstreamTakes(scale int) error {
	transform := &f.element.parent.element
	in := C.gst_pad_get_current_caps(transform.sinkpad)
	if in == nil {
		return nil // nothing has come in yet
	}
	defer C.gst_caps_unref(in)
	out := transformed(in, nil, C.GST_PAD_SINK, scale)
	defer C.gst_caps_unref(out)
	taken := C.gst_pad_peer_query_caps(transform.srcpad, out)
	defer C.gst_caps_unref(taken)
	if C.gst_caps_is_empty(taken) == 0 {
		return nil
	}
	text := C.gst_caps_to_string(out)
	defer C.g_free(C.gpointer(text))
	return notTaken{scale, C.GoString((*C.char)(text))}
}

// notTaken is the error of a size that downstream does not take.
type notTaken struct {
	scale int
	caps  string
}

func (e notTaken) Error() string {
	return fmt.Sprintf("with scale=%d, %s would leave, and the elements downstream of superres do not take it. Allow that size in their caps, and set scale again", e.scale, e.caps)
}
