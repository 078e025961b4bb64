package shrink

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gst-superres/model/complexity/network"
)

// Check is what comparing two networks showed.
type Check struct {
	Inputs     int     `json:"inputs"`
	Difference float64 `json:"largest_difference"` // of any output value y, over 1+|y|
	OnPictures float64 `json:"largest_difference_on_pictures"`
	Tolerance  float64 `json:"tolerance"` // that it was held to
}

// Verify evaluates both networks, roundings and padding included, on noise, on
// the extremes of the domain and on parts of the given pictures (which may be
// none), and returns an error where an output differs by more than is allowed:
//
//	nothing          for removed units, and for eight-bit graphs altogether
//	1e-5 of 1+|y|    where units were folded: their weights are rounded to float32
//
// Units that were only observed to be off are held to this on the pictures alone.
func (r *Result) Verify(before, after *network.Network, pictures []*network.Tensor) (Check, error) {
	var check Check
	onlyObserved := false
	for _, x := range r.Removals {
		onlyObserved = onlyObserved || x.Reason == Observed
		if x.Reason == Folded || x.Reason == Linear {
			check.Tolerance = 1e-5
		}
	}
	for _, x := range trials(before) {
		check.Inputs++
		check.Difference = max(check.Difference, difference(before, after, x))
	}
	for _, x := range parts(pictures) {
		check.Inputs++
		check.OnPictures = max(check.OnPictures, difference(before, after, x))
	}
	check.Difference = max(check.Difference, check.OnPictures)
	held := check.Difference
	if onlyObserved {
		held = check.OnPictures
	}
	if held > check.Tolerance || math.IsNaN(held) {
		return check, fmt.Errorf("the smaller network differs by %g; %g is allowed: it is not written", held, check.Tolerance)
	}
	return check, nil
}

// difference returns the largest of all output values, relative to 1+|y|.
func difference(before, after *network.Network, x *network.Tensor) float64 {
	a := before.Evaluate(before.Whole(x.Height, x.Width), x, true, map[int]bool{})[before.Output]
	b := after.Evaluate(after.Whole(x.Height, x.Width), x, true, map[int]bool{})[after.Output]
	worst := 0.0
	for i, v := range a.Data {
		worst = max(worst, math.Abs(v-b.Data[i])/(1+math.Abs(v)))
	}
	return worst
}

// trials returns inputs over the whole domain: noise, extremes, ramps.
func trials(n *network.Network) []*network.Tensor {
	random := rand.New(rand.NewPCG(7, 7))
	top, r := 1.0, network.Rect{Height: 24, Width: 20}
	if n.Flat {
		r = network.Rect{Height: 1, Width: 1}
	}
	patterns := []func(i int) float64{
		func(int) float64 { return 0 },
		func(int) float64 { return 1 },
		func(i int) float64 { return float64(i % 2) },
		func(i int) float64 { return float64(i/n.Nodes[0].Channels%7) / 6 },
		func(int) float64 { return float64(random.IntN(2)) },
	}
	for range 20 {
		patterns = append(patterns, func(int) float64 { return random.Float64() })
	}
	if n.Bytes {
		top = 255
	}
	var out []*network.Tensor
	for _, f := range patterns {
		t := network.NewTensor(r, n.Nodes[0].Channels)
		for i := range t.Data {
			t.Data[i] = f(i) * top
			if n.Bytes {
				t.Data[i] = math.Round(t.Data[i])
			}
		}
		out = append(out, t)
	}
	return out
}

// parts returns the middle of each picture, up to 48x48 positions.
func parts(pictures []*network.Tensor) []*network.Tensor {
	var out []*network.Tensor
	for _, p := range pictures {
		t := network.NewTensor(network.Rect{Height: min(48, p.Height), Width: min(48, p.Width)}, p.Channels)
		for y := range t.Height {
			for x := range t.Width {
				copy(t.At(y, x), p.At((p.Height-t.Height)/2+y, (p.Width-t.Width)/2+x))
			}
		}
		out = append(out, t)
	}
	return out
}
