package onnx

import (
	"fmt"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one field of a message, split from its tag.
type field struct {
	number protowire.Number
	kind   protowire.Type
	varint uint64
	fixed  uint32
	bytes  []byte // contents, where kind is BytesType
	raw    []byte // tag and contents
}

// each calls use for the fields of a message in their order. A field that use
// does not take (it returns false) is appended to unknown.
func each(message string, b []byte, unknown *[]byte, use func(field) (bool, error)) error {
	for len(b) > 0 {
		f, rest, err := next(b)
		if err != nil {
			return fmt.Errorf("%s, %d bytes before its end: %w", message, len(b), err)
		}
		taken, err := use(f)
		if err != nil {
			return fmt.Errorf("%s: %w", message, err)
		}
		if !taken {
			*unknown = append(*unknown, f.raw...)
		}
		b = rest
	}
	return nil
}

func next(b []byte) (field, []byte, error) {
	number, kind, tag := protowire.ConsumeTag(b)
	if tag < 0 {
		return field{}, nil, protowire.ParseError(tag)
	}
	f := field{number: number, kind: kind}
	var n int
	switch kind {
	case protowire.VarintType:
		f.varint, n = protowire.ConsumeVarint(b[tag:])
	case protowire.Fixed32Type:
		f.fixed, n = protowire.ConsumeFixed32(b[tag:])
	case protowire.BytesType:
		f.bytes, n = protowire.ConsumeBytes(b[tag:])
	default:
		n = protowire.ConsumeFieldValue(number, kind, b[tag:])
	}
	if n < 0 {
		return field{}, nil, fmt.Errorf("field %d: %w", number, protowire.ParseError(n))
	}
	f.raw = b[:tag+n]
	return f, b[tag+n:], nil
}

// expect returns an error where a known field does not have its wire type.
func (f field) expect(kind protowire.Type) error {
	if f.kind != kind {
		return fmt.Errorf("field %d has wire type %d; %d is its type", f.number, f.kind, kind)
	}
	return nil
}

// text reads a string. One that is present and empty is kept as it came.
func (f field) text(to *string) (bool, error) {
	*to = string(f.bytes)
	return len(f.bytes) > 0, f.expect(protowire.BytesType)
}

func (f field) texts(to *[]string) (bool, error) {
	*to = append(*to, string(f.bytes))
	return true, f.expect(protowire.BytesType)
}

func (f field) integer(to *int64) (bool, error) {
	*to = int64(f.varint)
	return true, f.expect(protowire.VarintType)
}

// integers appends a repeated integer, packed or not.
func (f field) integers(to *[]int64) (bool, error) {
	if f.kind == protowire.VarintType {
		*to = append(*to, int64(f.varint))
		return true, nil
	}
	if err := f.expect(protowire.BytesType); err != nil {
		return false, err
	}
	for b := f.bytes; len(b) > 0; {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return false, fmt.Errorf("field %d: %w", f.number, protowire.ParseError(n))
		}
		*to = append(*to, int64(v))
		b = b[n:]
	}
	return true, nil
}

// floats appends a repeated float, packed or not.
func (f field) floats(to *[]float32) (bool, error) {
	if f.kind == protowire.Fixed32Type {
		*to = append(*to, math.Float32frombits(f.fixed))
		return true, nil
	}
	if err := f.expect(protowire.BytesType); err != nil {
		return false, err
	}
	if len(f.bytes)%4 != 0 {
		return false, fmt.Errorf("field %d packs floats in %d bytes; a multiple of 4 is needed", f.number, len(f.bytes))
	}
	for b := f.bytes; len(b) > 0; b = b[4:] {
		v, _ := protowire.ConsumeFixed32(b)
		*to = append(*to, math.Float32frombits(v))
	}
	return true, nil
}

func appendText(b []byte, number protowire.Number, s string) []byte {
	if s == "" {
		return b
	}
	return appendBytes(b, number, []byte(s))
}

func appendBytes(b []byte, number protowire.Number, contents []byte) []byte {
	b = protowire.AppendTag(b, number, protowire.BytesType)
	return protowire.AppendBytes(b, contents)
}

func appendInteger(b []byte, number protowire.Number, v int64) []byte {
	if v == 0 {
		return b
	}
	b = protowire.AppendTag(b, number, protowire.VarintType)
	return protowire.AppendVarint(b, uint64(v))
}

// ordered puts fields that were kept unread before b and sorts all by their
// numbers, as serialisers do. Of a text given twice the last one counts: an empty
// one, which is kept unread, must not come after the one that was read. What it
// is given was encoded or decoded here, so it is whole.
func ordered(b, unknown []byte) []byte {
	if len(unknown) == 0 {
		return b
	}
	var fields []field
	for rest := slices.Concat(unknown, b); len(rest) > 0; {
		var f field
		var err error
		if f, rest, err = next(rest); err != nil {
			panic("onnx: " + err.Error())
		}
		fields = append(fields, f)
	}
	slices.SortStableFunc(fields, func(a, b field) int { return int(a.number) - int(b.number) })
	var out []byte
	for _, f := range fields {
		out = append(out, f.raw...)
	}
	return out
}
