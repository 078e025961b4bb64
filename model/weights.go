package model

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// The generators, and beside each its float32 twin.
//
//go:embed weights/*.onnx
var weights embed.FS

func weightsPath(k Key) string { return "weights/" + k.String() + ".onnx" }

func twinPath(k Key) string { return "weights/" + k.String() + "-float32.onnx" }

// Available says whether a generator is built in for the key.
func Available(k Key) bool {
	_, err := fs.Stat(weights, weightsPath(k))
	return err == nil
}

// Builtin returns the ONNX graph of the key's generator. The error is an
// [*Error] of kind [NotFound] if none is built in.
func Builtin(k Key) ([]byte, error) {
	onnx, err := weights.ReadFile(weightsPath(k))
	if err != nil {
		return nil, &Error{
			Kind:    NotFound,
			Problem: fmt.Sprintf("No generator %q is built in", k),
			Remedy:  "Choose another tier or look, or give the path of an ONNX file",
		}
	}
	return onnx, nil
}

// Twin returns the ONNX graph of the key's generator in float32, behind the same
// tensor contract, for execution providers that have no eight-bit kernels
// ([UsesTwin]). Without a twin it returns what [Builtin] does.
func Twin(k Key) ([]byte, error) {
	if onnx, err := weights.ReadFile(twinPath(k)); err == nil {
		return onnx, nil
	}
	return Builtin(k)
}

// ReadFile returns the contents of an ONNX file. Errors are [*Error] of kind
// [NotFound], [Unreadable] or, for a file beyond 64 MiB, [Contract]; what the
// bytes are is for [Open] to say.
func ReadFile(path string) ([]byte, error) {
	// Looked at before it is opened: opening a FIFO would wait for a writer.
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, &Error{
			Kind:    Unreadable,
			Problem: fmt.Sprintf("The generator %q is a %s, not a regular file", path, kindOfFile(info.Mode())),
			Remedy:  "Give the path of an ONNX file",
		}
	}
	if err == nil && info.Size() > largestFile {
		return nil, notAdmitted(path, inadmissible(fmt.Sprintf("it has %d bytes, and %d are the most", info.Size(), largestFile)))
	}
	var onnx []byte
	if err == nil {
		onnx, err = os.ReadFile(path)
	}
	switch {
	case err == nil:
		return onnx, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Error{
			Kind:    NotFound,
			Problem: fmt.Sprintf("There is no generator at %q", path),
			Remedy:  "Give the path of an ONNX file, or leave it unset for the built-in generators",
			Err:     cause(err),
		}
	default:
		return nil, &Error{
			Kind:    Unreadable,
			Problem: fmt.Sprintf("The generator %q cannot be read", path),
			Remedy:  "Make the file readable for the user that runs the pipeline",
			Err:     cause(err),
		}
	}
}

func kindOfFile(mode fs.FileMode) string {
	if mode.IsDir() {
		return "directory"
	}
	return "special file"
}

// cause strips the path, which the problem has already named.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
