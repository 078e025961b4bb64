package model

import (
	"fmt"
	"slices"

	"gst-superres/model/complexity/onnx"
)

// layerGraph is one layer of a generator as a graph of its own: uint8 "input"
// [1, stride*h+2*border, stride*w+2*border, inputs] in, and uint8 "output" [1, h, w, outputs] out. The last one has a second input, "picture", of the
// generator's own channels, which what it computes is added to.
type layerGraph struct {
	graph []byte
	layerShape
}

// layerShape is what a layer computes: at each position of a grid that is `fine` times as
// fine as the half-resolution grid each way, from positions that lie `stride` to one.
type layerShape struct {
	inputs, outputs int  // channels
	fine, stride    int  // 1 or 2
	border          int  // positions that it sees on each side of those: 0 or 1
	spread          bool // its channels are those of 2x2 positions, row by row
	products        int  // multiply-accumulates for a position
}

// Names of the tensors of a layer's graph.
const (
	layerInput   = "input"
	layerPicture = "picture"
	layerOutput  = "output"
)

// splitLayers cuts the eight-bit graph of a generator into its layers. It can be done with
// a chain of convolutions of 3x3 on the half-resolution grid, whose result is added
// to the picture or to what a convolution of 1x1 makes of it. The last ones of the chain may
// be of 1x1 as well: they see no further than the one before, and are part of its layer. Or
// the channels of the first one are spread over the pixels of the picture, where the others
// are, and the last one is of 4x4 or 2x2 with a stride of 2. The error says what else there is,
// which is no fault of the graph.
func splitLayers(graph []byte) ([]layerGraph, error) {
	m, err := onnx.Decode(graph)
	if err != nil {
		return nil, err
	}
	g := &m.Graph
	if len(g.Inputs) != 1 || len(g.Outputs) != 1 {
		return nil, fmt.Errorf("it has %d inputs and %d outputs", len(g.Inputs), len(g.Outputs))
	}
	chain, spread, anchor, sum, err := followLayers(g)
	if err != nil {
		return nil, err
	}
	last := len(chain) - 1 // the convolution that the last layer begins with
	for ; last > 1; last-- {
		if _, err := plainConvolution(g, chain[last], 1, 1, 0); err != nil {
			break
		}
	}
	var layers []layerGraph
	for i, convolution := range chain[:last+1] {
		shape := layerShape{fine: 1, stride: 1, border: 1, spread: spread && i == 0}
		side := int64(3)
		switch {
		case spread && i == last:
			side, shape.stride = 4, 2
			if sideOf(g, convolution) == 2 { // it sees the pixels of its position alone
				side, shape.border = 2, 0
			}
		case spread && i > 0:
			shape.fine = 2
		}
		padded := int64(shape.border)
		if i == 0 {
			padded = 0 // the picture's border comes from a node of its own
		}
		weight, err := plainConvolution(g, convolution, side, int64(shape.stride), padded)
		if err != nil {
			return nil, err
		}
		nodes := []onnx.Node{withoutBorder(convolution)}
		nodes[0].Inputs[0] = layerInput
		inputs := []onnx.ValueInfo{grid(layerInput, weight.Shape[1])}
		shape.take(weight)
		if i < last {
			nodes[0].Outputs = []string{layerOutput}
		} else {
			for _, narrow := range chain[last+1:] {
				nodes = append(nodes, *narrow)
				shape.take(g.Initializer(narrow.Inputs[weightInput]))
			}
			inputs = append(inputs, grid(layerPicture, int64(layers[0].inputs)))
			nodes = append(nodes, addedTo(g.Inputs[0].Name, anchor, sum)...)
		}
		single := *m
		single.Metadata = nil
		single.Graph = onnx.Graph{
			Nodes: nodes, Name: g.Name, Initializers: usedBy(g, nodes), Inputs: inputs,
			Outputs: []onnx.ValueInfo{grid(layerOutput, int64(shape.outputs))},
		}
		layers = append(layers, layerGraph{single.Encode(), shape})
	}
	return layers, nil
}

// take adds a convolution of these weights to what a layer computes.
func (s *layerShape) take(weight *onnx.Tensor) {
	inputs := int(weight.Shape[1])
	if s.inputs == 0 {
		s.inputs = inputs
	}
	s.outputs = int(weight.Shape[0])
	s.products += inputs * s.outputs * int(weight.Shape[2]*weight.Shape[3])
}

// makes returns how many times as fine as the half-resolution grid that is which the layer
// fills, and the channels of its positions.
func (s *layerShape) makes() (fine, channels int) {
	if s.spread {
		return 2 * s.fine, s.outputs / 4
	}
	return s.fine, s.outputs
}

// followLayers returns the convolutions from the picture's padding on, whether the channels
// of the first one are spread over pixels, the convolution that makes of the picture what
// the last one's result is added to (nil: the picture itself is), and the addition.
func followLayers(g *onnx.Graph) (chain []*onnx.Node, spread bool, anchor, sum *onnx.Node, err error) {
	var pad, size *onnx.Node
	for _, node := range readers(g, g.Inputs[0].Name) {
		switch {
		case node.Operator == "Pad" && pad == nil && padsByOne(g, node):
			pad = node
		case isConvolution(node) && anchor == nil:
			anchor = node
		case node.Operator == "QLinearAdd" && sum == nil:
			sum = node
		case node.Operator == "Shape" && size == nil:
			size = node
		default:
			return nil, false, nil, nil, fmt.Errorf("the node %q (%s) reads its input", node.Name, node.Operator)
		}
	}
	if pad == nil {
		return nil, false, nil, nil, fmt.Errorf("its input is not padded by one position that repeats the edge")
	}
	for value := pad.Outputs[0]; len(chain) < len(g.Nodes); value = chain[len(chain)-1].Outputs[0] {
		if len(chain) == 1 && size != nil {
			if value, err = followSpread(g, value, channelsOf(g, chain[0]), size); err != nil {
				return nil, false, nil, nil, err
			}
		}
		next := readers(g, value)
		if len(next) != 1 {
			return nil, false, nil, nil, fmt.Errorf("%q is read by %d nodes", value, len(next))
		}
		node := next[0]
		if node.Operator == "QLinearAdd" {
			return chain, size != nil, anchor, node, checkSum(g, chain, anchor, sum, node)
		}
		if !isConvolution(node) || node.Inputs[0] != value {
			return nil, false, nil, nil, fmt.Errorf("%q is read by the node %q (%s)", value, node.Name, node.Operator)
		}
		chain = append(chain, node)
	}
	return nil, false, nil, nil, fmt.Errorf("its nodes have no end")
}

// channelsOf returns the output channels of a convolution, 0 if its weights are no constant.
func channelsOf(g *onnx.Graph, convolution *onnx.Node) int64 { return kernelSize(g, convolution, 0) }

// sideOf returns the rows of a convolution's kernels, 0 if its weights are no constant.
func sideOf(g *onnx.Graph, convolution *onnx.Node) int64 { return kernelSize(g, convolution, 2) }

func kernelSize(g *onnx.Graph, convolution *onnx.Node, dimension int) int64 {
	weight := g.Initializer(convolution.Inputs[weightInput])
	if weight == nil || len(weight.Shape) != 4 {
		return 0
	}
	return weight.Shape[dimension]
}

func isConvolution(node *onnx.Node) bool {
	return node.Operator == "QLinearConv" && node.Integer("channels_last", 0) == 1 && len(node.Inputs) > resultZeroInput && len(node.Outputs) == 1
}

// checkSum returns nil if the last node of a generator adds its chain to its picture.
func checkSum(g *onnx.Graph, chain []*onnx.Node, anchor, readsPicture, sum *onnx.Node) error {
	if len(chain) < 2 {
		return fmt.Errorf("it has %d layers", len(chain))
	}
	beside := g.Inputs[0].Name
	if anchor != nil {
		beside = anchor.Outputs[0]
		if weight := g.Initializer(anchor.Inputs[weightInput]); weight == nil || len(weight.Shape) != 4 || weight.Shape[2] != 1 || weight.Shape[3] != 1 {
			return fmt.Errorf("the node %q is no convolution of 1x1", anchor.Name)
		}
	}
	if (anchor == nil) != (readsPicture == sum) || !slices.Contains(sum.Inputs, beside) || !slices.Equal(sum.Outputs, []string{g.Outputs[0].Name}) {
		return fmt.Errorf("the node %q is not where it ends", sum.Name)
	}
	return nil
}

func readers(g *onnx.Graph, value string) (nodes []*onnx.Node) {
	for i := range g.Nodes {
		if slices.Contains(g.Nodes[i].Inputs, value) {
			nodes = append(nodes, &g.Nodes[i])
		}
	}
	return nodes
}

// padsByOne says whether a Pad repeats the edge of a tensor channels last by one row
// and column on each side.
func padsByOne(g *onnx.Graph, pad *onnx.Node) bool {
	if len(pad.Inputs) != 2 || len(pad.Outputs) != 1 || pad.Text("mode", "constant") != "edge" {
		return false
	}
	borders := g.Initializer(pad.Inputs[1])
	if borders == nil {
		return false
	}
	values, err := borders.Values()
	return err == nil && slices.Equal(values, []float64{0, 1, 1, 0, 0, 1, 1, 0})
}

// plainConvolution returns the weights of a convolution of side x side, channels last, with
// a border of zeros of so many positions.
func plainConvolution(g *onnx.Graph, node *onnx.Node, side, stride, border int64) (*onnx.Tensor, error) {
	weight := g.Initializer(node.Inputs[weightInput])
	if weight == nil || len(weight.Shape) != 4 || weight.Shape[2] != side || weight.Shape[3] != side {
		return nil, fmt.Errorf("the weights of the node %q are no constants of %dx%d", node.Name, side, side)
	}
	for name, wanted := range map[string][]int64{"strides": {stride, stride}, "dilations": {1, 1}, "pads": {border, border, border, border}} {
		values := node.Integers(name)
		if values == nil && name == "pads" {
			values = []int64{0, 0, 0, 0}
		}
		if values == nil && name == "strides" {
			values = []int64{1, 1}
		}
		if values != nil && !slices.Equal(values, wanted) {
			return nil, fmt.Errorf("the node %q has the %s %v", node.Name, name, values)
		}
	}
	if node.Integer("group", 1) != 1 || node.Text("auto_pad", "NOTSET") != "NOTSET" {
		return nil, fmt.Errorf("the node %q is no plain convolution", node.Name)
	}
	zero := g.Initializer(node.Inputs[dataZeroInput])
	if zero == nil {
		return nil, fmt.Errorf("the zero point of the node %q is no constant", node.Name)
	}
	values, err := zero.Values()
	if err != nil || len(values) != 1 || border > 0 && values[0] != 0 {
		return nil, fmt.Errorf("the zero point of the node %q is %v", node.Name, values)
	}
	return weight, nil
}

// withoutBorder returns a copy of a convolution that pads nothing.
func withoutBorder(convolution *onnx.Node) onnx.Node {
	node := *convolution
	node.Inputs = slices.Clone(convolution.Inputs)
	node.Attributes = slices.Clone(convolution.Attributes)
	for i := range node.Attributes {
		if node.Attributes[i].Name == "pads" {
			node.Attributes[i].Integers = []int64{0, 0, 0, 0}
		}
	}
	return node
}

// addedTo returns the nodes that add the last layer's result to the picture.
func addedTo(picture string, anchor, sum *onnx.Node) (nodes []onnx.Node) {
	for _, node := range []*onnx.Node{anchor, sum} {
		if node == nil {
			continue
		}
		moved := *node
		moved.Inputs = slices.Clone(node.Inputs)
		for i, name := range moved.Inputs {
			if name == picture {
				moved.Inputs[i] = layerPicture
			}
		}
		nodes = append(nodes, moved)
	}
	nodes[len(nodes)-1].Outputs = []string{layerOutput}
	return nodes
}

func usedBy(g *onnx.Graph, nodes []onnx.Node) (constants []onnx.Tensor) {
	for i := range g.Initializers {
		for _, node := range nodes {
			if slices.Contains(node.Inputs, g.Initializers[i].Name) {
				constants = append(constants, g.Initializers[i])
				break
			}
		}
	}
	return constants
}

// grid describes a tensor uint8 [n, h, w, channels].
func grid(name string, channels int64) onnx.ValueInfo {
	return onnx.ValueInfo{Name: name, Element: onnx.Uint8, Shape: []onnx.Dimension{
		{Symbol: name + " n"}, {Symbol: name + " h"}, {Symbol: name + " w"}, {Size: channels},
	}}
}
