package model

import (
	"fmt"
	"slices"

	"gst-superres/model/complexity/onnx"
)

// followSpread returns the value that comes of a tensor [n, h, w, 4 c], channels last, when
// its channels are spread over 2x2 pixels: [n, 2h, 2w, c], the channels of the pixels row by
// row. That is a Reshape, a Transpose and a Reshape by the size of the picture, which `size`
// (a Shape) tells. The error says what else reads the value.
func followSpread(g *onnx.Graph, value string, channels int64, size *onnx.Node) (string, error) {
	apart, err := onlyReader(g, value, "Reshape")
	if err != nil {
		return "", err
	}
	turned, err := onlyReader(g, apart.Outputs[0], "Transpose")
	if err != nil {
		return "", err
	}
	together, err := onlyReader(g, turned.Outputs[0], "Reshape")
	if err != nil {
		return "", err
	}
	if !isConstant(g, apart.Inputs, 1, 0, 0, 0, 2, channels/2) || apart.Integer("allowzero", 0) != 0 ||
		!slices.Equal(turned.Integers("perm"), []int64{0, 1, 3, 2, 4}) ||
		!isDoubledSize(g, together, channels/4, size) {
		return "", fmt.Errorf("the node %q does not spread %d channels over 2x2 pixels", apart.Name, channels)
	}
	return together.Outputs[0], nil
}

// isDoubledSize says whether a Reshape makes [n, 2h, 2w, channels], n, h and w as `size` tells them.
func isDoubledSize(g *onnx.Graph, reshape *onnx.Node, channels int64, size *onnx.Node) bool {
	if size == nil || size.Integer("start", 0) != 0 || size.Integer("end", 4) != 3 || len(reshape.Inputs) != 2 {
		return false
	}
	whole := maker(g, reshape.Inputs[1])
	if whole == nil || whole.Operator != "Concat" || whole.Integer("axis", 1) != 0 || len(whole.Inputs) != 2 || !isConstant(g, whole.Inputs, 1, channels) {
		return false
	}
	doubled := maker(g, whole.Inputs[0])
	return doubled != nil && doubled.Operator == "Mul" && len(doubled.Inputs) == 2 &&
		doubled.Inputs[0] == size.Outputs[0] && isConstant(g, doubled.Inputs, 1, 1, 2, 2)
}

// isConstant says whether an input of a node is a constant of these numbers.
func isConstant(g *onnx.Graph, inputs []string, input int, wanted ...int64) bool {
	if input >= len(inputs) {
		return false
	}
	constant := g.Initializer(inputs[input])
	if constant == nil {
		return false
	}
	values, err := constant.Values()
	return err == nil && slices.EqualFunc(values, wanted, func(value float64, want int64) bool { return value == float64(want) })
}

// onlyReader returns the node that reads a value first of its inputs, if no other does and
// it is of that operator.
func onlyReader(g *onnx.Graph, value, operator string) (*onnx.Node, error) {
	all := readers(g, value)
	if len(all) != 1 {
		return nil, fmt.Errorf("%q is read by %d nodes", value, len(all))
	}
	if node := all[0]; node.Operator != operator || node.Inputs[0] != value || len(node.Outputs) != 1 {
		return nil, fmt.Errorf("%q is read by the node %q (%s)", value, node.Name, node.Operator)
	}
	return all[0], nil
}

// maker returns the node that makes a value, or nil.
func maker(g *onnx.Graph, value string) *onnx.Node {
	for i := range g.Nodes {
		if slices.Contains(g.Nodes[i].Outputs, value) {
			return &g.Nodes[i]
		}
	}
	return nil
}
