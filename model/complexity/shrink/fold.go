package shrink

import (
	"fmt"
	"math"

	"gst-superres/model/complexity/network"
	"gst-superres/model/complexity/onnx"
)

// foldOne folds units that are always on in the first layer that allows it, and
// reports whether it found one.
func (r *Result) foldOne(n *network.Network) bool {
	limits := n.Limits()
	for _, l := range n.Layers {
		if !l.Hidden {
			continue
		}
		var always []int
		for c, i := range limits[n.Nodes[l.Switch].Inputs[0]] {
			if n.AlwaysOn(l.Switch, i) {
				always = append(always, c)
			}
		}
		if len(always) == 0 {
			continue
		}
		name := n.Nodes[l.Switch].Name
		c, why := planCut(n, r.Model, l)
		if why == "" && (len(c.between) > 0 || !hasRows(r.Model, c.producer)) {
			why = "units that are always on fold between Conv and Gemm nodes alone"
		}
		for _, consumer := range c.consumers {
			if why == "" && !hasRows(r.Model, consumer) {
				why = "units that are always on fold between Conv and Gemm nodes alone"
			}
		}
		if why != "" {
			r.keep(Kept{name, always, why})
			continue
		}
		if gone := c.foldDependent(r.Model, always); len(gone) > 0 {
			r.Removals = append(r.Removals, Removal{name, gone, Folded})
			return true
		}
		if len(always) == c.channels && c.foldLayer(r.Model, n, l) {
			r.Removals = append(r.Removals, Removal{name, always, Linear})
			return true
		}
		r.keep(Kept{name, always, "always on, but none is a combination of the others that can be folded at the picture's border too"})
	}
	return false
}

// keep notes a layer once, however often it is looked at.
func (r *Result) keep(k Kept) {
	for i := range r.Kept {
		if r.Kept[i].Layer == k.Layer && r.Kept[i].Why == k.Why {
			r.Kept[i] = k
			return
		}
	}
	r.Kept = append(r.Kept, k)
}

func hasRows(m *onnx.Model, node int) bool {
	op := m.Graph.Nodes[node].Operator
	return op == "Conv" || op == "Gemm"
}

// combination is a unit as a sum of others times factors, plus a constant.
type combination struct {
	unit     int
	others   []int
	factors  []float64
	constant float64
}

// foldDependent folds every unit of a list whose weights are a combination of
// those of others in it, and returns the units folded.
func (c cut) foldDependent(m *onnx.Model, units []int) []int {
	weights := readRows(m, c.producer)
	if weights == nil {
		return nil
	}
	for _, consumer := range c.consumers {
		if readRows(m, consumer) == nil {
			return nil
		}
	}
	var basis, gone []int
	for _, u := range units {
		found := combine(weights, basis, u)
		if found == nil || (c.padded && math.Abs(found.constant) > 1e-12) {
			basis = append(basis, u)
			continue
		}
		if len(gone)+1 == c.channels {
			break // a layer must keep a unit
		}
		for _, consumer := range c.consumers {
			take(m, consumer, *found)
		}
		gone = append(gone, u)
	}
	if len(gone) == 0 {
		return nil
	}
	if err := c.remove(m, gone); err != nil {
		panic(fmt.Sprintf("shrink: %v", err)) // planCut and readRows have read the same constants
	}
	return gone
}

// take adds a folded unit's weights to those of the units that stand for it.
func take(m *onnx.Model, consumer int, f combination) {
	w := readRows(m, consumer)
	for o := range w.rows {
		for t := range w.taps {
			v := w.rows[o][f.unit*w.taps+t]
			for i, other := range f.others {
				w.rows[o][other*w.taps+t] += v * f.factors[i]
			}
			w.bias[o] += v * f.constant
		}
	}
	w.write(m, consumer)
}

// foldLayer multiplies a layer that is wholly affine into the next, where that
// one looks at a single position and the product has fewer weights.
func (c cut) foldLayer(m *onnx.Model, n *network.Network, l network.Layer) bool {
	first := readRows(m, c.producer)
	if first == nil || len(c.consumers) != 1 {
		return false
	}
	second := readRows(m, c.consumers[0])
	unit := n.Nodes[l.Switch].Origin
	if second == nil || second.taps != 1 || c.padded || !single(&m.Graph.Nodes[c.consumers[0]]) {
		return false
	}
	if len(second.rows)*len(first.rows[0]) >= len(first.rows)*(len(first.rows[0])+len(second.rows)) {
		return false
	}
	product := &rows{taps: first.taps, shape: append([]int64(nil), first.shape...), transposed: first.transposed}
	for o, row := range second.rows {
		sum := make([]float64, len(first.rows[0]))
		bias := second.bias[o]
		for k, v := range row {
			for i, w := range first.rows[k] {
				sum[i] += v * w
			}
			bias += v * first.bias[k]
		}
		product.rows, product.bias = append(product.rows, sum), append(product.bias, bias)
	}
	product.write(m, c.producer)
	m.Graph.Nodes[c.producer].Outputs = m.Graph.Nodes[c.consumers[0]].Outputs
	m.Graph.Nodes = dropped(m.Graph.Nodes, unit, c.consumers[0])
	return true
}

// single reports whether a layer of weights keeps every position.
func single(n *onnx.Node) bool {
	for _, s := range n.Integers("strides") {
		if s != 1 {
			return false
		}
	}
	return true
}

func dropped(nodes []onnx.Node, gone ...int) []onnx.Node {
	var out []onnx.Node
	for i, n := range nodes {
		if i != gone[0] && i != gone[1] {
			out = append(out, n)
		}
	}
	return out
}
