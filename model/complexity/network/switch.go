package network

import "math"

// switching is a layer of units: scale, round, limit. A rectifier has scale 1,
// no rounding and the limits 0 and infinity; a requantisation has them all.
type switching struct {
	scale  []float64 // one a channel, or nil for 1
	offset float64   // the output's zero point: added after rounding
	rounds bool      // the scaled value is rounded to the nearest even integer
	low    float64
	high   float64   // +Inf for no upper limit
	slope  []float64 // of what passes below low, one a channel; nil for none
}

func (*switching) needs(out Rect) Rect { return out }
func (*switching) whole(in Rect) Rect  { return in }

func (s *switching) run(in []*Tensor, out *Tensor, rounding bool) {
	for y := range out.Height {
		for x := range out.Width {
			from := in[0].At(out.Top+y, out.Left+x)
			to := out.Data[(y*out.Width+x)*out.Channels:][:out.Channels]
			for c, v := range from {
				to[c] = s.limit(c, s.scaled(c, v, rounding))
			}
		}
	}
}

// scaled returns the value that the limits are put to.
func (s *switching) scaled(channel int, v float64, rounding bool) float64 {
	if s.scale == nil {
		return v
	}
	if !s.rounds || !rounding {
		return v*s.scale[channel] + s.offset
	}
	// As ONNX Runtime requantises: in float32, to the nearest even integer.
	return math.RoundToEven(float64(float32(v)*float32(s.scale[channel]))) + s.offset
}

func (s *switching) limit(channel int, v float64) float64 {
	if v < s.low && s.slope != nil {
		return s.low + s.slope[channel]*(v-s.low)
	}
	return min(max(v, s.low), s.high)
}

func (s *switching) limits(in [][]Interval, rounding bool) []Interval {
	out := make([]Interval, len(in[0]))
	for c, i := range in[0] {
		ends := Interval{s.scaled(c, i.Low, rounding), s.scaled(c, i.High, rounding)}
		if ends.Low > ends.High { // a negative scale
			ends.Low, ends.High = ends.High, ends.Low
		}
		a, b := s.limit(c, ends.Low), s.limit(c, ends.High)
		out[c] = Interval{min(a, b), max(a, b)}
		if s.slope != nil && ends.Low < s.low && ends.High > s.low { // a negative slope: least at the kink
			out[c] = out[c].with(s.low)
		}
	}
	return out
}

func (s *switching) kinks() int {
	if math.IsInf(s.high, 1) {
		return 1
	}
	return 2
}

// State is where a unit stands.
type State uint8

// The states of a unit.
const (
	Off  State = iota // at its lower limit, or below its kink
	On                // between the limits: affine
	Full              // at its upper limit
)

// State returns where a unit of a switch stands that gives out this value.
func (n *Network) State(node int, value float64) State {
	s := n.Nodes[node].operator.(*switching)
	switch {
	case value <= s.low:
		return Off
	case value >= s.high:
		return Full
	}
	return On
}

// Thresholds returns the values of a switch's input at which a unit changes its
// state, without rounding: one or two.
func (n *Network) Thresholds(node, channel int) []float64 {
	s := n.Nodes[node].operator.(*switching)
	invert := func(v float64) float64 {
		if s.scale == nil {
			return v
		}
		return (v - s.offset) / s.scale[channel]
	}
	if s.kinks() == 1 {
		return []float64{invert(s.low)}
	}
	return []float64{invert(s.low), invert(s.high)}
}

// NeverOn reports whether a unit whose output is confined to an interval is
// always at its lower limit, and that limit is zero: it can be taken away.
func (n *Network) NeverOn(node int, output Interval) bool {
	s := n.Nodes[node].operator.(*switching)
	return s.slope == nil && s.low == 0 && output.High <= 0
}

// AlwaysOn reports whether a unit whose input is confined to an interval passes
// it on unchanged, whatever comes. A rounding switch never does.
func (n *Network) AlwaysOn(node int, input Interval) bool {
	s := n.Nodes[node].operator.(*switching)
	return s.scale == nil && input.Low >= s.low && input.High <= s.high
}

// Rounds reports whether a switch rounds its values.
func (n *Network) Rounds(node int) bool {
	return n.Nodes[node].operator.(*switching).rounds
}
