package shrink

import (
	"fmt"
	"slices"

	"gst-superres/model/complexity/network"
	"gst-superres/model/complexity/onnx"
)

// Removal is units that were taken out of one layer.
type Removal struct {
	Layer    string `json:"layer"` // name of the switch's ONNX node
	Channels []int  `json:"channels"`
	Reason   Reason `json:"reason"`
}

// Reason says why units could go.
type Reason string

// Why units could go.
const (
	Certified Reason = "never on, certified by interval bounds"
	Observed  Reason = "never on, only observed on the pictures"
	Folded    Reason = "always on, certified, and a combination of others that are"
	Linear    Reason = "always on, certified, like all of its layer"
)

// Kept is a layer whose units could have gone, and why they stay.
type Kept struct {
	Layer    string `json:"layer"`
	Channels []int  `json:"channels"`
	Why      string `json:"why"`
}

// Result is a smaller model.
type Result struct {
	Model    *onnx.Model `json:"-"`
	Removals []Removal   `json:"removals"`
	Kept     []Kept      `json:"kept"`
	Before   int         `json:"parameters_before"`
	After    int         `json:"parameters_after"`
}

// Shrink returns a smaller copy of a model. observed names, by the node of a
// layer's switch in the network of that model, channels to be taken for never on
// although nothing certifies it; it may be nil.
func Shrink(model *onnx.Model, observed map[int][]int) (*Result, error) {
	copied, err := onnx.Decode(model.Encode())
	if err != nil {
		return nil, err
	}
	n, err := network.Build(copied)
	if err != nil {
		return nil, err
	}
	r := &Result{Model: copied, Before: n.Parameters()}
	r.removeNever(n, observed)
	for range n.Layers { // folding a layer shifts the nodes: read the network again
		if n, err = network.Build(r.Model); err != nil {
			return nil, fmt.Errorf("the smaller network is refused: %w", err)
		}
		if !r.foldOne(n) {
			break
		}
	}
	if n, err = network.Build(r.Model); err != nil {
		return nil, fmt.Errorf("the smaller network is refused: %w", err)
	}
	r.After = n.Parameters()
	return r, nil
}

// removeNever takes away every unit that is never on.
func (r *Result) removeNever(n *network.Network, observed map[int][]int) {
	limits := n.Limits()
	for _, l := range n.Layers {
		if !l.Hidden {
			continue
		}
		var never, claimed []int
		for c, i := range limits[l.Switch] {
			switch {
			case n.NeverOn(l.Switch, i):
				never = append(never, c)
			case slices.Contains(observed[l.Switch], c) && n.NeverOn(l.Switch, network.Interval{}):
				claimed = append(claimed, c)
			}
		}
		channels := len(limits[l.Switch])
		if len(never)+len(claimed) == channels { // a layer must keep a unit: its graph has no other form
			if len(claimed) > 0 {
				claimed = claimed[1:]
			} else {
				never = never[1:]
			}
		}
		all := append(append([]int(nil), never...), claimed...)
		if len(all) == 0 {
			continue
		}
		name := n.Nodes[l.Switch].Name
		cut, why := planCut(n, r.Model, l)
		if why != "" {
			r.Kept = append(r.Kept, Kept{name, all, why})
			continue
		}
		if err := cut.remove(r.Model, all); err != nil {
			r.Kept = append(r.Kept, Kept{name, all, err.Error()})
			continue
		}
		if len(never) > 0 {
			r.Removals = append(r.Removals, Removal{name, never, Certified})
		}
		if len(claimed) > 0 {
			r.Removals = append(r.Removals, Removal{name, claimed, Observed})
		}
	}
}
