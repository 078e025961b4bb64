package onnx

import "fmt"

// Model is a ModelProto.
type Model struct {
	Graph    Graph
	Metadata []Entry // metadata_props, in file order
	Opsets   []Opset
	unknown  []byte // every other field, as it came
}

// Opset is an OperatorSetIdProto: the version of a domain's operators.
type Opset struct {
	Domain  string // "" is ONNX's own
	Version int64
	unknown []byte
}

// Entry is one key and its value among a model's notes.
type Entry struct {
	Key, Value string
	unknown    []byte
}

// Graph is a GraphProto.
type Graph struct {
	Nodes        []Node // in topological order, as ONNX demands
	Name         string
	Initializers []Tensor
	Inputs       []ValueInfo
	Outputs      []ValueInfo
	unknown      []byte
}

// Node is a NodeProto.
type Node struct {
	Inputs     []string // "" is an optional input left out
	Outputs    []string
	Name       string
	Operator   string // op_type
	Attributes []Attribute
	Domain     string
	unknown    []byte
}

// AttributeType is AttributeProto.AttributeType; other types are kept unread.
type AttributeType int64

// The attribute types that this package reads.
const (
	FloatAttribute    AttributeType = 1
	IntegerAttribute  AttributeType = 2
	StringAttribute   AttributeType = 3
	TensorAttribute   AttributeType = 4
	FloatsAttribute   AttributeType = 6
	IntegersAttribute AttributeType = 7
)

// Attribute is an AttributeProto.
type Attribute struct {
	Name     string
	Type     AttributeType
	Float    float32
	Integer  int64
	String   string
	Tensor   *Tensor // nil unless Type is TensorAttribute
	Floats   []float32
	Integers []int64
	unknown  []byte
}

// ElementType is TensorProto.DataType.
type ElementType int64

// The element types whose values this package reads.
const (
	Float32 ElementType = 1
	Uint8   ElementType = 2
	Int8    ElementType = 3
	Int32   ElementType = 6
	Int64   ElementType = 7
	Float64 ElementType = 11
)

// ValueInfo is a ValueInfoProto of a tensor: the type of an input or output.
type ValueInfo struct {
	Name    string
	Element ElementType
	Shape   []Dimension // nil where the rank is not given
	unknown []byte
	types   []byte // TypeProto as it came; what is written back
}

// Dimension is one size of a tensor: a number, or a symbol where it is free.
type Dimension struct {
	Size   int64 // 0 where it is free
	Symbol string
}

// Attribute returns the attribute of that name, or nil.
func (n *Node) Attribute(name string) *Attribute {
	for i := range n.Attributes {
		if n.Attributes[i].Name == name {
			return &n.Attributes[i]
		}
	}
	return nil
}

// Integer returns an integer attribute, or the default where it is left out.
func (n *Node) Integer(name string, otherwise int64) int64 {
	if a := n.Attribute(name); a != nil {
		return a.Integer
	}
	return otherwise
}

// Float returns a float attribute, or the default where it is left out.
func (n *Node) Float(name string, otherwise float32) float32 {
	if a := n.Attribute(name); a != nil {
		return a.Float
	}
	return otherwise
}

// Text returns a string attribute, or the default where it is left out.
func (n *Node) Text(name, otherwise string) string {
	if a := n.Attribute(name); a != nil {
		return a.String
	}
	return otherwise
}

// Integers returns a list attribute, or nil where it is left out.
func (n *Node) Integers(name string) []int64 {
	if a := n.Attribute(name); a != nil {
		return a.Integers
	}
	return nil
}

// Initializer returns the constant of that name, or nil.
func (g *Graph) Initializer(name string) *Tensor {
	for i := range g.Initializers {
		if g.Initializers[i].Name == name {
			return &g.Initializers[i]
		}
	}
	return nil
}

// HoistConstants turns nodes of operator Constant with a tensor into initializers.
func (g *Graph) HoistConstants() {
	var nodes []Node
	for _, n := range g.Nodes {
		a := n.Attribute("value")
		if n.Operator != "Constant" || n.Domain != "" || a == nil || a.Tensor == nil || len(n.Outputs) != 1 {
			nodes = append(nodes, n)
			continue
		}
		t := *a.Tensor
		t.Name = n.Outputs[0]
		g.Initializers = append(g.Initializers, t)
	}
	g.Nodes = nodes
}

// Uses returns how many inputs of nodes have that name.
func (g *Graph) Uses(name string) int {
	uses := 0
	for i := range g.Nodes {
		for _, in := range g.Nodes[i].Inputs {
			if in == name {
				uses++
			}
		}
	}
	return uses
}

// Unused returns a name that no value of the graph has: the one given, or it
// with a number behind.
func (g *Graph) Unused(name string) string {
	taken := func(name string) bool {
		if g.Initializer(name) != nil {
			return true
		}
		for i := range g.Nodes {
			for _, out := range g.Nodes[i].Outputs {
				if out == name {
					return true
				}
			}
		}
		return false
	}
	unused := name
	for k := 0; taken(unused); k++ {
		unused = fmt.Sprintf("%s_%d", name, k)
	}
	return unused
}
