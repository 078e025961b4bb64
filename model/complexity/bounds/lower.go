package bounds

import "math/big"

// Smallest returns the least number of regions over all weights: 1, with all
// weights zero. It is what "the complexity of the weights that make it least"
// comes to, and why the bounds below are on the maximum.
func Smallest() *big.Int { return big.NewInt(1) }

// Maximum returns a number of regions that some weights reach: the largest of
// the constructions for fully connected rectifiers below. Inputs may be left
// unused (zero weights), so a layer narrower than n0 limits only how many are
// used. It returns 1 where a layer has no units.
func Maximum(inputs int, widths []int) *big.Int {
	best := Smallest()
	if len(widths) == 0 {
		return best
	}
	used := inputs
	for _, w := range widths {
		used = min(used, w)
	}
	for n0 := 1; n0 <= used; n0++ {
		for _, bound := range []*big.Int{Montufar(n0, widths), SerraMaximum(n0, widths)} {
			if bound != nil && bound.Cmp(best) > 0 {
				best = bound
			}
		}
	}
	return best
}

// Montufar returns the product of floor(n_l/n0)^n0 over all hidden layers but
// the last, times C(n0, n_L) (arXiv:1402.1869, theorem 5), or nil where a layer
// is narrower than n0.
func Montufar(inputs int, widths []int) *big.Int {
	return folds(inputs, widths, inputs, 0)
}

// SerraMaximum returns the product of (floor(n_l/n0)+1)^n0 over all hidden
// layers but the last, times C(n0, n_L), or nil where one of them has less than
// 3 n0 units or the last less than n0 (arXiv:1711.02114, theorem 6; for one input it
// is theorem 5, the exact maximum).
func SerraMaximum(inputs int, widths []int) *big.Int {
	return folds(inputs, widths, 3*inputs, 1)
}

func folds(inputs int, widths []int, narrowest int, extra int64) *big.Int {
	last := len(widths) - 1
	if widths[last] < inputs {
		return nil
	}
	total := Cells(inputs, widths[last], 1)
	for _, w := range widths[:last] {
		if w < narrowest {
			return nil
		}
		total.Mul(total, power(int64(w/inputs)+extra, inputs))
	}
	return total
}
