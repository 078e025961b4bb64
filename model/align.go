package model

import (
	"fmt"
	"slices"

	"gst-superres/model/complexity/onnx"
)

// alignedChannels are those of an input tensor whose positions are whole words:
// the six of the contract, and two that are zero.
const alignedChannels = 8

// Inputs of QLinearConv.
const (
	dataZeroInput   = 2
	weightInput     = 3
	weightZeroInput = 5
	resultZeroInput = 7 // the last one that every QLinearConv has
)

// AlignInput rewrites a generator's eight-bit graph for an input of eight
// channels instead of six, the last two against weights of zero: the same
// results. ONNX Runtime's integer convolutions read channels in fours, and six
// take a slower way. BenchmarkAlignedInput has both.
//
// [Open] does so with every graph that it can be done with, for the processor. The
// error says why it cannot: something other than a convolution reads the input,
// which is no fault of the graph.
func AlignInput(graph []byte) ([]byte, error) {
	m, err := onnx.Decode(graph)
	if err != nil {
		return nil, err
	}
	g := &m.Graph
	if len(g.Inputs) != 1 || g.Inputs[0].Element != onnx.Uint8 || len(g.Inputs[0].Shape) != 4 {
		return nil, fmt.Errorf("it has not one input of uint8 and four dimensions")
	}
	if err := alignReaders(g, g.Inputs[0].Name); err != nil {
		return nil, err
	}
	input := g.Inputs[0]
	shape := append([]onnx.Dimension(nil), input.Shape...)
	shape[3] = onnx.Dimension{Size: alignedChannels}
	g.Inputs[0] = onnx.ValueInfo{Name: input.Name, Element: input.Element, Shape: shape}
	return m.Encode(), nil
}

// alignReaders gives all convolutions that read a value, by way of a padding or at
// once, weights for eight channels.
func alignReaders(g *onnx.Graph, value string) error {
	for i := range g.Outputs {
		if g.Outputs[i].Name == value {
			return fmt.Errorf("its input is its output")
		}
	}
	for i := range g.Nodes {
		node := &g.Nodes[i]
		for position, name := range node.Inputs {
			if name != value {
				continue
			}
			var err error
			switch {
			case position == 0 && node.Operator == "Shape" && node.Integer("start", 0) == 0 && slices.Contains([]int64{1, 2, 3}, node.Integer("end", 4)):
				// the number of channels is not asked for
			case position == 0 && node.Operator == "Pad" && padsNoChannels(g, node):
				err = alignReaders(g, node.Outputs[0])
			case position == 0 && node.Operator == "QLinearConv" && node.Integer("channels_last", 0) == 1 && node.Integer("group", 1) == 1:
				err = alignWeights(g, node)
			default:
				err = fmt.Errorf("the node %q (%s) reads its input", node.Name, node.Operator)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// padsNoChannels says whether a Pad of a tensor channels last leaves the channels alone.
func padsNoChannels(g *onnx.Graph, pad *onnx.Node) bool {
	if len(pad.Inputs) < 2 || len(pad.Inputs) > 3 {
		return false // with axes the borders are in another order
	}
	borders := g.Initializer(pad.Inputs[1])
	if borders == nil {
		return false
	}
	values, err := borders.Values()
	return err == nil && len(values) == 8 && values[3] == 0 && values[7] == 0
}

// alignWeights gives a convolution of six channels, channels last, weights for eight.
func alignWeights(g *onnx.Graph, convolution *onnx.Node) error {
	if len(convolution.Inputs) <= weightZeroInput {
		return fmt.Errorf("the node %q has %d inputs", convolution.Name, len(convolution.Inputs))
	}
	weight, zero := g.Initializer(convolution.Inputs[weightInput]), g.Initializer(convolution.Inputs[weightZeroInput])
	if weight == nil || zero == nil || g.Uses(weight.Name) != 1 {
		return fmt.Errorf("the weights of the node %q are no constants of its own", convolution.Name)
	}
	zeros, err := zero.Values()
	if err != nil {
		return err
	}
	for _, value := range zeros {
		if value != 0 {
			return fmt.Errorf("the weights of the node %q have the zero point %v", convolution.Name, value)
		}
	}
	values, err := weight.Values()
	if err != nil {
		return err
	}
	if len(weight.Shape) != 4 || weight.Shape[1] != inputChannels {
		return fmt.Errorf("the weights of the node %q have the shape %v", convolution.Name, weight.Shape)
	}
	shape := append([]int64(nil), weight.Shape...)
	shape[1] = alignedChannels
	kernel := int(shape[2] * shape[3])
	var wider []float64
	for from := 0; from < len(values); from += inputChannels * kernel {
		wider = append(wider, values[from:from+inputChannels*kernel]...)
		wider = append(wider, make([]float64, (alignedChannels-inputChannels)*kernel)...)
	}
	*weight, err = onnx.New(weight.Name, weight.Element, shape, wider)
	return err
}
