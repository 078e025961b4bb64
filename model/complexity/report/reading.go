package report

import (
	"fmt"
	"math"
	"strings"
)

// Reading answers the two questions that the figures are for: is the network
// large enough, and is it larger than it needs to be? The sentences follow from
// necessary conditions and from what was seen, and prove neither.
func (r *Report) Reading() []string {
	var out []string
	least := math.Inf(1)
	for _, b := range r.Upper {
		if b.WithLimits != nil { // patterns tell the upper limits apart
			b.Log2 = *b.WithLimits
		}
		least = min(least, b.Log2)
	}
	if m := r.Measured; m != nil {
		// arXiv:1805.10451, theorem 4.12: a network needs at least the pieces of its task.
		if need := math.Log2(m.Estimated); least < need {
			out = append(out, fmt.Sprintf("Large enough? No: at most 2^%.1f regions, and pictures show at least 2^%.1f patterns.", least, need))
		} else {
			out = append(out, fmt.Sprintf("Large enough? Not ruled out: at most 2^%.1f regions, and pictures show at least 2^%.1f patterns.", least, need))
		}
		never := 0
		for _, l := range r.Layers {
			if l.Use != nil {
				never += l.Use.Never
			}
		}
		switch {
		case m.Utilisation < 0.1:
			out = append(out, fmt.Sprintf("Larger than needed? Likely: a unit carries %.3f bit of 1; below 0.1, train longer before growing.", m.Utilisation))
		case never > 0:
			out = append(out, fmt.Sprintf("Larger than needed? By %d channels that were never on.", never))
		default:
			out = append(out, fmt.Sprintf("Larger than needed? No sign of it: every channel switches, a unit carries %.3f bit of 1.", m.Utilisation))
		}
	}
	certified := 0
	for _, l := range r.Layers {
		certified += l.NeverCertified
	}
	if certified > 0 {
		out = append(out, fmt.Sprintf("%d channels are certified never to be on: --shrink removes them and changes nothing.", certified))
	}
	return out
}

func (r *Report) writeReading(b *strings.Builder) {
	lines := r.Reading()
	for _, l := range lines {
		fmt.Fprintln(b, l)
	}
	if len(lines) > 0 {
		fmt.Fprintln(b)
	}
}
