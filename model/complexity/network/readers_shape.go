package network

import (
	"reflect"
)

func readConcatenation(b *builder) error {
	first, err := b.variable(0)
	if err != nil {
		return err
	}
	channels, nodes := 0, []int(nil)
	for i := range b.node.Inputs {
		v, err := b.variable(i)
		if err != nil {
			return err
		}
		if v.order != first.order {
			return b.fail(Unsupported, "its inputs differ in their order of axes")
		}
		channels += b.channels(v)
		nodes = append(nodes, v.node)
	}
	if err := b.channelAxis(b.node.Integer("axis", -1), first.order); err != nil {
		return err
	}
	return b.give(b.add(concatenation{}, channels, nodes...), first.order)
}

// channelAxis returns an error where an axis is not that of the channels.
func (b *builder) channelAxis(axis int64, o order) error {
	rank, want := int64(4), int64(1)
	switch o {
	case channelsLast:
		want = 3
	case vector:
		rank = 2
	case cells, cellRows:
		rank, want = 5, -1 // they have none
	}
	if axis < 0 {
		axis += rank
	}
	if axis != want {
		return b.fail(Unsupported, "it works along axis %d; the axis of the channels, %d, is understood", axis, want)
	}
	return nil
}

func readGather(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	if err := b.channelAxis(b.node.Integer("axis", 0), v.order); err != nil {
		return err
	}
	indices, shape, err := b.constant(1)
	if err != nil {
		return err
	}
	if len(shape) != 1 || len(indices) == 0 {
		return b.fail(Unsupported, "its indices have shape %v; a list is understood", shape)
	}
	s := &selection{channels: make([]int, len(indices))}
	for i, index := range indices {
		c := int(index)
		if c < 0 {
			c += b.channels(v)
		}
		if c < 0 || c >= b.channels(v) {
			return b.fail(Malformed, "index %g is outside of %d channels", index, b.channels(v))
		}
		s.channels[i] = c
	}
	return b.give(b.add(s, len(indices), v.node), v.order)
}

func readPadding(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	mode := b.node.Text("mode", "constant")
	if mode != "edge" && mode != "constant" {
		return b.fail(Unsupported, "its mode is %q; edge and constant are understood", mode)
	}
	if b.name(2) != "" {
		if fill, err := b.scalar(2); err != nil || fill != 0 {
			return b.fail(Unsupported, "it pads with %g; zero is understood", fill)
		}
	}
	pads, _, err := b.constant(1)
	if err != nil {
		return err
	}
	vertical, horizontal := 2, 3
	if v.order == channelsLast {
		vertical, horizontal = 1, 2
	}
	if v.order == vector || len(pads) != 8 {
		return b.fail(Unsupported, "it has %d amounts for a picture of 4 axes; 8 are understood", len(pads))
	}
	for i, p := range pads {
		if axis := i % 4; p < 0 || p > 1024 || (p != 0 && axis != vertical && axis != horizontal) {
			return b.fail(Unsupported, "its amounts are %v; 0 to 1024 along height and width are understood", pads)
		}
	}
	p := &padding{
		top: int(pads[vertical]), left: int(pads[horizontal]),
		height: int(pads[vertical] + pads[vertical+4]), width: int(pads[horizontal] + pads[horizontal+4]),
		edge: mode == "edge",
	}
	return b.give(b.add(p, b.channels(v), v.node), v.order)
}

func readTranspose(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	axes := b.node.Integers("perm")
	switch {
	case v.order == cells && reflect.DeepEqual(axes, []int64{0, 1, 3, 2, 4}):
		v.order = cellRows
	case v.order == channelsLast && reflect.DeepEqual(axes, []int64{0, 3, 1, 2}):
		v.order = channelsFirst
	case v.order == channelsFirst && reflect.DeepEqual(axes, []int64{0, 2, 3, 1}):
		v.order = channelsLast
	default:
		return b.fail(Unsupported, "its permutation is %v; moving the channels first or last, or the rows of cells before their columns, is understood", axes)
	}
	b.values[b.node.Outputs[0]] = v
	return nil
}

func readShuffle(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	block := int(b.node.Integer("blocksize", 0))
	if v.order != channelsFirst || block < 1 || block > 64 || b.channels(v)%(block*block) != 0 {
		return b.fail(Unsupported, "its block of %d does not fit %d channels, or they do not come first", block, b.channels(v))
	}
	mode := b.node.Text("mode", "DCR")
	if mode != "DCR" && mode != "CRD" {
		return b.fail(Malformed, "its mode is %q; it must be DCR or CRD", mode)
	}
	s := &shuffle{block: block, channelFirst: mode == "DCR"}
	return b.give(b.add(s, b.channels(v)/(block*block), v.node), v.order)
}

func readFlatten(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	if v.order != vector {
		return b.fail(Unsupported, "it makes a vector of a picture; networks of pictures are counted a patch at a time, without it")
	}
	return readSame(b)
}
