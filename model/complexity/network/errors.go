package network

import "fmt"

// Reason says why a graph is refused.
type Reason int

// Why a graph is refused.
const (
	NotPiecewiseLinear Reason = iota // an operator curves: it has no linear regions to count
	Unsupported                      // an operator or a use of it that is not read here
	Malformed                        // the graph contradicts itself
)

// Error is every error of reading a network. It names the node.
type Error struct {
	Reason   Reason
	Node     string // name of the ONNX node, or of its first output
	Operator string
	Problem  string // what was wrong, with the value, and what is needed
}

// Error returns a sentence with the node's name and operator.
func (e *Error) Error() string {
	return fmt.Sprintf("node %q (%s): %s", e.Node, e.Operator, e.Problem)
}

// curved are ONNX operators, with those of ONNX Runtime, that are not piecewise
// linear in their input.
var curved = map[string]bool{
	"Acos": true, "Acosh": true, "Asin": true, "Asinh": true, "Atan": true, "Atanh": true, "Cos": true, "Cosh": true,
	"Sin": true, "Sinh": true, "Tan": true, "Tanh": true, "Erf": true, "Exp": true, "Log": true, "Sqrt": true, "Pow": true,
	"Reciprocal": true, "Div": true, "Sigmoid": true, "HardSwish": true, "Softmax": true, "LogSoftmax": true, "Softplus": true,
	"Softsign": true, "Elu": true, "Selu": true, "Celu": true, "Gelu": true, "FastGelu": true, "QuickGelu": true, "Mish": true,
	"Swish": true, "BiasGelu": true, "InstanceNormalization": true, "LayerNormalization": true, "GroupNormalization": true,
	"LpNormalization": true, "LRN": true, "MeanVarianceNormalization": true, "Attention": true, "QLinearSigmoid": true,
	"QLinearSoftmax": true, "QLinearMul": true, "LSTM": true, "GRU": true, "RNN": true, "ReduceL2": true, "GridSample": true,
}
