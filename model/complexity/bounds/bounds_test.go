package bounds

import (
	"math"
	"math/big"
	"testing"
)

func TestExactIntegers(t *testing.T) {
	cases := []struct {
		name string
		got  *big.Int
		want string
	}{
		{"Zaslavsky, 2 dimensions, 12 units", Cells(2, 12, 1), "79"},
		{"Serra 2; 4 4", Serra(2, Chain(4, 4)), "121"},
		{"Serra 2; 2 2 2", Serra(2, Chain(2, 2, 2)), "30"},
		{"Serra 2; 3 3", Serra(2, Chain(3, 3)), "40"},
		{"Serra 8; 8 8 8", Serra(8, Chain(8, 8, 8)), "5900722"},
		{"Serra 1; 3 3 3, the exact maximum", Serra(1, Chain(3, 3, 3)), "64"},
		{"Corrected 2; 2 2 2", Corrected(2, Chain(2, 2, 2)), "64"},
		{"Corrected 2; 16 16", Corrected(2, Chain(16, 16)), "18769"},
		{"Corrected 2; 8 8 8", Corrected(2, Chain(8, 8, 8)), "50653"},
		{"Paper 2; 4; 2", Paper(2, Chain(4), 2), "44"},
		{"Montufar 2; 8 8 8", Montufar(2, []int{8, 8, 8}), "9472"},
		{"Montufar 2; 4 4", Montufar(2, []int{4, 4}), "44"},
		{"Serra's maximum 2; 8 8 8", SerraMaximum(2, []int{8, 8, 8}), "23125"},
		{"Serra's maximum 1; 3 3 3", SerraMaximum(1, []int{3, 3, 3}), "64"},
		{"Maximum 2; 8 8", Maximum(2, []int{8, 8}), "925"},
		{"Maximum 2; 16 16", Maximum(2, []int{16, 16}), "11097"},
		{"Typical 2; 8 8", Typical(2, Chain(8, 8)), "137"},
		{"Typical 2; 16 16", Typical(2, Chain(16, 16)), "529"},
		{"AllPatterns 4 4", AllPatterns(Chain(4, 4)), "256"},
		{"two kinks on a line: 2n+1 cells", Cells(1, 5, 2), "11"},
		{"two kinks, a grid of 2 units in the plane", Cells(2, 2, 2), "9"},
		{"no units", Cells(3, 0, 1), "1"},
	}
	for _, c := range cases {
		if c.got == nil || c.got.String() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, c.got, c.want)
		}
	}
}

func TestPaperWithoutItsLastFactor(t *testing.T) {
	// The product over the hidden layers (2, 8, 8, 8): 37 * 256 * 256.
	last := Cells(8, 3, 1)
	got := new(big.Int).Quo(Paper(2, Chain(8, 8, 8), 3), last)
	if got.Int64() != 2424832 {
		t.Errorf("hidden layers: got %v, want 2424832", got)
	}
}

func TestBoundsAreOrdered(t *testing.T) {
	for inputs := 1; inputs <= 5; inputs++ {
		for _, widths := range [][]int{{4}, {8, 8}, {3, 9, 2}, {16, 4, 16}} {
			layers := Chain(widths...)
			ladder := []*big.Int{
				Smallest(), Maximum(inputs, widths), Serra(inputs, layers), Corrected(inputs, layers), EveryLayer(inputs, layers),
			}
			for i := 1; i < len(ladder); i++ {
				if ladder[i-1].Cmp(ladder[i]) > 0 {
					t.Errorf("%d inputs, %v: bound %d is %v, above %v", inputs, widths, i-1, ladder[i-1], ladder[i])
				}
			}
		}
	}
}

func TestSkipsAndLeaksLeaveSerrasChain(t *testing.T) {
	layers := Chain(4, 4)
	layers[1].Chained = false
	if got, want := Serra(2, layers), EveryLayer(2, layers); got.Cmp(want) != 0 {
		t.Errorf("skip past layer 1: got %v, want %v", got, want)
	}
	layers = Chain(2, 2, 2)
	layers[0].Keeps = true
	if got := Serra(2, layers); got.Int64() != 64 {
		t.Errorf("leaky layers: got %v, want 64", got)
	}
}

func TestGeneratorsOnOneChannel(t *testing.T) {
	type size struct{ kernel, channels int }
	cases := []struct {
		name                  string
		hidden                []size
		units                 int
		serra, lower, typical float64
	}{
		{"(3,4)", []size{{3, 4}}, 36, 36.0, 31.1, 36.0},
		{"(5,8)", []size{{5, 8}}, 72, 72.0, 70.0, 72.0},
		{"(3,8)(3,8)", []size{{3, 8}, {3, 8}}, 272, 229.3, 121.9, 181.4},
		{"(5,8)(3,8)", []size{{5, 8}, {3, 8}}, 272, 264.2, 121.9, 235.5},
		{"(5,16)(3,8)", []size{{5, 16}, {3, 8}}, 472, 358.8, 146.9, 308.1},
		{"(5,16)(3,16)", []size{{5, 16}, {3, 16}}, 544, 430.8, 163.9, 326.1},
		{"(5,16)(3,16)(3,16)", []size{{5, 16}, {3, 16}, {3, 16}}, 1328, 976.2, 359.9, 580.0},
		{"(3,16)x4", []size{{3, 16}, {3, 16}, {3, 16}, {3, 16}}, 2624, 1551.7, 683.9, 702.9},
		{"(3,32)(3,32)", []size{{3, 32}, {3, 32}}, 1088, 447.8, 206.4, 284.2},
	}
	for _, c := range cases {
		side := 3 // the last layer is 3x3 and linear
		convolutions := make([]Convolution, len(c.hidden))
		widths := make([]int, len(c.hidden))
		for i := len(c.hidden) - 1; i >= 0; i-- {
			h := c.hidden[i]
			convolutions[i] = Convolution{Plane{side, side, h.channels}, h.kernel, h.kernel, 1, 1}
			widths[i] = side * side * h.channels
			side += h.kernel - 1
		}
		layers := Chain(widths...)
		units := 0
		for _, w := range widths {
			units += w
		}
		if units != c.units {
			t.Errorf("%s: %d units, want %d", c.name, units, c.units)
		}
		near(t, c.name+": upper", Log2(Serra(side*side, layers)), c.serra)
		near(t, c.name+": lower", Log2(ConvolutionMaximum(Plane{side, side, 1}, convolutions)), c.lower)
		near(t, c.name+": typical", Log2(Typical(side*side, layers)), c.typical)
	}
}

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.06 { // the figures are given to one decimal
		t.Errorf("%s: got 2^%.2f, want 2^%.1f", name, got, want)
	}
}

func TestLog2(t *testing.T) {
	if got := Log2(new(big.Int).Lsh(big.NewInt(3), 5000)); math.Abs(got-5000-math.Log2(3)) > 1e-9 {
		t.Errorf("3*2^5000: got %g", got)
	}
	if got := Log2(new(big.Int)); !math.IsInf(got, -1) {
		t.Errorf("0: got %g, want -Inf", got)
	}
}
