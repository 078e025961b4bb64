package onnx

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// example is a model with one of everything that the package reads.
func example(t testing.TB) *Model {
	t.Helper()
	weight, err := New("weight", Float32, []int64{2, 1}, []float64{0.5, -3})
	if err != nil {
		t.Fatal(err)
	}
	inner, err := New("", Int8, []int64{3}, []float64{-128, 0, 127})
	if err != nil {
		t.Fatal(err)
	}
	return &Model{
		Opsets:   []Opset{{Version: 19}, {Domain: "com.microsoft", Version: 1}},
		Metadata: []Entry{{Key: "generator", Value: "example"}},
		Graph: Graph{
			Name: "g",
			Nodes: []Node{{
				Inputs: []string{"x", "", "weight"}, Outputs: []string{"y"}, Name: "n", Operator: "Made", Domain: "d",
				Attributes: []Attribute{
					{Name: "i", Type: IntegerAttribute, Integer: -2},
					{Name: "f", Type: FloatAttribute, Float: 0.25},
					{Name: "s", Type: StringAttribute, String: "edge"},
					{Name: "t", Type: TensorAttribute, Tensor: &inner},
					{Name: "ints", Type: IntegersAttribute, Integers: []int64{1, 0, -1}},
					{Name: "floats", Type: FloatsAttribute, Floats: []float32{0, 1.5}},
				},
			}},
			Initializers: []Tensor{weight},
			Inputs:       []ValueInfo{{Name: "x", Element: Uint8, Shape: []Dimension{{Symbol: "n"}, {Size: 6}}}},
			Outputs:      []ValueInfo{{Name: "y", Element: Float32}},
		},
	}
}

func TestDecodeReadsWhatEncodeWrote(t *testing.T) {
	first := example(t).Encode()
	m, err := Decode(first)
	if err != nil {
		t.Fatal(err)
	}
	if second := m.Encode(); !bytes.Equal(first, second) {
		t.Errorf("encoding twice: got %d bytes, want the %d of the first time", len(second), len(first))
	}
	n := m.Graph.Nodes[0]
	want := []string{"x", "", "weight"}
	if !reflect.DeepEqual(n.Inputs, want) {
		t.Errorf("inputs: got %q, want %q (the one left out must stay)", n.Inputs, want)
	}
	if got := n.Integer("i", 0); got != -2 {
		t.Errorf("attribute i: got %d, want -2", got)
	}
	if got := n.Float("f", 0); got != 0.25 {
		t.Errorf("attribute f: got %g, want 0.25", got)
	}
	if got := n.Text("s", ""); got != "edge" {
		t.Errorf("attribute s: got %q, want edge", got)
	}
	if got := n.Integers("ints"); !reflect.DeepEqual(got, []int64{1, 0, -1}) {
		t.Errorf("attribute ints: got %v, want [1 0 -1]", got)
	}
	if got := n.Integer("absent", 7); got != 7 {
		t.Errorf("absent attribute: got %d, want the default 7", got)
	}
	if got := m.Graph.Inputs[0].Shape; !reflect.DeepEqual(got, []Dimension{{Symbol: "n"}, {Size: 6}}) {
		t.Errorf("input shape: got %v", got)
	}
	values, err := n.Attribute("t").Tensor.Values()
	if err != nil || !reflect.DeepEqual(values, []float64{-128, 0, 127}) {
		t.Errorf("tensor attribute: got %v, %v, want [-128 0 127]", values, err)
	}
}

func TestEncodeReturnsTheBytesOfAFile(t *testing.T) {
	files, err := filepath.Glob("../network/testdata/*.onnx")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files to read: %v", err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(m.Encode(), b) {
			t.Errorf("%s: decoding and encoding changed its bytes", path)
		}
	}
}

func TestDecodeKeepsFieldsItDoesNotKnow(t *testing.T) {
	const unknown = "\xa2\x06\x05hello" // field 100, 5 bytes
	b := append(example(t).Encode(), unknown...)
	m, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Encode(); !bytes.HasSuffix(got, []byte(unknown)) {
		t.Errorf("field 100 was lost in %d bytes", len(got))
	}
}

func TestValuesReadTypedLists(t *testing.T) {
	cases := []struct {
		name   string
		tensor Tensor
		want   []float64
	}{
		{"float_data", Tensor{Element: Float32, Shape: []int64{2}, floats: []float32{1.5, -2}}, []float64{1.5, -2}},
		{"int32_data of int8", Tensor{Element: Int8, Shape: []int64{2}, int32s: []int64{-3, 4}}, []float64{-3, 4}},
		{"int64_data, scalar", Tensor{Element: Int64, int64s: []int64{9}}, []float64{9}},
	}
	for _, c := range cases {
		b := c.tensor.encode()
		var back Tensor
		if err := back.decode(b); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got, err := back.Values(); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
}

func TestBrokenInputIsRefused(t *testing.T) {
	whole := example(t).Encode()
	if _, err := Decode(whole[:len(whole)/2]); err == nil {
		t.Error("half a model was read without an error")
	}
	if _, err := Decode(nil); err == nil || !strings.Contains(err.Error(), "no graph") {
		t.Errorf("empty file: got %v, want an error about the missing graph", err)
	}
	cases := []struct {
		name   string
		tensor Tensor
		want   string
	}{
		{"too few bytes", Tensor{Element: Float32, Shape: []int64{2}, raw: make([]byte, 7), hasRaw: true}, "8 are needed"},
		{"overflowing shape", Tensor{Element: Float32, Shape: []int64{math.MaxInt32, math.MaxInt32}}, "sizes from 0"},
		{"negative shape", Tensor{Element: Float32, Shape: []int64{-1}}, "sizes from 0"},
		{"unread type", Tensor{Element: 16, Shape: []int64{1}, raw: []byte{0, 0}, hasRaw: true}, "element type 16"},
		{"other file", Tensor{Element: Float32, Shape: []int64{1}, external: true}, "another file"},
	}
	for _, c := range cases {
		if _, err := c.tensor.Values(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want one with %q", c.name, err, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(example(f).Encode())
	f.Add([]byte{0x3a, 0x02, 0x0a, 0x00})
	// A node whose operator is given three times, once empty.
	f.Add([]byte("\x3a\x0a\x0a\x08\x22\x01a\x22\x00\x22\x01b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			return
		}
		for i := range m.Graph.Initializers {
			_, _ = m.Graph.Initializers[i].Values()
		}
		again, err := Decode(m.Encode())
		if err != nil {
			t.Fatalf("what was written is refused: %v", err)
		}
		if !bytes.Equal(again.Encode(), m.Encode()) {
			t.Fatal("writing is not stable")
		}
	})
}
