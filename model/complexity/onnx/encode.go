package onnx

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Encode serialises a model, fields in the order of their numbers. A model that
// was serialised that way, as ONNX's own library does, comes out byte for byte.
func (m *Model) Encode() []byte {
	var b []byte
	b = appendBytes(b, 7, m.Graph.encode())
	for i := range m.Opsets {
		o := appendText(nil, 1, m.Opsets[i].Domain)
		o = appendInteger(o, 2, m.Opsets[i].Version)
		b = appendBytes(b, 8, ordered(o, m.Opsets[i].unknown))
	}
	for i := range m.Metadata {
		e := appendText(nil, 1, m.Metadata[i].Key)
		e = appendText(e, 2, m.Metadata[i].Value)
		b = appendBytes(b, 14, ordered(e, m.Metadata[i].unknown))
	}
	return ordered(b, m.unknown)
}

func (g *Graph) encode() []byte {
	var b []byte
	for i := range g.Nodes {
		b = appendBytes(b, 1, g.Nodes[i].encode())
	}
	b = appendText(b, 2, g.Name)
	for i := range g.Initializers {
		b = appendBytes(b, 5, g.Initializers[i].encode())
	}
	for i := range g.Inputs {
		b = appendBytes(b, 11, g.Inputs[i].encode())
	}
	for i := range g.Outputs {
		b = appendBytes(b, 12, g.Outputs[i].encode())
	}
	return ordered(b, g.unknown)
}

func (n *Node) encode() []byte {
	var b []byte
	for _, name := range n.Inputs { // an empty name is an input left out: it must stay
		b = appendBytes(b, 1, []byte(name))
	}
	for _, name := range n.Outputs {
		b = appendBytes(b, 2, []byte(name))
	}
	b = appendText(b, 3, n.Name)
	b = appendText(b, 4, n.Operator)
	for i := range n.Attributes {
		b = appendBytes(b, 5, n.Attributes[i].encode())
	}
	b = appendText(b, 7, n.Domain)
	return ordered(b, n.unknown)
}

func (a *Attribute) encode() []byte {
	b := appendText(nil, 1, a.Name)
	if a.Type == FloatAttribute || a.Float != 0 {
		b = protowire.AppendTag(b, 2, protowire.Fixed32Type)
		b = protowire.AppendFixed32(b, math.Float32bits(a.Float))
	}
	if a.Type == IntegerAttribute || a.Integer != 0 {
		b = protowire.AppendTag(b, 3, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(a.Integer))
	}
	b = appendText(b, 4, a.String)
	if a.Tensor != nil {
		b = appendBytes(b, 5, a.Tensor.encode())
	}
	for _, v := range a.Floats {
		b = protowire.AppendTag(b, 7, protowire.Fixed32Type)
		b = protowire.AppendFixed32(b, math.Float32bits(v))
	}
	for _, v := range a.Integers { // not packed: attributes never were
		b = protowire.AppendTag(b, 8, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(v))
	}
	b = appendInteger(b, 20, int64(a.Type))
	return ordered(b, a.unknown)
}

func (v *ValueInfo) encode() []byte {
	b := appendText(nil, 1, v.Name)
	types := v.types
	if types == nil {
		types = v.encodeType()
	}
	b = appendBytes(b, 2, types)
	return ordered(b, v.unknown)
}

func (v *ValueInfo) encodeType() []byte {
	tensor := appendInteger(nil, 1, int64(v.Element))
	if v.Shape != nil {
		var shape []byte
		for _, d := range v.Shape {
			one := appendText(nil, 2, d.Symbol)
			if d.Symbol == "" {
				one = appendInteger(nil, 1, d.Size)
			}
			shape = appendBytes(shape, 1, one)
		}
		tensor = appendBytes(tensor, 2, shape)
	}
	return appendBytes(nil, 1, tensor)
}
