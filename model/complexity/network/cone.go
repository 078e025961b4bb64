package network

// Cone is the positions of every node that a patch of the output depends on,
// in the interior of a picture: padding plays no part.
type Cone []Rect // one a node

// Units returns the number of values of a node in the cone.
func (c Cone) Units(n *Network, node int) int {
	return c[node].Positions() * n.Nodes[node].Channels
}

// Cone walks back from height x width positions of the input grid: from as many
// positions of the output, times what the network enlarges by.
func (n *Network) Cone(height, width int) Cone {
	scale := n.Scales()[n.Output]
	patch := Rect{Height: max(1, int(float64(height)*scale+0.5)), Width: max(1, int(float64(width)*scale+0.5))}
	return n.back(patch)
}

// View returns the positions of the input that one position of a node depends on.
func (n *Network) View(node int) Rect {
	part := &Network{Nodes: n.Nodes[:node+1], Output: node}
	return part.back(Rect{Height: 1, Width: 1})[0]
}

func (n *Network) back(patch Rect) Cone {
	c := make(Cone, len(n.Nodes))
	c[n.Output] = patch
	for i := len(n.Nodes) - 1; i > 0; i-- {
		node := n.Nodes[i]
		if c[i].Positions() == 0 {
			continue // nothing of the output depends on it
		}
		for _, in := range node.Inputs {
			c[in] = c[in].union(node.operator.needs(c[i]))
		}
	}
	return c
}

// Whole returns the positions of every node for a picture of height x width
// positions of the input grid.
func (n *Network) Whole(height, width int) Cone {
	c := make(Cone, len(n.Nodes))
	c[0] = Rect{Height: height, Width: width}
	for i, node := range n.Nodes[1:] {
		c[i+1] = node.operator.whole(c[node.Inputs[0]])
	}
	return c
}

// Scales returns for every node its positions along one side for each of the
// input: 1 for a plain chain, 2 behind a depth-to-space of 2.
func (n *Network) Scales() []float64 {
	scales := make([]float64, len(n.Nodes))
	scales[0] = 1
	for i, node := range n.Nodes[1:] {
		scales[i+1] = scales[node.Inputs[0]]
		switch o := node.operator.(type) {
		case *shuffle:
			scales[i+1] *= float64(o.block)
		case *convolution:
			scales[i+1] /= float64(o.strideHeight)
		}
	}
	return scales
}

// Evaluate runs the network over a cone or over a whole picture. input must
// cover cone[0]. With rounding, eight-bit graphs give their integers; without,
// the piecewise linear function that they round. Only nodes that wanted says
// are returned (all where it is nil); the others are dropped once used.
func (n *Network) Evaluate(c Cone, input *Tensor, rounding bool, wanted map[int]bool) []*Tensor {
	values := make([]*Tensor, len(n.Nodes))
	values[0] = input
	uses := n.Uses()
	for i := 1; i < len(n.Nodes); i++ {
		node := n.Nodes[i]
		if c[i].Positions() == 0 {
			continue
		}
		in := make([]*Tensor, len(node.Inputs))
		for j, k := range node.Inputs {
			in[j] = values[k]
		}
		values[i] = NewTensor(c[i], node.Channels)
		node.operator.run(in, values[i], rounding)
		for _, k := range node.Inputs {
			if uses[k]--; uses[k] == 0 && wanted != nil && !wanted[k] {
				values[k] = nil
			}
		}
	}
	return values
}

// Uses returns how often each node is an input of another, or of the caller.
func (n *Network) Uses() []int {
	uses := make([]int, len(n.Nodes))
	uses[n.Output]++
	for _, node := range n.Nodes {
		for _, in := range node.Inputs {
			uses[in]++
		}
	}
	return uses
}

// Apply runs one node on its inputs over a rectangle, without rounding.
func (n *Network) Apply(node int, in []*Tensor, r Rect) *Tensor {
	out := NewTensor(r, n.Nodes[node].Channels)
	n.Nodes[node].operator.run(in, out, false)
	return out
}

// Limits returns for every node and channel an interval that holds its value for
// every input in the domain, roundings of the network's own arithmetic included.
func (n *Network) Limits() [][]Interval {
	limits := make([][]Interval, len(n.Nodes))
	top := 1.0
	if n.Bytes {
		top = 255
	}
	limits[0] = make([]Interval, n.Nodes[0].Channels)
	for c := range limits[0] {
		limits[0][c] = Interval{0, top}
	}
	for i, node := range n.Nodes[1:] {
		in := make([][]Interval, len(node.Inputs))
		for j, k := range node.Inputs {
			in[j] = limits[k]
		}
		limits[i+1] = node.operator.limits(in, true)
	}
	return limits
}

// Before tells for every node whether one of these depends on it, or is it.
func (n *Network) Before(nodes map[int]bool) []bool {
	before := make([]bool, len(n.Nodes))
	for i := len(n.Nodes) - 1; i >= 0; i-- {
		before[i] = before[i] || nodes[i]
		if before[i] {
			for _, in := range n.Nodes[i].Inputs {
				before[in] = true
			}
		}
	}
	return before
}
