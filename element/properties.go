package element

// #include "glue.h"
import "C"

import (
	"unsafe"

	"gst-superres/model"
)

// superresSetProperty takes the value of a property. It answers whether there
// is such a property.
//
//export superresSetProperty
func superresSetProperty(self *C.GstSuperres, id C.guint, value *C.GValue) (known C.gboolean) {
	defer recovered(self, "set_property")
	f := filterOf(self)
	f.mu.Lock()
	defer f.mu.Unlock()
	switch id {
	case C.SUPERRES_PROPERTY_TIER:
		f.settings.tier = tier(C.g_value_get_enum(value))
		if f.running {
			f.prepareWhilePlaying()
		}
	case C.SUPERRES_PROPERTY_LOOK:
		f.settings.look = look(C.g_value_get_enum(value))
		if f.running {
			f.prepareWhilePlaying()
		}
	case C.SUPERRES_PROPERTY_SCALE:
		f.settings.scale = int(C.g_value_get_int(value))
		if f.running {
			f.prepareWhilePlaying()
		} else {
			f.scale = f.settings.scale
		}
	case C.SUPERRES_PROPERTY_STRENGTH:
		f.settings.strength = float64(C.g_value_get_double(value))
	case C.SUPERRES_PROPERTY_DAMAGE:
		f.settings.damage = damage(C.g_value_get_enum(value))
	case C.SUPERRES_PROPERTY_COMPARE:
		f.settings.compare = C.g_value_get_boolean(value) != 0
	case C.SUPERRES_PROPERTY_DIVIDER:
		f.settings.divider = float64(C.g_value_get_double(value))
	case C.SUPERRES_PROPERTY_REUSE:
		f.settings.reuse = C.g_value_get_boolean(value) != 0
	case C.SUPERRES_PROPERTY_REUSE_THRESHOLD:
		f.settings.reuseThreshold = int(C.g_value_get_uint(value))
	case C.SUPERRES_PROPERTY_BUDGET:
		f.settings.budget = float64(C.g_value_get_double(value))
	case C.SUPERRES_PROPERTY_MODEL:
		f.settings.model = stringOf(value)
		f.warnIfRunning("model")
	case C.SUPERRES_PROPERTY_THREADS:
		f.settings.threads = int(C.g_value_get_uint(value))
		f.warnIfRunning("threads")
	case C.SUPERRES_PROPERTY_PROVIDER:
		if f.settings.provider = stringOf(value); f.settings.provider == "" {
			f.settings.provider = model.ProviderAuto
		}
		f.warnIfRunning("provider")
	default:
		return C.FALSE
	}
	return C.TRUE
}

// warnIfRunning notes that a property was set too late to count at once.
func (f *filter) warnIfRunning(property string) {
	if f.running {
		f.log(C.GST_LEVEL_WARNING, "%s was set while running: it counts from the next change from READY to PAUSED on", property)
	}
}

// superresGetProperty writes the value of a property. It answers whether there
// is such a property.
//
//export superresGetProperty
func superresGetProperty(self *C.GstSuperres, id C.guint, value *C.GValue) (known C.gboolean) {
	defer recovered(self, "get_property")
	f := filterOf(self)
	f.mu.Lock()
	defer f.mu.Unlock()
	switch id {
	case C.SUPERRES_PROPERTY_TIER:
		C.g_value_set_enum(value, C.gint(f.settings.tier))
	case C.SUPERRES_PROPERTY_LOOK:
		C.g_value_set_enum(value, C.gint(f.settings.look))
	case C.SUPERRES_PROPERTY_SCALE:
		C.g_value_set_int(value, C.gint(f.settings.scale))
	case C.SUPERRES_PROPERTY_STRENGTH:
		C.g_value_set_double(value, C.gdouble(f.settings.strength))
	case C.SUPERRES_PROPERTY_DAMAGE:
		C.g_value_set_enum(value, C.gint(f.settings.damage))
	case C.SUPERRES_PROPERTY_COMPARE:
		C.g_value_set_boolean(value, boolean(f.settings.compare))
	case C.SUPERRES_PROPERTY_DIVIDER:
		C.g_value_set_double(value, C.gdouble(f.settings.divider))
	case C.SUPERRES_PROPERTY_REUSE:
		C.g_value_set_boolean(value, boolean(f.settings.reuse))
	case C.SUPERRES_PROPERTY_REUSE_THRESHOLD:
		C.g_value_set_uint(value, C.guint(f.settings.reuseThreshold))
	case C.SUPERRES_PROPERTY_BUDGET:
		C.g_value_set_double(value, C.gdouble(f.settings.budget))
	case C.SUPERRES_PROPERTY_MODEL:
		setString(value, f.settings.model)
	case C.SUPERRES_PROPERTY_THREADS:
		C.g_value_set_uint(value, C.guint(f.settings.threads))
	case C.SUPERRES_PROPERTY_PROVIDER:
		setString(value, f.settings.provider)
	case C.SUPERRES_PROPERTY_STATS:
		C.g_value_take_boxed(value, C.gconstpointer(unsafe.Pointer(f.stats.structure())))
	default:
		return C.FALSE
	}
	return C.TRUE
}

// stringOf returns the string in a value; unset is "".
func stringOf(value *C.GValue) string {
	text := C.g_value_get_string(value)
	if text == nil {
		return ""
	}
	return C.GoString((*C.char)(text))
}

// setString writes a string into a value; "" is unset.
func setString(value *C.GValue, text string) {
	if text == "" {
		C.g_value_set_string(value, nil)
		return
	}
	C.g_value_take_string(value, constant(text))
}
