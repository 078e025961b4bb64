package network

import "math"

// samePlace is what operators share that look at one position only.
type samePlace struct{}

func (samePlace) needs(out Rect) Rect { return out }
func (samePlace) whole(in Rect) Rect  { return in }

// each calls use for every position with the output and the inputs there.
func each(in []*Tensor, out *Tensor, use func(to []float64, from [][]float64)) {
	from := make([][]float64, len(in))
	for y := range out.Height {
		for x := range out.Width {
			for i, t := range in {
				from[i] = t.At(out.Top+y, out.Left+x)
			}
			use(out.Data[(y*out.Width+x)*out.Channels:][:out.Channels], from)
		}
	}
}

// sum is a weighted sum of tensors of the same shape plus a number.
type sum struct {
	samePlace
	factors []float64 // one an input
	offset  float64
}

func (s *sum) run(in []*Tensor, out *Tensor, _ bool) {
	each(in, out, func(to []float64, from [][]float64) {
		for c := range to {
			to[c] = s.offset
			for i, f := range s.factors {
				to[c] += f * from[i][c]
			}
		}
	})
}

func (s *sum) limits(in [][]Interval, _ bool) []Interval {
	out := make([]Interval, len(in[0]))
	for c := range out {
		out[c] = Interval{s.offset, s.offset}
		for i, f := range s.factors {
			out[c] = out[c].plus(in[i][c].times(f))
		}
		out[c] = out[c].widened(math.Exp2(-22) * out[c].largest())
	}
	return out
}

// channelwise multiplies every channel by a number and adds another.
type channelwise struct {
	samePlace
	scale, offset []float64 // one a channel each
}

func (s *channelwise) run(in []*Tensor, out *Tensor, _ bool) {
	each(in, out, func(to []float64, from [][]float64) {
		for c, v := range from[0] {
			to[c] = v*s.scale[c] + s.offset[c]
		}
	})
}

func (s *channelwise) limits(in [][]Interval, _ bool) []Interval {
	out := make([]Interval, len(in[0]))
	for c, i := range in[0] {
		i = i.times(s.scale[c])
		magnitude := i.largest() + math.Abs(s.offset[c])
		out[c] = i.plus(Interval{s.offset[c], s.offset[c]}).widened(math.Exp2(-22) * magnitude)
	}
	return out
}

// selection copies channels.
type selection struct {
	samePlace
	channels []int // output channel -> input channel
}

func (s *selection) run(in []*Tensor, out *Tensor, _ bool) {
	each(in, out, func(to []float64, from [][]float64) {
		for c, source := range s.channels {
			to[c] = from[0][source]
		}
	})
}

func (s *selection) limits(in [][]Interval, _ bool) []Interval {
	out := make([]Interval, len(s.channels))
	for c, source := range s.channels {
		out[c] = in[0][source]
	}
	return out
}

// concatenation puts the channels of its inputs one behind the other.
type concatenation struct{ samePlace }

func (concatenation) run(in []*Tensor, out *Tensor, _ bool) {
	each(in, out, func(to []float64, from [][]float64) {
		n := 0
		for _, f := range from {
			n += copy(to[n:], f)
		}
	})
}

func (concatenation) limits(in [][]Interval, _ bool) []Interval {
	var out []Interval
	for _, i := range in {
		out = append(out, i...)
	}
	return out
}

// rounding makes integers of an output: the affine map it rounds is what counts.
type rounding struct {
	samePlace
	toward func(float64) float64
}

func (r *rounding) run(in []*Tensor, out *Tensor, rounding bool) {
	each(in, out, func(to []float64, from [][]float64) {
		for c, v := range from[0] {
			if rounding {
				v = r.toward(v)
			}
			to[c] = v
		}
	})
}

func (r *rounding) limits(in [][]Interval, _ bool) []Interval {
	out := make([]Interval, len(in[0]))
	for c, i := range in[0] {
		out[c] = Interval{r.toward(i.Low), r.toward(i.High)}
	}
	return out
}
