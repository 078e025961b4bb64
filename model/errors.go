package model

import (
	"fmt"
	"strings"
)

// ErrorKind says what stands in the way, for callers that map errors to codes.
type ErrorKind int

// What can stand in the way.
const (
	NotFound        ErrorKind = iota // there is no such file, or no such generator built in
	Unreadable                       // the file is there and cannot be read
	NotONNX                          // the bytes are not an ONNX graph
	Contract                         // the graph does not keep the tensor contract
	RuntimeMissing                   // ONNX Runtime's library was found nowhere, or would not load
	RuntimeTooOld                    // ONNX Runtime was found, but only in versions that are too old
	ProviderMissing                  // the loaded ONNX Runtime does not offer the execution provider
	ProviderFailed                   // the execution provider does not start, or cannot run the graph
	Failed                           // ONNX Runtime refused, or a picture does not fit
	Interrupted                      // [Generator.Interrupt] was called
)

// String returns the name of the constant.
func (k ErrorKind) String() string {
	names := [...]string{"NotFound", "Unreadable", "NotONNX", "Contract", "RuntimeMissing", "RuntimeTooOld", "ProviderMissing", "ProviderFailed", "Failed", "Interrupted"}
	if k < 0 || int(k) >= len(names) {
		return fmt.Sprintf("ErrorKind(%d)", int(k))
	}
	return names[k]
}

// Error is every error of this package.
type Error struct {
	Kind    ErrorKind
	Problem string // what was wrong, with the value; a sentence without its full stop
	Remedy  string // what to do, in the same form
	Err     error  // the cause, where there is one
}

// Error returns a sentence of what was wrong, with the value, and one of what
// to do. The cause is part of the first.
func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s. %s.", e.Problem, e.Remedy)
	}
	reason := strings.TrimRight(e.Err.Error(), ".")
	return fmt.Sprintf("%s: %s. %s.", e.Problem, reason, e.Remedy)
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.Err }
