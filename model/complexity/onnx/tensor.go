package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// largest is the most elements that a constant may have: far beyond any network
// that is worth counting, and small enough to refuse a hostile file early.
const largest = 1 << 28

// Tensor is a TensorProto: a constant.
type Tensor struct {
	Name     string
	Element  ElementType
	Shape    []int64
	floats   []float32 // float_data
	int32s   []int64   // int32_data: also the bytes, one a word
	int64s   []int64   // int64_data
	raw      []byte    // raw_data, little-endian
	hasRaw   bool
	external bool // the values lie in another file
	unknown  []byte
}

// New returns a constant of that element type with the values converted to it.
// Values are in row-major order; their number must be the product of shape.
func New(name string, element ElementType, shape []int64, values []float64) (Tensor, error) {
	t := Tensor{Name: name, Element: element, Shape: append([]int64(nil), shape...), hasRaw: true}
	n, err := t.Size()
	if err != nil {
		return t, err
	}
	if n != len(values) {
		return t, fmt.Errorf("constant %q of shape %v needs %d values; %d were given", name, shape, n, len(values))
	}
	for _, v := range values {
		switch element {
		case Float32:
			t.raw = binary.LittleEndian.AppendUint32(t.raw, math.Float32bits(float32(v)))
		case Float64:
			t.raw = binary.LittleEndian.AppendUint64(t.raw, math.Float64bits(v))
		case Uint8:
			t.raw = append(t.raw, uint8(v))
		case Int8:
			t.raw = append(t.raw, uint8(int8(v)))
		case Int32:
			t.raw = binary.LittleEndian.AppendUint32(t.raw, uint32(int32(v)))
		case Int64:
			t.raw = binary.LittleEndian.AppendUint64(t.raw, uint64(int64(v)))
		default:
			return t, fmt.Errorf("constant %q has element type %d; float32, float64, uint8, int8, int32 or int64 is needed", name, element)
		}
	}
	return t, nil
}

// Size returns the number of elements: 1 for a scalar.
func (t *Tensor) Size() (int, error) {
	n := int64(1)
	for _, d := range t.Shape {
		if d < 0 || d > largest || n*d > largest {
			return 0, fmt.Errorf("constant %q has shape %v; sizes from 0 to %d in all are read", t.Name, t.Shape, largest)
		}
		n *= d
	}
	return int(n), nil
}

// Values returns the elements in row-major order. Every element type that is
// read fits a float64 exactly, but for int64 beyond 2^53.
func (t *Tensor) Values() ([]float64, error) {
	n, err := t.Size()
	if err != nil {
		return nil, err
	}
	if t.external {
		return nil, fmt.Errorf("constant %q lies in another file; save the model with its weights inside", t.Name)
	}
	if t.hasRaw {
		return t.rawValues(n)
	}
	var out []float64
	switch t.Element {
	case Float32:
		for _, v := range t.floats {
			out = append(out, float64(v))
		}
	case Uint8, Int8, Int32:
		for _, v := range t.int32s {
			out = append(out, float64(v))
		}
	case Int64:
		for _, v := range t.int64s {
			out = append(out, float64(v))
		}
	default:
		return nil, fmt.Errorf("constant %q has element type %d in a typed list; it is not read", t.Name, t.Element)
	}
	if len(out) != n {
		return nil, fmt.Errorf("constant %q of shape %v has %d values; %d are needed", t.Name, t.Shape, len(out), n)
	}
	return out, nil
}

func (t *Tensor) rawValues(n int) ([]float64, error) {
	sizes := map[ElementType]int{Float32: 4, Float64: 8, Uint8: 1, Int8: 1, Int32: 4, Int64: 8}
	size, ok := sizes[t.Element]
	if !ok {
		return nil, fmt.Errorf("constant %q has element type %d; float32, float64, uint8, int8, int32 and int64 are read", t.Name, t.Element)
	}
	if len(t.raw) != n*size {
		return nil, fmt.Errorf("constant %q of shape %v has %d bytes; %d are needed", t.Name, t.Shape, len(t.raw), n*size)
	}
	out := make([]float64, n)
	for i := range out {
		b := t.raw[i*size:]
		switch t.Element {
		case Float32:
			out[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
		case Float64:
			out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b))
		case Uint8:
			out[i] = float64(b[0])
		case Int8:
			out[i] = float64(int8(b[0]))
		case Int32:
			out[i] = float64(int32(binary.LittleEndian.Uint32(b)))
		case Int64:
			out[i] = float64(int64(binary.LittleEndian.Uint64(b)))
		}
	}
	return out, nil
}

func (t *Tensor) decode(b []byte) error {
	return each("tensor", b, &t.unknown, func(f field) (bool, error) {
		switch f.number {
		case 1:
			return f.integers(&t.Shape)
		case 2:
			return f.integer((*int64)(&t.Element))
		case 4:
			return f.floats(&t.floats)
		case 5:
			return f.integers(&t.int32s)
		case 7:
			return f.integers(&t.int64s)
		case 8:
			return f.text(&t.Name)
		case 9:
			t.raw, t.hasRaw = f.bytes, true
			return true, f.expect(protowire.BytesType)
		case 14: // kept as it came, too: it is part of what the model says
			t.external = f.varint == 1
		}
		return false, nil
	})
}

func (t *Tensor) encode() []byte {
	var b []byte
	for _, d := range t.Shape { // a dimension of 0 must stay
		b = protowire.AppendTag(b, 1, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(d))
	}
	b = appendInteger(b, 2, int64(t.Element))
	if len(t.floats) > 0 {
		var packed []byte
		for _, v := range t.floats {
			packed = protowire.AppendFixed32(packed, math.Float32bits(v))
		}
		b = appendBytes(b, 4, packed)
	}
	b = appendPacked(b, 5, t.int32s)
	b = appendPacked(b, 7, t.int64s)
	b = appendText(b, 8, t.Name)
	if t.hasRaw {
		b = appendBytes(b, 9, t.raw)
	}
	return ordered(b, t.unknown)
}

func appendPacked(b []byte, number protowire.Number, values []int64) []byte {
	if len(values) == 0 {
		return b
	}
	var packed []byte
	for _, v := range values {
		packed = protowire.AppendVarint(packed, uint64(v))
	}
	return appendBytes(b, number, packed)
}
