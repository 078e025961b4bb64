package model

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// message is a field of a protobuf message with other fields in it.
func message(number uint64, parts ...[]byte) []byte {
	content := slices.Concat(parts...)
	b := binary.AppendUvarint(nil, number<<3|2)
	b = binary.AppendUvarint(b, uint64(len(content)))
	return append(b, content...)
}

// varint is a field with a number.
func varint(number, value uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, number<<3), value)
}

func node(attribute ...[]byte) []byte {
	return message(modelGraph, message(graphNode, message(nodeAttribute, attribute...)))
}

// Appended to a good graph, which protobuf merges it into, each of these would
// reach beyond the file or cost out of proportion to it.
func TestOpenRefusesHostileFiles(t *testing.T) {
	external := message(tensorExternal, message(1, []byte("location")), message(2, []byte("/etc/passwd")))
	nested := message(modelGraph, message(graphNode))
	for range 200 {
		nested = message(attributeGraph, message(graphNode, message(nodeAttribute, nested)))
	}
	for _, test := range []struct {
		name    string
		hostile []byte
		says    string
	}{
		{"values outside the folder", message(modelGraph, message(graphTensor, external)), "another file"},
		{"values elsewhere by location", message(modelGraph, message(graphTensor, varint(tensorLocation, 1))), "another file"},
		{"values elsewhere of a constant", node(message(attributeTensor, external)), "another file"},
		{"values elsewhere of constants", node(message(attributeTensors, external)), "another file"},
		{"a loop's body", node(message(attributeGraph)), "graph within"},
		{"bodies", node(message(attributeGraphs)), "graph within"},
		{"recursion", node(nested), "graph within"},
		{"a sparse tensor", message(modelGraph, message(graphSparse)), "sparse"},
		{"a sparse constant", node(message(attributeSparse)), "sparse"},
		{"functions", message(modelFunctions), "functions"},
		{"training", message(modelTraining), "training"},
		{"a huge tensor", message(modelGraph, message(graphTensor, varint(tensorDimensions, 1<<20), varint(tensorDimensions, 1<<20))), "elements"},
		{"a huge tensor, packed", message(modelGraph, message(graphTensor, message(tensorDimensions, binary.AppendUvarint(nil, 1<<40)))), "elements"},
		{"a negative dimension", message(modelGraph, message(graphTensor, varint(tensorDimensions, 1<<64-1))), "elements"},
		{"output of any size", message(modelGraph, message(graphNode, message(nodeOperator, []byte("ConstantOfShape")))), "ConstantOfShape"},
		{"a huge file", make([]byte, largestFile), "bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			g, err := Open(append(graph(t, "nearest"), test.hostile...), "hostile", Options{Threads: 1})
			if err == nil {
				g.Close()
				t.Fatal("it was opened")
			}
			var refused *Error
			if !errors.As(err, &refused) || refused.Kind != Contract || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestOpenRefusesWhatIsCutShort(t *testing.T) {
	onnx := graph(t, "nearest")
	for length := 1; length < len(onnx); length += 1 + len(onnx)/97 {
		g, err := Open(onnx[:length], "cut short", Options{Threads: 1})
		if err == nil {
			g.Close()
			continue // the end was of no account: a producer's name, say
		}
		if refused := new(Error); !errors.As(err, &refused) {
			t.Errorf("%d bytes: the error is %v", length, err)
		}
	}
}

func TestReadFileRefusesAHugeFileUnread(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huge.onnx")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 1<<40); err != nil { // takes no space
		t.Fatal(err)
	}
	_, err := ReadFile(path)
	if refused := new(Error); !errors.As(err, &refused) || refused.Kind != Contract {
		t.Errorf("the error is %v", err)
	}
}

func TestEveryBuiltinGeneratorIsAdmitted(t *testing.T) {
	paths, err := filepath.Glob("weights/*.onnx")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		onnx, err := os.ReadFile(path)
		if err == nil {
			err = admit(onnx)
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Whatever the bytes are, they are opened or refused: ONNX Runtime has the last
// word on those that are admitted.
func FuzzOpen(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.onnx")
	if err != nil || len(paths) == 0 {
		f.Fatal(paths, err)
	}
	for _, path := range paths {
		onnx, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(onnx)
		f.Add(onnx[:len(onnx)/2])
		flipped := slices.Clone(onnx)
		flipped[len(flipped)/3] ^= 0x20
		f.Add(flipped)
	}
	limitMemory(f)
	f.Fuzz(func(t *testing.T, onnx []byte) {
		g, err := Open(onnx, "fuzzed", Options{Threads: 1})
		if err == nil {
			g.Close()
			return
		}
		if refused := new(Error); !errors.As(err, &refused) {
			t.Fatalf("the error is %v", err)
		}
	})
}

// Admission reads every byte of a file that nobody vouches for.
func FuzzAdmit(f *testing.F) {
	f.Add(graph(f, "nearest"))
	f.Add(node(message(attributeTensor, varint(tensorDimensions, 3))))
	f.Fuzz(func(t *testing.T, onnx []byte) { _ = admit(onnx) })
}
