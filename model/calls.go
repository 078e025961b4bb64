package model

// #include <stdlib.h>
//
// typedef struct OrtSession OrtSession;
// typedef struct OrtValue OrtValue;
// typedef struct OrtRunOptions OrtRunOptions;
// typedef struct OrtStatus OrtStatus;
//
// // Of the wrapper's C part.
// extern OrtStatus *RunOrtSessionWithOptions (OrtSession *session,
//     OrtValue **inputs, char **input_names, int input_count,
//     OrtValue **outputs, char **output_names, int output_count,
//     OrtRunOptions *options);
// extern const char *GetErrorMessage (OrtStatus *status);
// extern void ReleaseOrtStatus (OrtStatus *status);
//
// static OrtStatus *
// run_session (OrtSession *session, char *input_name, OrtValue *input,
//     char *beside_name, OrtValue *beside, char *output_name, OrtValue *output,
//     OrtRunOptions *options)
// {
//   OrtValue *inputs[] = { input, beside };
//   char *names[] = { input_name, beside_name };
//   return RunOrtSessionWithOptions (session, inputs, names, beside ? 2 : 1,
//       &output, &output_name, 1, options);
// }
import "C"

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"
)

// caller runs a session on tensors that exist. The wrapper has two ways to do that:
// one takes options, by which a run can be ended early, and allocates in Go; the
// other does not allocate, and takes none. This one does both, by the C function
// that is below the first, and pointers that the wrapper keeps to itself.
type caller struct {
	session *C.OrtSession
	options *C.OrtRunOptions
	input   *C.char // names
	beside  *C.char // of the second input, or nil
	output  *C.char
}

// callable is the address of a tensor for a caller.
type callable = *C.OrtValue

func newCaller(session *ort.DynamicAdvancedSession, options *ort.RunOptions, input, output string) (caller, error) {
	ofSession, err := addressIn(session, "s", "ortSession")
	if err != nil {
		return caller{}, err
	}
	ofOptions, err := addressIn(options, "o")
	if err != nil {
		return caller{}, err
	}
	return caller{
		session: (*C.OrtSession)(ofSession),
		options: (*C.OrtRunOptions)(ofOptions),
		input:   C.CString(input),
		output:  C.CString(output),
	}, nil
}

func newCallable(value ort.Value) (callable, error) {
	address, err := addressIn(value.GetInternals(), "ortValue")
	return callable(address), err
}

// run computes the output from the input. It allocates no Go memory.
func (c *caller) run(input, output callable) error { return c.runBeside(input, nil, output) }

// readBeside gives the name of a second input.
func (c *caller) readBeside(name string) { c.beside = C.CString(name) }

// runBeside is run with a second input; nil stands for none.
func (c *caller) runBeside(input, beside, output callable) error {
	status := C.run_session(c.session, c.input, input, c.beside, beside, c.output, output, c.options)
	if status == nil {
		return nil
	}
	defer C.ReleaseOrtStatus(status)
	return errors.New(strings.TrimSpace(C.GoString(C.GetErrorMessage(status))))
}

// spoil makes all runs from now on fail. It is for tests.
func (c *caller) spoil() { c.input, c.output = c.output, c.input }

// free gives back the names. The session and the options are their makers'.
func (c *caller) free() {
	C.free(unsafe.Pointer(c.input))
	C.free(unsafe.Pointer(c.beside))
	C.free(unsafe.Pointer(c.output))
	*c = caller{}
}

// addressIn returns the C pointer that lies in a field of one of the wrapper's
// structures, or in a field of what a field of it points to, and so on.
func addressIn(structure any, path ...string) (unsafe.Pointer, error) {
	at := reflect.ValueOf(structure)
	for _, field := range path {
		at = at.Elem().FieldByName(field)
		if at.Kind() != reflect.Pointer || at.IsNil() {
			return nil, fmt.Errorf("the wrapper of ONNX Runtime keeps no pointer in %T at %s", structure, strings.Join(path, "."))
		}
	}
	return at.UnsafePointer(), nil
}
