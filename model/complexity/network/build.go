package network

import (
	"fmt"
	"sort"
	"strings"

	"gst-superres/model/complexity/onnx"
)

// contrib is the domain of ONNX Runtime's own operators.
const contrib = "com.microsoft"

// order says which axis of an ONNX tensor holds the channels.
type order int

const (
	channelsFirst order = iota // [n, c, h, w]
	channelsLast               // [n, h, w, c]
	vector                     // [n, c]
	cells                      // [n, h, w, 2, 2c]: channels last, of the 2x2 positions of each cell
	cellRows                   // [n, h, 2, w, 2c]: the same, row by row
)

// value is what a name in the graph stands for.
type value struct {
	node  int
	order order
}

// builder turns ONNX nodes into operators, in their order.
type builder struct {
	graph   *onnx.Graph
	network *Network
	values  map[string]value
	sizes   map[string]size // values that are the size of a picture
	at      int             // index of the ONNX node being read
	node    *onnx.Node      // that node
}

// Build reads a network from an ONNX model with one input, a picture of any
// size or a vector, and one output.
//
// It understands convolutions, fully connected layers, rectifiers of all kinds,
// limits, sums, scalings, channel copies, edge and zero padding, depth-to-space (of channels
// last too, as a Reshape, a Transpose and a Reshape), and the eight-bit QLinearConv and QLinearAdd. It returns an *Error that names
// the node for operators that are not piecewise linear or not understood.
// Constant nodes of the model become initializers of it.
func Build(model *onnx.Model) (*Network, error) {
	model.Graph.HoistConstants()
	b := &builder{graph: &model.Graph, network: &Network{}, values: map[string]value{}, sizes: map[string]size{}}
	if err := b.input(); err != nil {
		return nil, err
	}
	for i := range b.graph.Nodes {
		b.at, b.node = i, &b.graph.Nodes[i]
		if err := b.read(); err != nil {
			return nil, err
		}
	}
	if len(b.graph.Outputs) != 1 {
		return nil, fmt.Errorf("the graph has %d outputs; exactly 1 is needed", len(b.graph.Outputs))
	}
	out, ok := b.values[b.graph.Outputs[0].Name]
	if !ok {
		return nil, fmt.Errorf("no node makes the output %q", b.graph.Outputs[0].Name)
	}
	b.network.Output = out.node
	return b.network, b.network.finish()
}

// input adds the graph's input as node 0.
func (b *builder) input() error {
	var inputs []onnx.ValueInfo
	for _, in := range b.graph.Inputs {
		if b.graph.Initializer(in.Name) == nil { // old models list their weights as inputs
			inputs = append(inputs, in)
		}
	}
	if len(inputs) != 1 {
		return fmt.Errorf("the graph has %d inputs; exactly 1 is needed", len(inputs))
	}
	in := inputs[0]
	v := value{}
	axis := 0
	switch {
	case len(in.Shape) == 2:
		v.order, axis = vector, 1
	case len(in.Shape) == 4 && in.Shape[1].Size > 0:
		v.order, axis = channelsFirst, 1
	case len(in.Shape) == 4:
		v.order, axis = channelsLast, 3
	default:
		return fmt.Errorf("input %q has %d dimensions; 4 (a picture) or 2 (a vector) are needed", in.Name, len(in.Shape))
	}
	channels := in.Shape[axis].Size
	if channels < 1 || channels > 1<<16 {
		return fmt.Errorf("input %q has %d channels in dimension %d; 1 to 65536 are needed", in.Name, channels, axis)
	}
	b.network.Bytes = in.Element == onnx.Uint8
	b.network.Flat = v.order == vector
	b.network.Nodes = []*Node{{Name: in.Name, Operator: "input", Origin: -1, Channels: int(channels)}}
	b.values[in.Name] = v
	return nil
}

func (b *builder) read() error {
	if strings.HasPrefix(b.node.Operator, "QLinear") || b.node.Domain == "" {
		if read, ok := readers[b.node.Operator]; ok {
			return read(b)
		}
	}
	if curved[b.node.Operator] {
		return b.fail(NotPiecewiseLinear, "it is not piecewise linear, so the network has no linear regions; networks of convolutions and rectifiers have")
	}
	known := make([]string, 0, len(readers))
	for name := range readers {
		known = append(known, name)
	}
	sort.Strings(known)
	return b.fail(Unsupported, "operator of domain %q is not understood; these are: %s", b.node.Domain, strings.Join(known, ", "))
}

func (b *builder) fail(reason Reason, format string, arguments ...any) error {
	name := b.node.Name
	if name == "" && len(b.node.Outputs) > 0 {
		name = b.node.Outputs[0]
	}
	return &Error{reason, name, b.node.Operator, fmt.Sprintf(format, arguments...)}
}

// add appends an operator of the ONNX node being read and returns its index.
func (b *builder) add(o operator, channels int, inputs ...int) int {
	name := b.node.Name
	if name == "" && len(b.node.Outputs) > 0 {
		name = b.node.Outputs[0]
	}
	b.network.Nodes = append(b.network.Nodes, &Node{name, b.node.Operator, b.at, inputs, channels, o})
	return len(b.network.Nodes) - 1
}

// give makes the output of the ONNX node stand for a node of the network.
func (b *builder) give(node int, o order) error {
	if len(b.node.Outputs) != 1 {
		return b.fail(Unsupported, "it has %d outputs; 1 is understood", len(b.node.Outputs))
	}
	b.values[b.node.Outputs[0]] = value{node, o}
	return nil
}

// name returns the name of an input, "" where it is left out.
func (b *builder) name(input int) string {
	if input >= len(b.node.Inputs) {
		return ""
	}
	return b.node.Inputs[input]
}

// variable returns what an input stands for; it must not be a constant.
func (b *builder) variable(input int) (value, error) {
	v, ok := b.values[b.name(input)]
	if ok {
		return v, nil
	}
	if b.graph.Initializer(b.name(input)) != nil {
		return v, b.fail(Unsupported, "input %d, %q, is a constant; a value that depends on the network's input is needed", input, b.name(input))
	}
	return v, b.fail(Malformed, "input %d is %q, which no node before makes", input, b.name(input))
}

func (b *builder) channels(v value) int { return b.network.Nodes[v.node].Channels }

// constant returns the values and shape of an input that must be a constant.
func (b *builder) constant(input int) ([]float64, []int64, error) {
	t := b.graph.Initializer(b.name(input))
	if t == nil {
		if _, ok := b.values[b.name(input)]; ok {
			return nil, nil, b.fail(NotPiecewiseLinear, "input %d, %q, depends on the network's input; a constant is needed, a product of two such values is not piecewise linear", input, b.name(input))
		}
		return nil, nil, b.fail(Malformed, "input %d is %q, which is no constant of the graph", input, b.name(input))
	}
	values, err := t.Values()
	if err != nil {
		return nil, nil, b.fail(Malformed, "%v", err)
	}
	return values, t.Shape, nil
}

// scalar returns the value of an input that must be a constant of one element.
func (b *builder) scalar(input int) (float64, error) {
	values, shape, err := b.constant(input)
	if err != nil {
		return 0, err
	}
	if len(values) != 1 {
		return 0, b.fail(Unsupported, "input %d, %q, has shape %v; one number is understood", input, b.name(input), shape)
	}
	return values[0], nil
}

// perChannel returns an input that must be a constant as one number a channel.
func (b *builder) perChannel(input int, v value) ([]float64, error) {
	values, shape, err := b.constant(input)
	if err != nil {
		return nil, err
	}
	channels := b.channels(v)
	if len(values) == 1 {
		return repeated(values[0], channels), nil
	}
	axis := len(shape) - 1 // counted from the end, as broadcasting does
	if v.order == channelsFirst {
		axis = len(shape) - 3
	}
	if len(values) != channels || axis < 0 || shape[axis] != int64(channels) {
		return nil, b.fail(Unsupported, "input %d, %q, has shape %v; one number, or one for each of %d channels, is understood", input, b.name(input), shape, channels)
	}
	return values, nil
}

func repeated(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}
