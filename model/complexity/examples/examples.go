// Package examples makes small networks as ONNX models, for tests.
package examples

import (
	"fmt"
	"math/rand/v2"

	"gst-superres/model/complexity/onnx"
)

// Builder appends nodes to a chain.
type Builder struct {
	Model *onnx.Model
	last  string
}

// New starts a model whose input has this shape, 0 for a free size.
func New(element onnx.ElementType, shape ...int64) *Builder {
	in := onnx.ValueInfo{Name: "x", Element: element, Shape: []onnx.Dimension{}}
	for _, s := range shape {
		d := onnx.Dimension{Size: s}
		if s == 0 {
			d.Symbol = "free"
		}
		in.Shape = append(in.Shape, d)
	}
	m := &onnx.Model{Graph: onnx.Graph{Name: "example", Inputs: []onnx.ValueInfo{in}}, Opsets: []onnx.Opset{{Version: 19}}}
	return &Builder{m, "x"}
}

// Constant adds a constant and returns its name.
func (b *Builder) Constant(element onnx.ElementType, values []float64, shape ...int64) string {
	name := fmt.Sprintf("c%d", len(b.Model.Graph.Initializers))
	t, err := onnx.New(name, element, shape, values)
	if err != nil {
		panic(err) // a mistake in a test
	}
	b.Model.Graph.Initializers = append(b.Model.Graph.Initializers, t)
	return name
}

// Node adds a node that takes what the last one made, then constants.
func (b *Builder) Node(operator string, constants []string, attributes ...onnx.Attribute) *Builder {
	name := fmt.Sprintf("n%d", len(b.Model.Graph.Nodes))
	b.Model.Graph.Nodes = append(b.Model.Graph.Nodes, onnx.Node{
		Name: name, Operator: operator, Inputs: append([]string{b.last}, constants...), Outputs: []string{name}, Attributes: attributes,
	})
	b.last = name
	return b
}

// Finish declares the output and returns the model as it would be read from a file.
func (b *Builder) Finish() *onnx.Model {
	b.Model.Graph.Outputs = []onnx.ValueInfo{{Name: b.last, Element: onnx.Float32}}
	m, err := onnx.Decode(b.Model.Encode())
	if err != nil {
		panic(err)
	}
	return m
}

// Dense adds a fully connected layer: weights [inputs][outputs], row-major.
func (b *Builder) Dense(inputs, outputs int, weights, bias []float64) *Builder {
	w := b.Constant(onnx.Float32, weights, int64(inputs), int64(outputs))
	return b.Node("Gemm", []string{w, b.Constant(onnx.Float32, bias, int64(outputs))})
}

// Relu adds rectifiers.
func (b *Builder) Relu() *Builder { return b.Node("Relu", nil) }

// Limit adds limits from 0 to 1: units of two kinks.
func (b *Builder) Limit() *Builder {
	return b.Node("Clip", []string{b.Constant(onnx.Float32, []float64{0}), b.Constant(onnx.Float32, []float64{1})})
}

// Leaky adds leaky rectifiers.
func (b *Builder) Leaky() *Builder {
	return b.Node("LeakyRelu", nil, onnx.Attribute{Name: "alpha", Type: onnx.FloatAttribute, Float: 0.1})
}

// Normal returns n numbers of a standard normal distribution times deviation.
func Normal(random *rand.Rand, n int, deviation float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = random.NormFloat64() * deviation
	}
	return out
}

// Perceptron returns fully connected layers with random weights and units added
// by activate, and a linear output.
func Perceptron(random *rand.Rand, activate func(*Builder, int), inputs int, widths ...int) *onnx.Model {
	b := New(onnx.Float32, 0, int64(inputs))
	before := inputs
	for i, w := range widths {
		b.Dense(before, w, Normal(random, before*w, 1), Normal(random, w, 1))
		activate(b, i)
		before = w
	}
	return b.Dense(before, 1, Normal(random, before, 1), []float64{0}).Finish()
}

// Rectified is the activation of plain networks.
func Rectified(b *Builder, _ int) { b.Relu() }

// Convolutions returns layers of 3x3 convolutions and rectifiers on a picture of
// channels first, with a linear output of one channel.
func Convolutions(random *rand.Rand, channels int, widths ...int) *onnx.Model {
	b := New(onnx.Float32, 0, int64(channels), 0, 0)
	before := channels
	for _, w := range append(append([]int(nil), widths...), 1) {
		if b.last != "x" {
			b.Relu()
		}
		weights := b.Constant(onnx.Float32, Normal(random, w*before*9, 0.4), int64(w), int64(before), 3, 3)
		b.Node("Conv", []string{weights, b.Constant(onnx.Float32, Normal(random, w, 0.2), int64(w))},
			onnx.Attribute{Name: "pads", Type: onnx.IntegersAttribute, Integers: []int64{1, 1, 1, 1}})
		before = w
	}
	return b.Finish()
}
