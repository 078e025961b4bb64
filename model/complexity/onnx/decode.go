package onnx

import (
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Decode reads a serialised ModelProto. The model keeps no reference to b.
//
// It returns an error for bytes that are not one, and for a model without
// nodes; what the nodes mean is not checked.
func Decode(b []byte) (*Model, error) {
	m := &Model{}
	seen := false
	err := each("model", append([]byte(nil), b...), &m.unknown, func(f field) (bool, error) {
		switch f.number {
		case 7:
			seen = true
			return true, sub(f, m.Graph.decode)
		case 8:
			m.Opsets = append(m.Opsets, Opset{})
			return true, sub(f, m.Opsets[len(m.Opsets)-1].decode)
		case 14:
			m.Metadata = append(m.Metadata, Entry{})
			return true, sub(f, m.Metadata[len(m.Metadata)-1].decode)
		}
		return false, nil
	})
	if err != nil {
		return nil, fmt.Errorf("not an ONNX model: %w", err)
	}
	if !seen || len(m.Graph.Nodes) == 0 {
		return nil, errors.New("not an ONNX model: it has no graph, or one without nodes")
	}
	return m, nil
}

// sub decodes the message in a field.
func sub(f field, decode func([]byte) error) error {
	if err := f.expect(protowire.BytesType); err != nil {
		return err
	}
	return decode(f.bytes)
}

func (o *Opset) decode(b []byte) error {
	return each("opset", b, &o.unknown, func(f field) (bool, error) {
		switch f.number {
		case 1:
			return f.text(&o.Domain)
		case 2:
			return f.integer(&o.Version)
		}
		return false, nil
	})
}

func (e *Entry) decode(b []byte) error {
	return each("metadata", b, &e.unknown, func(f field) (bool, error) {
		switch f.number {
		case 1:
			return f.text(&e.Key)
		case 2:
			return f.text(&e.Value)
		}
		return false, nil
	})
}

func (g *Graph) decode(b []byte) error {
	return each("graph", b, &g.unknown, func(f field) (bool, error) {
		switch f.number {
		case 1:
			g.Nodes = append(g.Nodes, Node{})
			return true, sub(f, g.Nodes[len(g.Nodes)-1].decode)
		case 2:
			return f.text(&g.Name)
		case 5:
			g.Initializers = append(g.Initializers, Tensor{})
			return true, sub(f, g.Initializers[len(g.Initializers)-1].decode)
		case 11:
			g.Inputs = append(g.Inputs, ValueInfo{})
			return true, sub(f, g.Inputs[len(g.Inputs)-1].decode)
		case 12:
			g.Outputs = append(g.Outputs, ValueInfo{})
			return true, sub(f, g.Outputs[len(g.Outputs)-1].decode)
		}
		return false, nil
	})
}

func (n *Node) decode(b []byte) error {
	return each("node", b, &n.unknown, func(f field) (bool, error) {
		switch f.number {
		case 1:
			return f.texts(&n.Inputs)
		case 2:
			return f.texts(&n.Outputs)
		case 3:
			return f.text(&n.Name)
		case 4:
			return f.text(&n.Operator)
		case 5:
			n.Attributes = append(n.Attributes, Attribute{})
			return true, sub(f, n.Attributes[len(n.Attributes)-1].decode)
		case 7:
			return f.text(&n.Domain)
		}
		return false, nil
	})
}

func (a *Attribute) decode(b []byte) error {
	return each("attribute", b, &a.unknown, func(f field) (bool, error) {
		switch f.number {
		case 1:
			return f.text(&a.Name)
		case 2:
			a.Float = math.Float32frombits(f.fixed)
			return true, f.expect(protowire.Fixed32Type)
		case 3:
			return f.integer(&a.Integer)
		case 4:
			return f.text(&a.String)
		case 5:
			a.Tensor = &Tensor{}
			return true, sub(f, a.Tensor.decode)
		case 7:
			return f.floats(&a.Floats)
		case 8:
			return f.integers(&a.Integers)
		case 20:
			return f.integer((*int64)(&a.Type))
		}
		return false, nil
	})
}

func (v *ValueInfo) decode(b []byte) error {
	return each("value", b, &v.unknown, func(f field) (bool, error) {
		switch f.number {
		case 1:
			return f.text(&v.Name)
		case 2:
			v.types = append([]byte(nil), f.bytes...)
			return true, sub(f, v.decodeType)
		}
		return false, nil
	})
}

func (v *ValueInfo) decodeType(b []byte) error {
	var kept []byte // types are written back from their own bytes
	return each("type", b, &kept, func(f field) (bool, error) {
		if f.number != 1 {
			return false, nil
		}
		return true, sub(f, func(b []byte) error {
			return each("tensor type", b, &kept, func(f field) (bool, error) {
				switch f.number {
				case 1:
					return f.integer((*int64)(&v.Element))
				case 2:
					v.Shape = []Dimension{}
					return true, sub(f, v.decodeShape)
				}
				return false, nil
			})
		})
	})
}

func (v *ValueInfo) decodeShape(b []byte) error {
	var kept []byte
	return each("shape", b, &kept, func(f field) (bool, error) {
		if f.number != 1 {
			return false, nil
		}
		var d Dimension
		err := sub(f, func(b []byte) error {
			return each("dimension", b, &kept, func(f field) (bool, error) {
				switch f.number {
				case 1:
					return f.integer(&d.Size)
				case 2:
					return f.text(&d.Symbol)
				}
				return false, nil
			})
		})
		v.Shape = append(v.Shape, d)
		return true, err
	})
}
