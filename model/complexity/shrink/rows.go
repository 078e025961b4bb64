package shrink

import (
	"math"

	"gst-superres/model/complexity/onnx"
)

// rows is the weights of a Conv or Gemm, a row an output.
type rows struct {
	rows       [][]float64 // [output][input * taps]
	bias       []float64   // one an output, zeros where there is none
	taps       int         // positions of the kernel
	shape      []int64
	transposed bool // Gemm with weights [outputs, inputs], as Conv always has them
}

// readRows returns the weights of a node, or nil for one that it cannot read.
func readRows(m *onnx.Model, node int) *rows {
	n := &m.Graph.Nodes[node]
	t := m.Graph.Initializer(n.Inputs[1])
	if t == nil || t.Element != onnx.Float32 {
		return nil
	}
	values, err := t.Values()
	if err != nil {
		return nil
	}
	w := &rows{taps: 1, shape: t.Shape, transposed: n.Operator == "Conv" || n.Integer("transB", 0) != 0}
	outputs := int(t.Shape[0])
	if n.Operator == "Conv" {
		w.taps = int(t.Shape[2] * t.Shape[3])
	}
	if !w.transposed {
		outputs = int(t.Shape[1])
	}
	inner := len(values) / outputs
	for o := range outputs {
		row := make([]float64, inner)
		for i := range row {
			row[i] = values[w.index(o, i, outputs, inner)]
		}
		w.rows = append(w.rows, row)
	}
	w.bias = make([]float64, outputs)
	if len(n.Inputs) > 2 && n.Inputs[2] != "" {
		b := m.Graph.Initializer(n.Inputs[2])
		if b == nil {
			return nil
		}
		bias, err := b.Values()
		if err != nil || len(bias) != outputs {
			return nil
		}
		copy(w.bias, bias)
	}
	return w
}

func (w *rows) index(output, i, outputs, inner int) int {
	if w.transposed {
		return output*inner + i
	}
	return i*outputs + output
}

// write puts the weights and biases back into the graph.
func (w *rows) write(m *onnx.Model, node int) {
	n := &m.Graph.Nodes[node]
	outputs, inner := len(w.rows), len(w.rows[0])
	values := make([]float64, outputs*inner)
	for o, row := range w.rows {
		for i, v := range row {
			values[w.index(o, i, outputs, inner)] = v
		}
	}
	axis := 1
	if w.transposed {
		axis = 0
	}
	w.shape[axis] = int64(outputs)
	put(m, node, 1, w.shape, values)
	hasBias := len(n.Inputs) > 2 && n.Inputs[2] != ""
	for _, b := range w.bias {
		if b != 0 && !hasBias {
			n.Inputs = append(n.Inputs[:2:2], m.Graph.Unused(n.Outputs[0]+"_bias"))
			hasBias = true
		}
	}
	if hasBias {
		put(m, node, 2, []int64{int64(outputs)}, w.bias)
	}
}

// put gives a node's input new float32 values.
func put(m *onnx.Model, node, input int, shape []int64, values []float64) {
	name := m.Graph.Nodes[node].Inputs[input]
	t, err := onnx.New(name, onnx.Float32, shape, values)
	if err != nil {
		panic("shrink: " + err.Error()) // shape and values come from one matrix
	}
	if m.Graph.Initializer(name) == nil {
		m.Graph.Initializers = append(m.Graph.Initializers, t)
		return
	}
	replace(&m.Graph, place{node: node, input: input}, t)
}

// combine writes a unit's weights as a combination of those of others, or
// returns nil where they are independent: within 1e-9 of their length, far
// below the step of float32. Gram-Schmidt with its factors kept.
func combine(w *rows, others []int, unit int) *combination {
	rest := append([]float64(nil), w.rows[unit]...)
	length := norm(rest)
	type direction struct {
		vector  []float64
		factors []float64 // of the others
	}
	var basis []direction
	for k, o := range others {
		d := direction{append([]float64(nil), w.rows[o]...), make([]float64, len(others))}
		d.factors[k] = 1
		for _, b := range basis {
			subtract(d.vector, d.factors, b.vector, b.factors, dot(d.vector, b.vector)/dot(b.vector, b.vector))
		}
		if norm(d.vector) > 1e-9*norm(w.rows[o]) {
			basis = append(basis, d)
		}
	}
	factors := make([]float64, len(others)) // minus what the unit is made of
	for _, b := range basis {
		subtract(rest, factors, b.vector, b.factors, dot(rest, b.vector)/dot(b.vector, b.vector))
	}
	if norm(rest) > 1e-9*length {
		return nil
	}
	c := &combination{unit: unit, others: others, factors: make([]float64, len(others)), constant: w.bias[unit]}
	for i, f := range factors {
		c.factors[i] = -f
		c.constant -= c.factors[i] * w.bias[others[i]]
	}
	return c
}

// subtract takes a multiple of one vector and its factors from another.
func subtract(vector, factors, from, fromFactors []float64, times float64) {
	for i := range vector {
		vector[i] -= times * from[i]
	}
	for i := range factors {
		factors[i] -= times * fromFactors[i]
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func norm(a []float64) float64 { return math.Sqrt(dot(a, a)) }
