package element

// #include "glue.h"
import "C"

// Names of fields and values of caps and structures, as C strings that last as
// long as the process.
var (
	fieldWidth            = constant("width")
	fieldHeight           = constant("height")
	fieldColorimetry      = constant("colorimetry")
	fieldChromaSite       = constant("chroma-site")
	fieldInterlaceMode    = constant("interlace-mode")
	fieldPixelAspectRatio = constant("pixel-aspect-ratio")

	modeProgressive = constant("progressive")
	modeAlternate   = constant("alternate")

	featureInterlaced = constant("format:Interlaced")
)

func constant(s string) *C.gchar { return (*C.gchar)(C.CString(s)) }

func hasField(structure *C.GstStructure, field *C.gchar) bool {
	return C.gst_structure_has_field(structure, field) != 0
}

// setValue puts value into the structure, which takes what value holds.
func setValue(structure *C.GstStructure, field *C.gchar, value C.GValue) {
	C.gst_structure_take_value(structure, field, &value)
}

// takeString puts a string into the structure and frees it; nil is left out.
func takeString(structure *C.GstStructure, field, text *C.gchar) {
	if text == nil {
		return
	}
	setValue(structure, field, stringValue(text))
	C.g_free(C.gpointer(text))
}

// setText puts a string of Go's into the structure.
func setText(structure *C.GstStructure, field *C.gchar, text string) {
	value := newValue(C.G_TYPE_STRING)
	C.g_value_take_string(&value, constant(text))
	setValue(structure, field, value)
}

func newValue(kind C.GType) C.GValue {
	var value C.GValue
	C.g_value_init(&value, kind)
	return value
}

func stringValue(text *C.gchar) C.GValue {
	value := newValue(C.G_TYPE_STRING)
	C.g_value_set_string(&value, text)
	return value
}

func fractionValue(numerator, denominator int) C.GValue {
	value := newValue(C.gst_fraction_get_type())
	C.gst_value_set_fraction(&value, C.gint(numerator), C.gint(denominator))
	return value
}

func uint64Value(n uint64) C.GValue {
	value := newValue(C.G_TYPE_UINT64)
	C.g_value_set_uint64(&value, C.guint64(n))
	return value
}

func doubleValue(x float64) C.GValue {
	value := newValue(C.G_TYPE_DOUBLE)
	C.g_value_set_double(&value, C.gdouble(x))
	return value
}
