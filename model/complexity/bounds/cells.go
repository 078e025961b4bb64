package bounds

import (
	"math"
	"math/big"
)

// Cells returns the most cells into which n units cut a space of d dimensions.
//
// A unit with one kink cuts by one hyperplane, and the sum of binom(n, j) for j
// up to min(d, n) counts the cells. A unit with two kinks (a lower and an upper
// limit) cuts by two parallel ones: they never meet, so every set of j units
// that meets counts 2^j times (Whitney's formula for the arrangement). kinks is
// 1 or 2; d and n are zero or more.
func Cells(d, n, kinks int) *big.Int {
	total := new(big.Int)
	for _, term := range cellTerms(min(d, n), n, kinks) {
		total.Add(total, term)
	}
	return total
}

// cellTerms returns kinks^j binom(n, j) for j from 0 to last.
func cellTerms(last, n, kinks int) []*big.Int {
	terms := make([]*big.Int, last+1)
	terms[0] = big.NewInt(1)
	var factor big.Int
	for j := 1; j <= last; j++ {
		t := new(big.Int).Mul(terms[j-1], factor.SetInt64(int64(n-j+1)*int64(kinks)))
		terms[j] = t.Quo(t, factor.SetInt64(int64(j)))
	}
	return terms
}

// Log2 returns the binary logarithm of a positive count, to the precision of a
// float64, and minus infinity for zero.
func Log2(count *big.Int) float64 {
	if count.Sign() <= 0 {
		return math.Inf(-1)
	}
	shift := max(count.BitLen()-64, 0)
	top := new(big.Int).Rsh(count, uint(shift))
	return float64(shift) + math.Log2(float64(top.Uint64()))
}

func power(base int64, exponent int) *big.Int {
	return new(big.Int).Exp(big.NewInt(base), big.NewInt(int64(exponent)), nil)
}
