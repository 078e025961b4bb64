package shrink

import (
	"fmt"
	"slices"

	"gst-superres/model/complexity/network"
	"gst-superres/model/complexity/onnx"
)

// cut is where the channels of a layer appear in the constants of a graph.
type cut struct {
	producer  int   // ONNX node of the weights that make the layer
	between   []int // ONNX nodes that scale or offset its channels
	consumers []int // ONNX nodes of the weights that read it
	channels  int
	padded    bool // one of the consumers pads: outside of the picture the layer is zero
}

// planCut finds where a layer appears, or says why its units must stay.
func planCut(n *network.Network, m *onnx.Model, l network.Layer) (c cut, why string) {
	c.channels = n.Nodes[l.Switch].Channels
	if l.Convolution < 0 {
		return c, "no single layer of weights makes it"
	}
	c.producer = n.Nodes[l.Convolution].Origin
	if k, _ := n.Kernel(l.Convolution); k.Groups != 1 {
		return c, "its weights are in groups"
	}
	if op := m.Graph.Nodes[n.Nodes[l.Switch].Origin].Operator; !slices.Contains([]string{"Relu", "Clip", "QLinearConv"}, op) {
		return c, fmt.Sprintf("its units are %s; those of Relu, Clip and QLinearConv are removed", op)
	}
	for at := n.Nodes[l.Switch].Inputs[0]; at != l.Convolution; at = n.Nodes[at].Inputs[0] {
		if op := n.Nodes[at].Operator; !slices.Contains([]string{"Add", "Sub", "Mul", "BatchNormalization"}, op) {
			return c, fmt.Sprintf("%s lies between its weights and its units", op)
		}
		c.between = append(c.between, n.Nodes[at].Origin)
	}
	for i := l.Convolution; i < l.Switch; i++ { // its sums must be read by its units alone
		if i == l.Convolution || slices.Contains(c.between, n.Nodes[i].Origin) {
			if n.Uses()[i] != 1 {
				return c, "its sums are read by another node as well"
			}
		}
	}
	for _, node := range n.Nodes {
		if !slices.Contains(node.Inputs, l.Switch) {
			continue
		}
		i := slices.Index(n.Nodes, node)
		k, ok := n.Kernel(i)
		if !ok || k.Groups != 1 {
			return c, fmt.Sprintf("node %q (%s) reads it, which is no plain layer of weights", node.Name, node.Operator)
		}
		c.padded = c.padded || k.Padded
		c.consumers = append(c.consumers, node.Origin)
	}
	return c, ""
}

// place is one input of a node and the axis of its constant that runs over channels.
type place struct {
	node, input, axis int
}

// places lists every constant that has the channels of the layer as an axis.
func (c cut) places(m *onnx.Model) []place {
	var out []place
	switch p := c.producer; m.Graph.Nodes[p].Operator {
	case "Conv":
		out = append(out, place{p, 1, 0}, place{p, 2, 0})
	case "QLinearConv":
		out = append(out, place{p, 3, 0}, place{p, 4, 0}, place{p, 5, 0}, place{p, 8, 0})
	case "Gemm":
		out = append(out, place{p, 1, denseAxis(&m.Graph.Nodes[p], 1)}, place{p, 2, 0})
	case "MatMul":
		out = append(out, place{p, 1, 1})
	}
	for _, b := range c.between {
		for i := range m.Graph.Nodes[b].Inputs {
			out = append(out, place{b, i, -1})
		}
	}
	for _, b := range c.consumers {
		switch m.Graph.Nodes[b].Operator {
		case "Conv":
			out = append(out, place{b, 1, 1})
		case "QLinearConv":
			out = append(out, place{b, 3, 1})
		case "Gemm":
			out = append(out, place{b, 1, denseAxis(&m.Graph.Nodes[b], 0)})
		case "MatMul":
			out = append(out, place{b, 1, 0})
		}
	}
	return out
}

// denseAxis returns the axis of Gemm's weights, which may be transposed.
func denseAxis(n *onnx.Node, axis int) int {
	if n.Integer("transB", 0) != 0 {
		return 1 - axis
	}
	return axis
}

// remove takes channels out of every constant of the layer. It changes nothing
// where it returns an error.
func (c cut) remove(m *onnx.Model, channels []int) error {
	var replaced []onnx.Tensor
	var places []place
	for _, p := range c.places(m) {
		inputs := m.Graph.Nodes[p.node].Inputs
		if p.input >= len(inputs) || inputs[p.input] == "" {
			continue
		}
		t := m.Graph.Initializer(inputs[p.input])
		if t == nil {
			continue // what the layer's own values come in by
		}
		axis := p.axis
		if axis < 0 {
			axis = slices.Index(t.Shape, int64(c.channels))
		}
		size, err := t.Size()
		if err != nil {
			return err
		}
		if size == 1 { // one number for all channels
			continue
		}
		if axis < 0 || axis >= len(t.Shape) || t.Shape[axis] != int64(c.channels) {
			return fmt.Errorf("constant %q has shape %v; an axis of %d channels is needed", t.Name, t.Shape, c.channels)
		}
		smaller, err := without(t, axis, channels)
		if err != nil {
			return err
		}
		replaced, places = append(replaced, smaller), append(places, p)
	}
	for i, t := range replaced {
		replace(&m.Graph, places[i], t)
	}
	return nil
}

// without returns a constant with some indices of an axis taken out.
func without(t *onnx.Tensor, axis int, gone []int) (onnx.Tensor, error) {
	values, err := t.Values()
	if err != nil {
		return onnx.Tensor{}, err
	}
	inner := 1
	for _, d := range t.Shape[axis+1:] {
		inner *= int(d)
	}
	size := int(t.Shape[axis])
	var kept []float64
	for i, v := range values {
		if !slices.Contains(gone, i/inner%size) {
			kept = append(kept, v)
		}
	}
	shape := slices.Clone(t.Shape)
	shape[axis] -= int64(len(gone))
	return onnx.New(t.Name, t.Element, shape, kept)
}

// replace puts a constant in the place of one input of a node, under a name of
// its own where others read the one that was there.
func replace(g *onnx.Graph, p place, t onnx.Tensor) {
	name := &g.Nodes[p.node].Inputs[p.input]
	if old := g.Initializer(*name); g.Uses(*name) == 1 {
		*old = t
		return
	}
	t.Name = g.Unused(*name + "_smaller")
	*name = t.Name
	g.Initializers = append(g.Initializers, t)
}
