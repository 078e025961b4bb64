package element

// #include "glue.h"
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"unicode"
	"unicode/utf8"

	"gst-superres/model"
)

// code is a domain and a number of GStreamer's errors, for applications that
// decide by them.
type code struct {
	domain C.GQuark
	number C.gint
}

var (
	coreNegotiation  = code{C.gst_core_error_quark(), C.GST_CORE_ERROR_NEGOTIATION}
	libraryInit      = code{C.gst_library_error_quark(), C.GST_LIBRARY_ERROR_INIT}
	libraryFailed    = code{C.gst_library_error_quark(), C.GST_LIBRARY_ERROR_FAILED}
	resourceNotFound = code{C.gst_resource_error_quark(), C.GST_RESOURCE_ERROR_NOT_FOUND}
	resourceOpenRead = code{C.gst_resource_error_quark(), C.GST_RESOURCE_ERROR_OPEN_READ}
	resourceRead     = code{C.gst_resource_error_quark(), C.GST_RESOURCE_ERROR_READ}
	resourceWrite    = code{C.gst_resource_error_quark(), C.GST_RESOURCE_ERROR_WRITE}
	resourceSettings = code{C.gst_resource_error_quark(), C.GST_RESOURCE_ERROR_SETTINGS}
	streamFailed     = code{C.gst_stream_error_quark(), C.GST_STREAM_ERROR_FAILED}
)

// codeOf returns the code of what can keep a generator from being opened.
//
// A file that is no generator is RESOURCE/SETTINGS and not STREAM/FORMAT: an
// application that reads STREAM would look for the fault in the video, or go on
// to the next one, and the fault is in the settings.
func codeOf(err error) code {
	if errors.As(err, new(notTaken)) {
		return coreNegotiation
	}
	var cause *model.Error
	if !errors.As(err, &cause) {
		return libraryFailed
	}
	switch cause.Kind {
	case model.NotFound:
		return resourceNotFound
	case model.Unreadable:
		return resourceOpenRead
	case model.NotONNX, model.Contract, model.ProviderMissing:
		return resourceSettings
	case model.RuntimeMissing, model.RuntimeTooOld, model.ProviderFailed:
		return libraryInit
	default:
		return libraryFailed
	}
}

// fail posts an error: text for the user, detail for whoever looks for the
// cause. No lock may be held: an application may answer a message at once.
func (f *filter) fail(c code, text, detail string) {
	f.post(C.GST_MESSAGE_ERROR, c, text, detail)
}

// warn posts a warning, under the rules of fail.
func (f *filter) warn(c code, text, detail string) {
	f.post(C.GST_MESSAGE_WARNING, c, text, detail)
}

func (f *filter) post(kind C.GstMessageType, c code, text, detail string) {
	element := &f.element.parent.element.element
	function, file, line := caller(2)
	defer C.g_free(C.gpointer(function))
	defer C.g_free(C.gpointer(file))
	// The message takes the two texts.
	var debugText *C.gchar
	if detail != "" {
		debugText = constant(detail)
	}
	C.gst_element_message_full(element, kind, c.domain, c.number, constant(sentence(text)), debugText, file, function, line)
}

// caller returns the place in the source that is skip calls above its own
// caller, as C strings to be freed.
func caller(skip int) (function, file *C.gchar, line C.gint) {
	counter, path, number, _ := runtime.Caller(skip + 1)
	return constant(runtime.FuncForPC(counter).Name()), constant(path), C.gint(number)
}

// recovered is deferred by every function that C calls. A panic that went on
// into C would end the process; it becomes an error on the bus instead, and the
// function returns its results as they stand.
func recovered(self *C.GstSuperres, method string) {
	if cause := recover(); cause != nil {
		filterOf(self).reportPanic(method, cause)
	}
}

func (f *filter) reportPanic(method string, cause any) {
	f.fail(libraryFailed, fmt.Sprintf("An error in superres itself, in %s: %v. Please report it with the details of this message.", method, cause), string(debug.Stack()))
}

// log writes to the category superres. It formats nothing below its level.
func (f *filter) log(level C.GstDebugLevel, format string, arguments ...any) {
	logTo(C.superres_category, f.element, level, format, arguments...)
}

func logTo(category *C.GstDebugCategory, self *C.GstSuperres, level C.GstDebugLevel, format string, arguments ...any) {
	if level > C.gst_debug_category_get_threshold(category) {
		return
	}
	function, file, line := caller(2)
	text := constant(fmt.Sprintf(format, arguments...))
	C.gst_debug_log_literal(category, level, (*C.char)(file), (*C.char)(function), line, (*C.GObject)(C.gpointer(self)), text)
	for _, s := range []*C.gchar{function, file, text} {
		C.g_free(C.gpointer(s))
	}
}

// sentence makes of a Go error's text what a user is shown.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
