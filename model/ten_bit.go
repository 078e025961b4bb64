package model

import (
	"fmt"
	"slices"

	"gst-superres/model/complexity/onnx"
)

// BuiltinTenBit returns the ONNX graph of the key's generator for samples of ten
// bits, in float32 and with no detour over eight bits. The error is an [*Error]
// of kind [NotFound] if none is built in.
func BuiltinTenBit(k Key) ([]byte, error) {
	twin, err := weights.ReadFile(twinPath(k))
	if err != nil {
		return nil, &Error{
			Kind:    NotFound,
			Problem: fmt.Sprintf("No generator %q for ten bits a sample is built in", k),
			Remedy:  "Choose another tier or look, or convert the video to eight bits a sample",
		}
	}
	return ToTenBit(twin, "built-in "+k.String())
}

// ToTenBit rewrites a generator's float32 twin, as model/train/export writes it,
// for tensors of uint16 with samples from 0 to 1023. A ten-bit sample is four
// times the eight-bit one of the same colour, and so are its differences; a
// network of rectifiers follows if its biases are multiplied by four as well, a
// power of two, so that not even its rounding changes. The name is for errors.
//
// The error is an [*Error] of kind [NotONNX], or [Contract] for a graph that is no
// such twin.
func ToTenBit(twin []byte, name string) ([]byte, error) {
	graph, err := onnx.Decode(twin)
	if err != nil {
		return nil, notONNX(name, err)
	}
	if err := widen(&graph.Graph); err != nil {
		return nil, &Error{
			Kind:    Contract,
			Problem: fmt.Sprintf("The generator %q cannot be made one for ten bits a sample", name),
			Remedy:  "Give the float32 twin that model/train/export writes",
			Err:     err,
		}
	}
	return graph.Encode(), nil
}

const uint16Elements = 4 // TensorProto.UINT16

// widen is ToTenBit for a graph: types of input and output, the last conversion,
// the limit of white and the biases.
func widen(g *onnx.Graph) error {
	if len(g.Inputs) != 1 || len(g.Outputs) != 1 || g.Inputs[0].Element != onnx.Uint8 || g.Outputs[0].Element != onnx.Uint8 {
		return fmt.Errorf("it has not one input and one output of uint8")
	}
	white := g.Initializer("white")
	if white == nil {
		return fmt.Errorf("it has no constant %q", "white")
	}
	if level, err := white.Values(); err != nil || !slices.Equal(level, []float64{255}) {
		return fmt.Errorf("its constant %q is %v; 255 is needed", "white", level)
	}
	last := &g.Nodes[len(g.Nodes)-1]
	to := last.Attribute("to")
	if last.Operator != "Cast" || to == nil || to.Integer != int64(onnx.Uint8) {
		return fmt.Errorf("its last node is no conversion to uint8")
	}
	var err error
	if *white, err = onnx.New(white.Name, onnx.Float32, white.Shape, []float64{1023}); err != nil {
		return err
	}
	to.Integer = uint16Elements
	for _, info := range []*onnx.ValueInfo{&g.Inputs[0], &g.Outputs[0]} {
		*info = onnx.ValueInfo{Name: info.Name, Element: uint16Elements, Shape: info.Shape}
	}
	for i := range g.Nodes {
		node := &g.Nodes[i]
		if node.Operator != "Conv" || len(node.Inputs) < 3 {
			continue
		}
		if err := quadruple(g.Initializer(node.Inputs[2])); err != nil {
			return fmt.Errorf("the bias %q: %w", node.Inputs[2], err)
		}
	}
	return nil
}

func quadruple(bias *onnx.Tensor) error {
	if bias == nil || bias.Element != onnx.Float32 {
		return fmt.Errorf("it is no constant of float32")
	}
	values, err := bias.Values()
	if err != nil {
		return err
	}
	for i := range values {
		values[i] *= 4
	}
	*bias, err = onnx.New(bias.Name, bias.Element, bias.Shape, values)
	return err
}
