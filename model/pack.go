package model

import "unsafe"

// pack writes rows from..to of the grid of a picture to an input tensor
// [rows, width, 6], whose row 0 is row `first` of the grid. Where an odd picture
// has no second column or row, the last one is repeated. Bytes are moved, never
// changed, but for chroma with as many rows as luma: two rows become their mean,
// rounded up.
//
// Luma fills the first four bytes of each position and chroma the last two, in
// two passes over a tensor row that stays in the first-level cache, so that
// the luma pass is common to all formats.
func pack(tensor []byte, src Picture, first, from, to int) {
	width := (src.Width + 1) / 2
	for row := from; row < to; row++ {
		t := tensor[(row-first)*width*inputChannels : (row-first+1)*width*inputChannels]
		top, bottom := src.lumaRows(row)
		packLuma(t, top, bottom)
		switch src.Format {
		case I420:
			packPlanes(t, src.row(1, row, width), src.row(2, row, width))
		case YV12:
			packPlanes(t, src.row(2, row, width), src.row(1, row, width))
		case NV12:
			packPairs(t, src.row(1, row, 2*width))
		case NV21:
			packSwappedPairs(t, src.row(1, row, 2*width))
		case Y42B:
			next := min(2*row+1, src.Height-1)
			packAveragedPlanes(t, [2][]byte{src.row(1, 2*row, width), src.row(1, next, width)},
				[2][]byte{src.row(2, 2*row, width), src.row(2, next, width)})
		default:
			packNoChroma(t)
		}
	}
}

// packLuma writes bytes 0..3 of each position: two of the top row, two of the
// bottom row. Four positions at a time are 8 bytes of each row.
func packLuma(t, top, bottom []byte) {
	fours := len(top) / 8
	tensor, above, below := start(t[:fours*4*inputChannels]), start(top), start(bottom[:len(top)])
	for i := range fours {
		a, b := load64(above, 8*i), load64(below, 8*i)
		at := 4 * inputChannels * i
		store32(tensor, at, uint32(a)&0xffff|uint32(b)<<16)
		store32(tensor, at+6, uint32(a)>>16|uint32(b)&0xffff0000)
		store32(tensor, at+12, uint32(a>>32)&0xffff|uint32(b>>16)&0xffff0000)
		store32(tensor, at+18, uint32(a>>48)|uint32(b>>32)&0xffff0000)
	}
	top, bottom = top[8*fours:], bottom[8*fours:]
	for t = t[fours*4*inputChannels:]; len(t) > 0; t = t[inputChannels:] {
		right := min(1, len(top)-1)
		t[0], t[1], t[2], t[3] = top[0], top[right], bottom[0], bottom[right]
		top, bottom = top[1+right:], bottom[1+right:]
	}
}

// packPlanes writes bytes 4 and 5 of each position from one row of U and of V.
func packPlanes(t, u, v []byte) {
	fours := len(u) / 4
	tensor, us, vs := start(t[:fours*4*inputChannels]), start(u), start(v[:len(u)])
	for i := range fours {
		storePairs(tensor, i, interleave(load32(us, 4*i), load32(vs, 4*i)))
	}
	for i := 4 * fours; i < len(u); i++ {
		t[i*inputChannels+4], t[i*inputChannels+5] = u[i], v[i]
	}
}

// packAveragedPlanes is packPlanes for the mean of two rows of U and of V.
func packAveragedPlanes(t []byte, u, v [2][]byte) {
	width := len(u[0])
	fours := width / 4
	tensor := start(t[:fours*4*inputChannels])
	upperU, lowerU, upperV, lowerV := start(u[0]), start(u[1][:width]), start(v[0][:width]), start(v[1][:width])
	for i := range fours {
		storePairs(tensor, i, interleave(means(load32(upperU, 4*i), load32(lowerU, 4*i)), means(load32(upperV, 4*i), load32(lowerV, 4*i))))
	}
	for i := 4 * fours; i < width; i++ {
		t[i*inputChannels+4] = byte(means(uint32(u[0][i]), uint32(u[1][i])))
		t[i*inputChannels+5] = byte(means(uint32(v[0][i]), uint32(v[1][i])))
	}
}

// means returns the means of the four bytes of two words, rounded up.
func means(a, b uint32) uint32 { return (a | b) - (a^b)>>1&0x7f7f7f7f }

// packPairs writes bytes 4 and 5 of each position from one row of U V pairs.
func packPairs(t, uv []byte) {
	fours := len(uv) / 8
	tensor, pairs := start(t[:fours*4*inputChannels]), start(uv)
	for i := range fours {
		storePairs(tensor, i, load64(pairs, 8*i))
	}
	for i := 4 * fours; i < len(uv)/2; i++ {
		t[i*inputChannels+4], t[i*inputChannels+5] = uv[2*i], uv[2*i+1]
	}
}

// packSwappedPairs is packPairs for V U pairs.
func packSwappedPairs(t, vu []byte) {
	fours := len(vu) / 8
	tensor, pairs := start(t[:fours*4*inputChannels]), start(vu)
	for i := range fours {
		storePairs(tensor, i, swapPairs(load64(pairs, 8*i)))
	}
	for i := 4 * fours; i < len(vu)/2; i++ {
		t[i*inputChannels+4], t[i*inputChannels+5] = vu[2*i+1], vu[2*i]
	}
}

// neutral is the chroma of grey.
const neutral = 128

// packNoChroma writes bytes 4 and 5 of each position as grey.
func packNoChroma(t []byte) {
	positions := len(t) / inputChannels
	tensor := start(t[:positions*inputChannels])
	for i := range positions {
		store16(tensor, i*inputChannels+4, neutral<<8|neutral)
	}
}

// storePairs writes bytes 4 and 5 of the i-th four positions.
func storePairs(tensor unsafe.Pointer, i int, uv uint64) {
	at := 4*inputChannels*i + 4
	store16(tensor, at, uint16(uv))
	store16(tensor, at+6, uint16(uv>>16))
	store16(tensor, at+12, uint16(uv>>32))
	store16(tensor, at+18, uint16(uv>>48))
}
