package network

import "slices"

// Depth-to-space of channels last has no operator in ONNX. It is a Reshape of
// every position to a cell of 2x2, a Transpose of the cell's rows before the
// picture's columns, and a Reshape to the larger picture, whose size is computed
// from that of the network's input.

// size is the shape of the network's input, [n, h, w], times factors, and channels
// behind it where they are known.
type size struct {
	factor   [3]float64
	channels int
}

func readSize(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	if v.node != 0 || v.order != channelsLast || b.node.Integer("start", 0) != 0 || b.node.Integer("end", 0) != 3 {
		return b.fail(Unsupported, "it takes something else than the height and width of the input, channels last: axes 0 to 3")
	}
	b.sizes[b.node.Outputs[0]] = size{factor: [3]float64{1, 1, 1}}
	return nil
}

func readMultiplication(b *builder) error {
	s, ok := b.sizes[b.name(0)]
	if !ok {
		return readProduct(b)
	}
	factors, _, err := b.constant(1)
	if err != nil {
		return err
	}
	if len(factors) != len(s.factor) {
		return b.fail(Unsupported, "it multiplies the size of a picture by %d numbers; one each for its number, height and width is understood", len(factors))
	}
	for axis, n := range factors {
		s.factor[axis] *= n
	}
	b.sizes[b.node.Outputs[0]] = s
	return nil
}

func readJoin(b *builder) error {
	s, ok := b.sizes[b.name(0)]
	if !ok {
		return readConcatenation(b)
	}
	channels, err := b.scalar(1)
	if err != nil {
		return err
	}
	if len(b.node.Inputs) != 2 || s.channels != 0 {
		return b.fail(Unsupported, "it puts more than a number of channels behind the size of a picture")
	}
	s.channels = int(channels)
	b.sizes[b.node.Outputs[0]] = s
	return nil
}

func readReshape(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	if s, ok := b.sizes[b.name(1)]; ok && v.order == cellRows {
		channels := b.channels(v) / 4
		if want := (size{[3]float64{1, 2, 2}, channels}); s != want {
			return b.fail(Unsupported, "cells of 2x2 positions become %v times the input's size and %d channels; their picture, %v times and %d channels, is understood", s.factor, s.channels, want.factor, channels)
		}
		return b.give(b.add(&shuffle{block: 2, channelFirst: true}, channels, v.node), channelsLast)
	}
	shape, _, err := b.constant(1)
	if err != nil {
		return err
	}
	half := float64(b.channels(v) / 2)
	if v.order != channelsLast || !slices.Equal(shape, []float64{0, 0, 0, 2, half}) || b.channels(v)%4 != 0 {
		return b.fail(Unsupported, "it makes %v of %d channels; cells of 2x2 positions, [0 0 0 2 %g], are understood, and their picture", shape, b.channels(v), half)
	}
	v.order = cells
	b.values[b.node.Outputs[0]] = v
	return nil
}
