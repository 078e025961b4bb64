package model

import (
	"bytes"
	"testing"
)

func TestOpenRefusesGraphsThatBreakTheContract(t *testing.T) {
	for name, mention := range map[string]string{
		"input-channels-5":         `its input "input" has 5 channels in the last dimension; uint8 [n, h, w, 6] is needed`,
		"output-channels-12":       `its output "output" has 12 channels in the last dimension; uint8 [n, h, w, 24 or 6] is needed`,
		"float32":                  `its input "input" has elements of type float32`,
		"output-int8":              `its output "output" has elements of type int8`,
		"rank-3":                   `its input "input" has 3 dimensions`,
		"fixed-height":             `its input "input" fixes h at 240`,
		"two-inputs":               "it has 2 inputs; exactly 1 is needed",
		"two-outputs":              "it has 2 outputs; exactly 1 is needed",
		"height-and-width-swapped": "it makes an output of [1 3 2 24] from an input of [1 2 3 6]; [1 2 3 24] is needed",
		"larger-than-input":        "it makes an output of [1 3 3 24] from an input of [1 1 1 6]; [1 1 1 24] is needed",
		"context-not-a-number":     `its metadata "rows of context" is "two", not a number of rows`,
		"context-negative":         `its metadata "rows of context" is "-2", not a number of rows`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(graph(t, name), "the file of "+name, Options{Threads: 1})
			checkError(t, err, Contract, "the file of "+name, mention, "n, h and w symbolic")
		})
	}
}

func TestScaleIsThatOfTheGraph(t *testing.T) {
	for name, want := range map[string]int{"nearest": 2, "convolve": 2, "copy": 1, "convolve-restore": 1} {
		if got := open(t, graph(t, name), 1).Scale(); got != want {
			t.Errorf("%s: got scale %d, want %d", name, got, want)
		}
	}
	eachKey(t, func(t *testing.T, key Key) {
		if onnx, err := Builtin(key); err == nil {
			if got := open(t, onnx, 1).Scale(); got != key.Scale {
				t.Errorf("got scale %d, want %d", got, key.Scale)
			}
		}
	})
}

func TestOpenRefusesWhatIsNotONNX(t *testing.T) {
	whole := graph(t, "convolve")
	for name, onnx := range map[string][]byte{
		"empty":     {},
		"text":      []byte("This is not an ONNX file.\n"),
		"zeros":     make([]byte, 4096),
		"picture":   []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
		"truncated": whole[:len(whole)/2],
		"last byte": whole[:len(whole)-1],
		"garbage":   bytes.Repeat([]byte{0xff}, 1000),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(onnx, "the file "+name, Options{Threads: 1})
			checkError(t, err, NotONNX, "the file "+name)
		})
	}
}

func TestOpenPassesOnWhatTheRuntimeSays(t *testing.T) {
	_, err := Open(graph(t, "unknown-operator"), "dreamer", Options{Threads: 1})
	checkError(t, err, Failed, "dreamer", "Dream")
}

func TestOpenRefusesNegativeThreads(t *testing.T) {
	_, err := Open(graph(t, "nearest"), "nearest", Options{Threads: -1})
	checkError(t, err, Failed, "-1 threads")
}
