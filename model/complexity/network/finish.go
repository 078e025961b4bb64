package network

import "math"

// finish finds the layers and checks what needs the whole graph.
func (n *Network) finish() error {
	weighted := n.weightedBehind()
	for i, node := range n.Nodes {
		if _, ok := node.operator.(*rounding); ok && weighted[i] {
			return &Error{Unsupported, node.Name, node.Operator, "it rounds a value that weights follow; rounding is understood at the output only"}
		}
	}
	sources := n.sources()
	previous := 0 // the node that a chained layer sees: the input, then the layer before
	for i, node := range n.Nodes {
		s, ok := node.operator.(*switching)
		if !ok {
			continue
		}
		before := sources[node.Inputs[0]]
		l := Layer{
			Switch: i, Convolution: -1, Hidden: weighted[i], Kinks: s.kinks(), Keeps: s.slope != nil,
			Chained: len(before) == 1 && before[previous],
		}
		at := node.Inputs[0]
		l.Plain = true
		for at > 0 && len(n.Nodes[at].Inputs) == 1 {
			if _, ok := n.Nodes[at].operator.(*convolution); ok {
				l.Convolution = at
				break
			}
			if _, ok := n.Nodes[at].operator.(*switching); ok {
				break
			}
			if _, ok := n.Nodes[at].operator.(*channelwise); !ok { // a bias of its own is harmless
				l.Plain = false
			}
			at = n.Nodes[at].Inputs[0]
		}
		l.Plain = l.Plain && l.Chained && l.Convolution > 0 && n.fromLayer(n.Nodes[l.Convolution].Inputs[0], previous)
		n.Layers = append(n.Layers, l)
		previous = i
	}
	return nil
}

// fromLayer reports whether a node is that layer, but for padding.
func (n *Network) fromLayer(node, layer int) bool {
	for node != layer {
		if _, ok := n.Nodes[node].operator.(*padding); !ok {
			return false
		}
		node = n.Nodes[node].Inputs[0]
	}
	return true
}

// weightedBehind tells for every node whether a convolution depends on it.
func (n *Network) weightedBehind() []bool {
	behind := make([]bool, len(n.Nodes))
	for i := len(n.Nodes) - 1; i >= 0; i-- {
		_, weights := n.Nodes[i].operator.(*convolution)
		for _, in := range n.Nodes[i].Inputs {
			behind[in] = behind[in] || behind[i] || weights
		}
	}
	return behind
}

// sources tells for every node which switches (or the input, 0) it is an affine
// function of.
func (n *Network) sources() []map[int]bool {
	out := make([]map[int]bool, len(n.Nodes))
	out[0] = map[int]bool{0: true}
	for i, node := range n.Nodes[1:] {
		set := map[int]bool{}
		for _, in := range node.Inputs {
			for s := range out[in] {
				set[s] = true
			}
		}
		if _, ok := node.operator.(*switching); ok {
			set = map[int]bool{i + 1: true}
		}
		out[i+1] = set
	}
	return out
}

// Parameters returns the weights and biases of all layers.
func (n *Network) Parameters() int {
	total := 0
	for _, node := range n.Nodes {
		switch o := node.operator.(type) {
		case *convolution:
			total += o.parameters()
		case *channelwise:
			for c := range o.scale { // what does nothing is no parameter
				if o.scale[c] != 1 {
					total++
				}
				if o.offset[c] != 0 {
					total++
				}
			}
		}
	}
	return total
}

// MACs returns the multiply-accumulates of a node for one position of the input.
func (n *Network) MACs(node int) float64 {
	c, ok := n.Nodes[node].operator.(*convolution)
	if !ok {
		return 0
	}
	return float64(c.macs()) * math.Pow(n.Scales()[node], 2)
}
