package model

import (
	"fmt"
	"math"
)

// Blend moves dst from a plain picture of the same format and size towards what
// it holds: strength 1 leaves it, 0 makes it the plain one, and between them each
// sample is plain + strength x (dst - plain), rounded, with the strength in steps
// of 1/65536. Threads are those of the generator. It allocates nothing.
//
// Errors are [*Error] of kind [Failed]: the pictures do not fit, or the strength
// is not within 0..1. dst is then as before.
func (g *Generator) Blend(dst, plain Picture, strength float64) error {
	if g.session == nil {
		return g.failed(fmt.Errorf("it is closed"), "Open it again")
	}
	if err := checkPair(&dst, &plain, 1); err != nil {
		return g.failed(err, "Give two pictures of one format and size")
	}
	if !(strength >= 0 && strength <= 1) {
		return g.failed(fmt.Errorf("the strength is %v", strength), "Give one from 0 to 1")
	}
	g.dst, g.src = dst, plain
	defer func() { g.dst, g.src = Picture{}, Picture{} }()
	g.weight = uint64(math.Round(strength * 65536))
	g.bands.run(0, (dst.Height+1)/2, (dst.Width+1)/2, g.blend)
	return nil
}

// blendBand blends the rows that rows from..to of the half-resolution grid cover.
func blendBand(dst, plain Picture, weight uint64, from, to int) {
	for plane := range dst.Format.Planes() {
		width, height := dst.planeSize(plane)
		first, last := from, to
		if plane == 0 || dst.Format.FullHeightChroma() {
			first, last = 2*from, min(2*to, height)
		}
		for y := first; y < last; y++ {
			if dst.Format.Depth() > 8 {
				blendRowTenBit(dst.row(plane, y, width), plain.row(plane, y, width), weight, dst.Format.layout().shift)
				continue
			}
			blendRow(dst.row(plane, y, width), plain.row(plane, y, width), weight)
		}
	}
}

// blendRow blends samples, weight/65536 of dst and the rest of plain.
//
// Eight samples at a time are four pairs, each pair in the two 32-bit lanes of a
// word. A lane of the result, 65536 x plain + weight x (dst - plain) + 32768, is
// from 32768 to 255 x 65536 + 32768: none borrows from its neighbour in the end,
// although dst - plain may on the way.
func blendRow(dst, plain []byte, weight uint64) {
	eights := len(dst) / 8
	samples, plains := start(dst), start(plain[:len(dst)])
	for i := range eights {
		d, p := load64(samples, 8*i), load64(plains, 8*i)
		store64(samples, 8*i, blendPair(d, p, weight)|blendPair(d>>8, p>>8, weight)<<8|
			blendPair(d>>16, p>>16, weight)<<16|blendPair(d>>24, p>>24, weight)<<24)
	}
	for i := 8 * eights; i < len(dst); i++ {
		dst[i] = byte(blendPair(uint64(dst[i]), uint64(plain[i]), weight))
	}
}

// blendPair blends bytes 0 and 4 of two words.
func blendPair(dst, plain, weight uint64) uint64 {
	const lanes, half = 0x000000ff_000000ff, 0x00008000_00008000
	d, p := dst&lanes, plain&lanes
	return (p<<16 + weight*(d-p) + half) >> 16 & lanes
}

// blendRowTenBit is blendRow for samples of 10 bits in the 16 of two bytes, their
// lowest at bit `shift`. Four samples at a time are two pairs.
func blendRowTenBit(dst, plain []byte, weight uint64, shift int) {
	fours := len(dst) / 8
	samples, plains := start(dst), start(plain[:len(dst)])
	for i := range fours {
		d, p := load64(samples, 8*i)>>shift, load64(plains, 8*i)>>shift
		store64(samples, 8*i, (blendPairTenBit(d, p, weight)|blendPairTenBit(d>>16, p>>16, weight)<<16)<<shift)
	}
	for i := 8 * fours; i < len(dst); i += 2 {
		d, p := uint64(load16(samples, i))>>shift, uint64(load16(plains, i))>>shift
		store16(samples, i, uint16(blendPairTenBit(d, p, weight)<<shift))
	}
}

// blendPairTenBit blends the low ten bits of the two 32-bit lanes of two words.
func blendPairTenBit(dst, plain, weight uint64) uint64 {
	const lanes, half = 0x000003ff_000003ff, 0x00008000_00008000
	d, p := dst&lanes, plain&lanes
	return (p<<16 + weight*(d-p) + half) >> 16 & lanes
}
