package bounds

import "math/big"

// Plane is a grid of positions with channels: a layer of a convolutional network.
type Plane struct {
	Height, Width, Channels int
}

// Convolution is a hidden layer of rectifiers without padding.
type Convolution struct {
	Plane                     // of its outputs
	KernelHeight, KernelWidth int
	StrideHeight, StrideWidth int
}

// ConvolutionMaximum returns a number of regions that some weights of a chain
// of convolutions with rectifiers reach (Xiong et al., "On the number of linear
// regions of convolutional neural networks", ICML 2020, arXiv:2006.00978,
// theorem 5):
//
//	R(last layer alone, on d0 channels) * product over l < L of floor(d_l/d0)^(positions_l d0)
//
// with d0 input channels and d_l in layer l. R of one layer is bounded from
// below by its term of equal counts, see oneLayer. Input channels may be left
// unused, so the best of d0 = 1..channels is taken. It returns 1 for no layers.
func ConvolutionMaximum(input Plane, layers []Convolution) *big.Int {
	best := Smallest()
	if len(layers) == 0 {
		return best
	}
	used := input.Channels
	for _, l := range layers[:len(layers)-1] {
		used = min(used, l.Channels)
	}
	last := layers[len(layers)-1]
	before := input
	if len(layers) > 1 {
		before = layers[len(layers)-2].Plane
	}
	for channels := 1; channels <= used; channels++ {
		before.Channels = channels
		total := oneLayer(before, last)
		for _, l := range layers[:len(layers)-1] {
			total.Mul(total, power(int64(l.Channels/channels), l.Height*l.Width*channels))
		}
		if total.Cmp(best) > 0 {
			best = total
		}
	}
	return best
}

// oneLayer returns a lower bound on the regions of one convolutional layer.
// Theorem 2 of arXiv:2006.00978 counts them exactly: the sum of the products of
// binom(d, t_ij) over all counts t_ij such that the counts of any set of
// outputs do not exceed the inputs that the set sees. With counts t everywhere
// allowed, all smaller counts are too, so C(t, d)^positions is a lower bound.
func oneLayer(input Plane, layer Convolution) *big.Int {
	positions := layer.Height * layer.Width
	count := min(layer.Channels, input.Height*input.Width*input.Channels/positions)
	for count > 0 && !allowed(input, layer, count) {
		count--
	}
	cells := Cells(count, layer.Channels, 1)
	return cells.Exp(cells, big.NewInt(int64(positions)), nil)
}

// allowed reports whether every output can be given count inputs of its own
// from those that it sees: by Hall's theorem the condition of theorem 2. An
// input position can be given away once a channel. Augmenting paths.
func allowed(input Plane, layer Convolution, count int) bool {
	holders := make([][]int, input.Height*input.Width) // position -> outputs that it was given to
	for output := range layer.Height * layer.Width {
		for range count {
			if !give(input, layer, output, holders, make([]bool, len(holders))) {
				return false
			}
		}
	}
	return true
}

func give(input Plane, layer Convolution, output int, holders [][]int, seen []bool) bool {
	top := output / layer.Width * layer.StrideHeight
	left := output % layer.Width * layer.StrideWidth
	for y := top; y < min(top+layer.KernelHeight, input.Height); y++ {
		for x := left; x < min(left+layer.KernelWidth, input.Width); x++ {
			at := y*input.Width + x
			if seen[at] {
				continue
			}
			seen[at] = true
			if len(holders[at]) < input.Channels {
				holders[at] = append(holders[at], output)
				return true
			}
			for i, other := range holders[at] {
				if give(input, layer, other, holders, seen) {
					holders[at][i] = output
					return true
				}
			}
		}
	}
	return false
}
