package network

import "gst-superres/model/complexity/onnx"

// range8 returns the limits of the bytes whose zero point an input is.
func (b *builder) range8(input int) (low, high float64, err error) {
	t := b.graph.Initializer(b.name(input))
	switch {
	case t != nil && t.Element == onnx.Uint8:
		return 0, 255, nil
	case t != nil && t.Element == onnx.Int8:
		return -128, 127, nil
	}
	return 0, 0, b.fail(Unsupported, "input %d, %q, is no constant byte; it says whether the output is uint8 or int8", input, b.name(input))
}

// readQuantisedSum makes a sum and a switch. The result is exact to the integer
// for scales that are powers of two times each other; for others a value halfway
// between two integers may round the other way than in ONNX Runtime.
func readQuantisedSum(b *builder) error {
	first, err := b.variable(0)
	if err != nil {
		return err
	}
	second, err := b.variable(3)
	if err != nil {
		return err
	}
	if first.order != second.order || b.channels(first) != b.channels(second) {
		return b.fail(Unsupported, "its inputs have %d and %d channels or differ in their order of axes; the same shape is understood", b.channels(first), b.channels(second))
	}
	var n [8]float64 // by place: 1 and 4 and 6 scales, 2 and 5 and 7 zero points
	for _, i := range []int{1, 2, 4, 5, 6, 7} {
		if n[i], err = b.scalar(i); err != nil {
			return err
		}
	}
	if !(n[1] > 0) || !(n[4] > 0) || !(n[6] > 0) {
		return b.fail(Malformed, "its scales are %g, %g and %g; positive numbers are needed", n[1], n[4], n[6])
	}
	low, high, err := b.range8(7)
	if err != nil {
		return err
	}
	s := &sum{factors: []float64{n[1] / n[6], n[4] / n[6]}}
	s.offset = -s.factors[0]*n[2] - s.factors[1]*n[5]
	channels := b.channels(first)
	w := &switching{scale: repeated(1, channels), offset: n[7], rounds: true, low: low, high: high}
	return b.give(b.add(w, channels, b.add(s, channels, first.node, second.node)), first.order)
}
