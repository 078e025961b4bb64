package bounds

import (
	"math/big"
	"math/bits"
	"testing"
)

// oneLayerExactly is theorem 2 of arXiv:2006.00978 by brute force over all
// counts and all sets of outputs; for stride 1 and few outputs.
func oneLayerExactly(width, height, kernelWidth, kernelHeight, inputChannels, channels int) *big.Int {
	columns, rows := width-kernelWidth+1, height-kernelHeight+1
	outputs := columns * rows
	seen := make([]int, 1<<outputs) // set of outputs -> inputs that it sees
	for set := range seen {
		cells := map[int]bool{}
		for o := range outputs {
			if set>>o&1 == 0 {
				continue
			}
			for y := range kernelHeight {
				for x := range kernelWidth {
					cells[(o/columns+y)*width+o%columns+x] = true
				}
			}
		}
		seen[set] = len(cells) * inputChannels
	}
	total := new(big.Int)
	counts := make([]int, outputs)
	for {
		if permitted(counts, seen) {
			product := big.NewInt(1)
			for _, c := range counts {
				product.Mul(product, new(big.Int).Binomial(int64(channels), int64(c)))
			}
			total.Add(total, product)
		}
		i := 0
		for i < outputs && counts[i] == channels {
			counts[i] = 0
			i++
		}
		if i == outputs {
			return total
		}
		counts[i]++
	}
}

func permitted(counts, seen []int) bool {
	for set := 1; set < len(seen); set++ {
		sum := 0
		for rest := set; rest != 0; rest &= rest - 1 {
			sum += counts[bits.TrailingZeros(uint(rest))]
		}
		if sum > seen[set] {
			return false
		}
	}
	return true
}

func TestOneLayerExactly(t *testing.T) {
	cases := []struct {
		name                                     string
		width, height, kernelWidth, kernelHeight int
		inputChannels, channels                  int
		want                                     int64
	}{
		{"width 4, kernel 2, 3 filters", 4, 1, 2, 1, 1, 3, 217},
		{"width 3, kernel 2, 3 filters", 3, 1, 2, 1, 1, 3, 40},
		{"width 4, kernel 3, 4 filters", 4, 1, 3, 1, 1, 4, 161},
		{"width 3, kernel 1, 3 filters", 3, 1, 1, 1, 1, 3, 64},
	}
	for _, c := range cases {
		got := oneLayerExactly(c.width, c.height, c.kernelWidth, c.kernelHeight, c.inputChannels, c.channels)
		if got.Cmp(big.NewInt(c.want)) != 0 {
			t.Errorf("%s: got %v regions, want %d", c.name, got, c.want)
		}
		lower := ConvolutionMaximum(
			Plane{c.height, c.width, c.inputChannels},
			[]Convolution{{Plane{c.height - c.kernelHeight + 1, c.width - c.kernelWidth + 1, c.channels}, c.kernelHeight, c.kernelWidth, 1, 1}},
		)
		if lower.Cmp(got) > 0 {
			t.Errorf("%s: lower bound %v is above the exact %v", c.name, lower, got)
		}
	}
}

// serraNaively sums over all (j_1..j_L) as the theorem is written.
func serraNaively(dimension int, layers []Layer) *big.Int {
	if len(layers) == 0 {
		return big.NewInt(1)
	}
	n := layers[0].Units
	total := new(big.Int)
	for j := 0; j <= min(dimension, n); j++ {
		term := new(big.Int).Binomial(int64(n), int64(j))
		term.Mul(term, power(int64(layers[0].Kinks), j))
		total.Add(total, term.Mul(term, serraNaively(min(dimension, n-j), layers[1:])))
	}
	return total
}

func TestSerraIsItsDefinition(t *testing.T) {
	for inputs := range 8 {
		for _, widths := range [][]int{{1}, {5}, {0, 3}, {3, 2, 4}, {7, 7, 7}, {2, 9, 3}, {12, 5, 1, 6}} {
			for kinks := 1; kinks <= 2; kinks++ {
				layers := Chain(widths...)
				for i := range layers {
					layers[i].Kinks = kinks
				}
				got, want := Serra(inputs, layers), serraNaively(inputs, layers)
				if got.Cmp(want) != 0 {
					t.Errorf("%d inputs, widths %v, %d kinks: got %v, want %v", inputs, widths, kinks, got, want)
				}
			}
		}
	}
}
