package model

import "unsafe"

// Tensors of ten-bit samples hold uint16, so a position of the input has 12
// bytes and one of the output 48. What shift is: see layout.

// tenBits are the bits of four samples in a word. Those above and below them in a
// picture mean nothing.
const tenBits = 0x03ff_03ff_03ff_03ff

// packTenBit is pack for pictures of 10 bits a sample.
func packTenBit(tensor []byte, src Picture, first, from, to int) {
	const position = 2 * inputChannels
	width, shift := (src.Width+1)/2, src.Format.layout().shift
	for row := from; row < to; row++ {
		t := tensor[(row-first)*width*position : (row-first+1)*width*position]
		next := min(2*row+1, src.Height-1)
		packLumaTenBit(t, src.row(0, 2*row, 2*src.Width), src.row(0, next, 2*src.Width), shift)
		switch src.Format {
		case P010_10LE:
			packPairsTenBit(t, src.row(1, row, 4*width), shift)
		case I422_10LE:
			packMeansTenBit(t, 8, src.row(1, 2*row, 2*width), src.row(1, next, 2*width))
			packMeansTenBit(t, 10, src.row(2, 2*row, 2*width), src.row(2, next, 2*width))
		default:
			packMeansTenBit(t, 8, src.row(1, row, 2*width), src.row(1, row, 2*width))
			packMeansTenBit(t, 10, src.row(2, row, 2*width), src.row(2, row, 2*width))
		}
	}
}

// packLumaTenBit writes bytes 0..7 of each position: two samples of the top row,
// two of the bottom row.
func packLumaTenBit(t, top, bottom []byte, shift int) {
	const position = 2 * inputChannels
	twos := len(top) / 8
	tensor, above, below := start(t[:twos*2*position]), start(top), start(bottom[:len(top)])
	for i := range twos {
		a, b := load64(above, 8*i)>>shift&tenBits, load64(below, 8*i)>>shift&tenBits
		store64(tensor, 2*position*i, a&0xffffffff|b<<32)
		store64(tensor, 2*position*i+position, a>>32|b&^0xffffffff)
	}
	last := len(top)/2 - 1
	for x := 4 * twos; x <= last; x += 2 {
		right := min(x+1, last)
		at := start(t[x/2*position : x/2*position+8])
		store16(at, 0, tenBitsAt(above, x, shift))
		store16(at, 2, tenBitsAt(above, right, shift))
		store16(at, 4, tenBitsAt(below, x, shift))
		store16(at, 6, tenBitsAt(below, right, shift))
	}
}

// packPairsTenBit writes bytes 8..11 of each position from a row of U V pairs.
func packPairsTenBit(t, uv []byte, shift int) {
	const position = 2 * inputChannels
	tensor, pairs := start(t[:len(uv)/4*position]), start(uv)
	for i := range len(uv) / 4 {
		store32(tensor, i*position+8, load32(pairs, 4*i)>>shift&(tenBits&0xffffffff))
	}
}

// packMeansTenBit writes the 2 bytes at `at` of each position: the mean of two
// rows, rounded up.
func packMeansTenBit(t []byte, at int, upper, lower []byte) {
	const position = 2 * inputChannels
	tensor, a, b := start(t[:len(upper)/2*position]), start(upper), start(lower[:len(upper)])
	for i := range len(upper) / 2 {
		store16(tensor, i*position+at, (tenBitsAt(a, i, 0)+tenBitsAt(b, i, 0)+1)>>1)
	}
}

// tenBitsAt returns the i-th sample of a row.
func tenBitsAt(row unsafe.Pointer, i, shift int) uint16 {
	return load16(row, 2*i) >> shift & (tenBits & 0xffff)
}
