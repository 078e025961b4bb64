package element

// #include "glue.h"
import "C"

// Every event of a mouse or a finger has its coordinates in these two fields,
// whether GstNavigation made it or an application did by hand.
var pointerFields = [...]*C.gchar{constant("pointer_x"), constant("pointer_y")}

// superresNavigate turns coordinates on the outgoing picture into coordinates
// on the incoming one. The structure is that of a writable navigation event.
//
//export superresNavigate
func superresNavigate(self *C.GstSuperres, event *C.GstStructure) {
	defer recovered(self, "src_event")
	scale := float64(filterOf(self).scaleOfCaps())
	for _, field := range pointerFields {
		var coordinate C.gdouble
		if C.gst_structure_get_double(event, field, &coordinate) != 0 {
			setValue(event, field, doubleValue(float64(coordinate)/scale))
		}
	}
}
