package network

import "gst-superres/model/complexity/bounds"

// Network is a graph of operators with one input and one output.
type Network struct {
	Nodes  []*Node // in topological order; Nodes[0] is the input
	Output int     // index of the output in Nodes
	Layers []Layer // every switch, in topological order
	Bytes  bool    // the input is bytes, 0..255; if not, numbers that are taken as 0..1
	Flat   bool    // the input is a vector and no picture
}

// Node is one operator.
type Node struct {
	Name     string // of the ONNX node that it comes from
	Operator string // of that node
	Origin   int    // its index in the ONNX graph, -1 for the input
	Inputs   []int
	Channels int
	operator operator
}

// operator is what a node does. Tensors are channels last.
type operator interface {
	// needs returns the positions of the inputs that these of the output depend on.
	needs(out Rect) Rect
	// whole returns the positions of the output for whole inputs, padding included.
	whole(in Rect) Rect
	// run fills out from the inputs. rounding says whether roundings are done.
	run(in []*Tensor, out *Tensor, rounding bool)
	// limits returns, for every channel, an interval that holds the output.
	limits(in [][]Interval, rounding bool) []Interval
}

// Layer is a switch with the affine map before it.
type Layer struct {
	Switch      int  // index of the node of the switch
	Convolution int  // index of the one convolution that feeds it, -1 where there is no such one
	Hidden      bool // weights follow: a layer of the network and no limit of its output
	Chained     bool // sees the layer before (the first: the input) and nothing else
	Keeps       bool // passes something on below its lower limit
	Kinks       int  // of one unit: 1 or 2
	Plain       bool // fed by a convolution of the layer before: no other operator between
}

// Rect is a rectangle of positions of a tensor.
type Rect struct {
	Top, Left, Height, Width int
}

func (r Rect) union(o Rect) Rect {
	if r.Height == 0 || r.Width == 0 {
		return o
	}
	top, left := min(r.Top, o.Top), min(r.Left, o.Left)
	return Rect{
		top, left,
		max(r.Top+r.Height, o.Top+o.Height) - top,
		max(r.Left+r.Width, o.Left+o.Width) - left,
	}
}

// Positions returns the area.
func (r Rect) Positions() int { return r.Height * r.Width }

// Tensor is a rectangle of positions with channels, row by row, channels last.
type Tensor struct {
	Rect
	Channels int
	Data     []float64 // length Height * Width * Channels
}

// NewTensor returns a tensor of zeros.
func NewTensor(r Rect, channels int) *Tensor {
	return &Tensor{r, channels, make([]float64, r.Positions()*channels)}
}

// At returns the channels of a position, which must lie in the rectangle.
func (t *Tensor) At(y, x int) []float64 {
	i := ((y-t.Top)*t.Width + x - t.Left) * t.Channels
	return t.Data[i : i+t.Channels : i+t.Channels]
}

// Inside reports whether a position lies in the rectangle.
func (t *Tensor) Inside(y, x int) bool {
	return y >= t.Top && y < t.Top+t.Height && x >= t.Left && x < t.Left+t.Width
}

// Units returns what package bounds counts: the layers as seen from a cone,
// the hidden ones or all, and the number of inputs. With upper, upper limits
// count; without, every unit is a plain rectifier.
func (n *Network) Units(c Cone, hidden, upper bool) (inputs int, layers []bounds.Layer) {
	for _, l := range n.Layers {
		if hidden && !l.Hidden {
			continue
		}
		kinks := l.Kinks
		if !upper {
			kinks = 1
		}
		layers = append(layers, bounds.Layer{
			Units: c.Units(n, l.Switch), Kinks: kinks, Chained: l.Chained, Keeps: l.Keeps,
		})
	}
	return c.Units(n, 0), layers
}
