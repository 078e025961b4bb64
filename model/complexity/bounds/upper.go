package bounds

import "math/big"

// Layer is a set of units that switch together after one affine map.
type Layer struct {
	Units   int
	Kinks   int  // of one unit: 1 for a rectifier, 2 with an upper limit as well
	Chained bool // sees the layer before and nothing else; the first: the inputs
	Keeps   bool // a unit that is off still passes something on (leaky rectifier)
}

// Chain returns layers of rectifiers of these widths, each after the last.
func Chain(widths ...int) []Layer {
	layers := make([]Layer, len(widths))
	for i, w := range widths {
		layers[i] = Layer{Units: w, Kinks: 1, Chained: true}
	}
	return layers
}

// AllPatterns returns the number of activation patterns that could be written
// down: 2^N for rectifiers, with a factor 3 for each unit of two kinks
// (Montufar, Pascanu, Cho, Bengio, arXiv:1402.1869, section 2).
func AllPatterns(layers []Layer) *big.Int {
	total := big.NewInt(1)
	for _, l := range layers {
		total.Mul(total, power(int64(l.Kinks+1), l.Units))
	}
	return total
}

// Paper returns the bound of arXiv:1805.10451, theorem 4.5, to the letter: the
// product of C(w_{i-1}, w_i) over all layers, inputs and the linear output
// layer included. Its last factor belongs to a linear map and its dimensions
// are not capped: Corrected is smaller and as true.
func Paper(inputs int, layers []Layer, outputs int) *big.Int {
	total := big.NewInt(1)
	before := inputs
	for _, l := range layers {
		total.Mul(total, Cells(before, l.Units, l.Kinks))
		before = l.Units
	}
	return total.Mul(total, Cells(before, outputs, 1))
}

// Corrected returns that product over the hidden layers alone, with the
// dimension of every factor capped by the narrowest layer so far: the product
// of C(min(n0..n_{l-1}), n_l) (Montufar 2017, "Notes on the number of linear
// regions of deep neural networks"). A layer that is not chained sees the inputs.
func Corrected(inputs int, layers []Layer) *big.Int {
	total := big.NewInt(1)
	dimension := inputs
	for _, l := range layers {
		if !l.Chained {
			dimension = inputs
		}
		total.Mul(total, Cells(dimension, l.Units, l.Kinks))
		dimension = min(dimension, l.Units)
	}
	return total
}

// EveryLayer returns the product of C(n0, n_l). It holds for any graph of
// layers, with skips and with leaky rectifiers: each region so far is a convex
// set in the space of the inputs, and layer l cuts it by n_l hyperplanes there
// (after Raghu et al., arXiv:1606.05336, theorem 1).
func EveryLayer(inputs int, layers []Layer) *big.Int {
	total := big.NewInt(1)
	for _, l := range layers {
		total.Mul(total, Cells(inputs, l.Units, l.Kinks))
	}
	return total
}

// Serra returns the bound of Serra, Tjandraatmadja, Ramalingam (ICML 2018,
// arXiv:1711.02114), theorem 1: the sum over j_1..j_L of the product of
// binom(n_l, j_l), where j_l <= min(n0, n_1-j_1, .., n_{l-1}-j_{l-1}, n_l):
// units that are off narrow the space that the next layer sees.
//
// With two kinks a term counts 2^j times; a unit at either limit is constant.
// From the first layer on that is not chained, or whose units keep something
// when off, every layer takes its factor of EveryLayer instead.
func Serra(inputs int, layers []Layer) *big.Int {
	chained := 0
	for chained < len(layers) && layers[chained].Chained && !layers[chained].Keeps {
		chained++
	}
	total := EveryLayer(inputs, layers[chained:])
	// regions[d]: the bound on what the layers behind make of a space of d dimensions.
	regions := make([]*big.Int, inputs+1)
	for d := range regions {
		regions[d] = big.NewInt(1)
	}
	for l := chained - 1; l >= 0; l-- {
		regions = serraStep(regions, layers[l])
	}
	return total.Mul(total, regions[inputs])
}

// serraStep puts a layer in front: for every dimension d
//
//	R(d) = sum over j <= min(d, n) of kinks^j binom(n, j) behind(min(d, n-j)).
//
// Terms with n-j >= d share behind(d); the others are sums over e = n-j that
// start somewhere and end at d-1. Both are differences of running sums, so the
// step takes one multiplication a dimension and not one a pair (d, j).
func serraStep(behind []*big.Int, layer Layer) []*big.Int {
	n, top := layer.Units, len(behind)-1
	terms := cellTerms(min(top, n), n, layer.Kinks)
	head := runningSum(terms)                 // head[j]: terms 0..j
	narrow := make([]*big.Int, min(top, n)+1) // narrow[e]: the term j = n-e times behind(e)
	for e := range narrow {
		if j := n - e; j < len(terms) {
			narrow[e] = new(big.Int).Mul(terms[j], behind[e])
		} else {
			narrow[e] = new(big.Int)
		}
	}
	tail := runningSum(narrow)
	out := make([]*big.Int, len(behind))
	for d := range out {
		most := min(d, n)
		r := new(big.Int)
		if wide := min(most, n-d); wide >= 0 {
			r.Mul(head[wide], behind[d])
		}
		first, last := n-most, min(d-1, n)
		if first <= last {
			r.Add(r, tail[last])
			if first > 0 {
				r.Sub(r, tail[first-1])
			}
		}
		out[d] = r
	}
	return out
}

func runningSum(terms []*big.Int) []*big.Int {
	sums := make([]*big.Int, len(terms))
	total := new(big.Int)
	for i, t := range terms {
		total = new(big.Int).Add(total, t)
		sums[i] = total
	}
	return sums
}

// Typical returns C(n0, N): what networks with random weights come near to,
// whatever their depth (Hanin, Rolnick, arXiv:1906.00904: (T N)^n0 / n0! a unit
// of volume). It is no bound.
func Typical(inputs int, layers []Layer) *big.Int {
	units := 0
	for _, l := range layers {
		units += l.Units
	}
	return Cells(inputs, units, 1)
}
