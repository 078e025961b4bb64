package network

import "math"

// convolution is a sum over a window of the input, per output channel; a fully
// connected layer is one of a single position.
type convolution struct {
	kernelHeight, kernelWidth int
	strideHeight, strideWidth int
	padTop, padLeft           int // zeros (of the input's zero point) before the first row and column
	padHeight, padWidth       int // before and after together
	inputs, outputs           int
	groups                    int       // weights between groups are zero and are stored
	weights                   []float64 // [kernelHeight][kernelWidth][inputs][outputs]
	bias                      []float64 // one an output; nil for none
	zero                      float64   // the input's zero point
	integers                  bool      // inputs, weights and bias are integers
}

func (c *convolution) needs(out Rect) Rect {
	return Rect{
		out.Top*c.strideHeight - c.padTop,
		out.Left*c.strideWidth - c.padLeft,
		(out.Height-1)*c.strideHeight + c.kernelHeight,
		(out.Width-1)*c.strideWidth + c.kernelWidth,
	}
}

func (c *convolution) whole(in Rect) Rect {
	return Rect{
		Height: max(0, in.Height+c.padHeight-c.kernelHeight)/c.strideHeight + 1,
		Width:  max(0, in.Width+c.padWidth-c.kernelWidth)/c.strideWidth + 1,
	}
}

// run adds up in float64. Sums of the integers of an eight-bit graph are far
// below 2^53 and therefore exact, whatever their order.
func (c *convolution) run(in []*Tensor, out *Tensor, _ bool) {
	x := in[0]
	for oy := range out.Height {
		for ox := range out.Width {
			sums := out.Data[(oy*out.Width+ox)*c.outputs:][:c.outputs]
			copy(sums, c.bias)
			top := (out.Top+oy)*c.strideHeight - c.padTop
			left := (out.Left+ox)*c.strideWidth - c.padLeft
			for ky := range c.kernelHeight {
				for kx := range c.kernelWidth {
					if x.Inside(top+ky, left+kx) {
						c.add(sums, x.At(top+ky, left+kx), (ky*c.kernelWidth+kx)*c.inputs)
					}
				}
			}
		}
	}
}

// add adds the products of the channels of one position; row is the first row
// of weights of its tap. Inputs that are zero, most of the rectified ones, are
// skipped; the others go four at a time, which loads and stores the sums less.
func (c *convolution) add(sums, x []float64, row int) {
	n := len(sums)
	var values [4]float64
	var rows [4][]float64
	waiting := 0
	for i, v := range x {
		v -= c.zero
		if v == 0 {
			continue
		}
		values[waiting], rows[waiting] = v, c.weights[(row+i)*n:][:n]
		if waiting++; waiting < len(values) {
			continue
		}
		waiting = 0
		a, b, d, e := rows[0][:n], rows[1][:n], rows[2][:n], rows[3][:n]
		for o := range n {
			sums[o] += values[0]*a[o] + values[1]*b[o] + values[2]*d[o] + values[3]*e[o]
		}
	}
	for k := range waiting {
		v, w := values[k], rows[k][:n]
		for o := range n {
			sums[o] += v * w[o]
		}
	}
}

func (c *convolution) limits(in [][]Interval, _ bool) []Interval {
	out := make([]Interval, c.outputs)
	for o := range out {
		var sum Interval
		if c.bias != nil {
			sum = Interval{c.bias[o], c.bias[o]}
		}
		magnitude := sum.largest()
		for i := range c.weights[:len(c.weights)/c.outputs] {
			x := in[0][i%c.inputs].plus(Interval{-c.zero, -c.zero})
			if c.padHeight+c.padWidth > 0 {
				x = x.with(0)
			}
			x = x.times(c.weights[i*c.outputs+o])
			sum = sum.plus(x)
			magnitude += x.largest()
		}
		if !c.integers {
			// A float32 sum of n terms is within n 2^-24 of its magnitude (Higham,
			// Accuracy and Stability of Numerical Algorithms, section 4.2).
			terms := float64(len(c.weights)/c.outputs + 1)
			sum = sum.widened(terms * math.Exp2(-23) * magnitude)
		}
		out[o] = sum
	}
	return out
}

// parameters returns the number of weights and biases.
func (c *convolution) parameters() int { return len(c.weights)/c.groups + len(c.bias) }

// macs returns the multiply-accumulates of one output position.
func (c *convolution) macs() int { return len(c.weights) / c.groups }

// Kernel describes the convolution of a node; ok is false for other operators.
func (n *Network) Kernel(node int) (k Kernel, ok bool) {
	c, ok := n.Nodes[node].operator.(*convolution)
	if !ok {
		return Kernel{}, false
	}
	return Kernel{
		Height: c.kernelHeight, Width: c.kernelWidth, StrideHeight: c.strideHeight, StrideWidth: c.strideWidth,
		Inputs: c.inputs, Outputs: c.outputs, Groups: c.groups, Padded: c.padHeight+c.padWidth > 0,
		Parameters: c.parameters(), MACs: c.macs(),
	}, true
}

// Kernel is what a convolution is made of.
type Kernel struct {
	Height, Width             int
	StrideHeight, StrideWidth int
	Inputs, Outputs, Groups   int
	Padded                    bool
	Parameters                int // weights and biases
	MACs                      int // multiply-accumulates of one output position
}
