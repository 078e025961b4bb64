package model

import "unsafe"

// packAligned is [pack] for tensors [rows, width, 8], whose last two channels are
// zero: a position is one word.
func packAligned(tensor []byte, src Picture, first, from, to int) {
	width := (src.Width + 1) / 2
	for row := from; row < to; row++ {
		t := tensor[(row-first)*width*alignedChannels : (row-first+1)*width*alignedChannels]
		top, bottom := src.lumaRows(row)
		switch src.Format {
		case I420:
			alignPlanes(t, top, bottom, src.row(1, row, width), src.row(2, row, width))
		case YV12:
			alignPlanes(t, top, bottom, src.row(2, row, width), src.row(1, row, width))
		case NV12:
			alignPairs(t, top, bottom, src.row(1, row, 2*width))
		case NV21:
			alignSwappedPairs(t, top, bottom, src.row(1, row, 2*width))
		case Y42B:
			next := min(2*row+1, src.Height-1)
			alignAveragedPlanes(t, top, bottom, [2][]byte{src.row(1, 2*row, width), src.row(1, next, width)},
				[2][]byte{src.row(2, 2*row, width), src.row(2, next, width)})
		default:
			alignNoChroma(t, top, bottom)
		}
	}
}

// alignPlanes writes positions whose chroma is one row of U and one of V.
func alignPlanes(t, top, bottom, u, v []byte) {
	fours := len(top) / 8
	tensor, above, below, us, vs := start(t[:fours*4*alignedChannels]), start(top), start(bottom[:len(top)]), start(u[:fours*4]), start(v[:fours*4])
	for i := range fours {
		storeFour(tensor, i, load64(above, 8*i), load64(below, 8*i), interleave(load32(us, 4*i), load32(vs, 4*i)))
	}
	for i := 4 * fours; i < len(u); i++ {
		storeOne(t, i, top, bottom, u[i], v[i])
	}
}

// alignAveragedPlanes is alignPlanes for the mean of two rows of U and of V.
func alignAveragedPlanes(t, top, bottom []byte, u, v [2][]byte) {
	fours := len(top) / 8
	tensor, above, below := start(t[:fours*4*alignedChannels]), start(top), start(bottom[:len(top)])
	upperU, lowerU, upperV, lowerV := start(u[0][:fours*4]), start(u[1][:fours*4]), start(v[0][:fours*4]), start(v[1][:fours*4])
	for i := range fours {
		storeFour(tensor, i, load64(above, 8*i), load64(below, 8*i),
			interleave(means(load32(upperU, 4*i), load32(lowerU, 4*i)), means(load32(upperV, 4*i), load32(lowerV, 4*i))))
	}
	for i := 4 * fours; i < len(u[0]); i++ {
		storeOne(t, i, top, bottom, byte(means(uint32(u[0][i]), uint32(u[1][i]))), byte(means(uint32(v[0][i]), uint32(v[1][i]))))
	}
}

// alignPairs writes positions whose chroma is one row of U V pairs.
func alignPairs(t, top, bottom, uv []byte) {
	fours := len(top) / 8
	tensor, above, below, pairs := start(t[:fours*4*alignedChannels]), start(top), start(bottom[:len(top)]), start(uv[:fours*8])
	for i := range fours {
		storeFour(tensor, i, load64(above, 8*i), load64(below, 8*i), load64(pairs, 8*i))
	}
	for i := 4 * fours; i < len(uv)/2; i++ {
		storeOne(t, i, top, bottom, uv[2*i], uv[2*i+1])
	}
}

// alignSwappedPairs is alignPairs for V U pairs.
func alignSwappedPairs(t, top, bottom, vu []byte) {
	fours := len(top) / 8
	tensor, above, below, pairs := start(t[:fours*4*alignedChannels]), start(top), start(bottom[:len(top)]), start(vu[:fours*8])
	for i := range fours {
		storeFour(tensor, i, load64(above, 8*i), load64(below, 8*i), swapPairs(load64(pairs, 8*i)))
	}
	for i := 4 * fours; i < len(vu)/2; i++ {
		storeOne(t, i, top, bottom, vu[2*i+1], vu[2*i])
	}
}

// alignNoChroma writes positions whose chroma is grey.
func alignNoChroma(t, top, bottom []byte) {
	fours := len(top) / 8
	tensor, above, below := start(t[:fours*4*alignedChannels]), start(top), start(bottom[:len(top)])
	for i := range fours {
		storeFour(tensor, i, load64(above, 8*i), load64(below, 8*i), neutral*0x0101010101010101)
	}
	for i := 4 * fours; i < len(t)/alignedChannels; i++ {
		storeOne(t, i, top, bottom, neutral, neutral)
	}
}

// storeFour writes the i-th four positions from 8 bytes of each of two rows of luma
// and from four pairs of chroma.
func storeFour(tensor unsafe.Pointer, i int, above, below, uv uint64) {
	at := 4 * alignedChannels * i
	store64(tensor, at, above&0xffff|below&0xffff<<16|uv&0xffff<<32)
	store64(tensor, at+8, above>>16&0xffff|below&0xffff0000|uv<<16&0xffff00000000)
	store64(tensor, at+16, above>>32&0xffff|below>>16&0xffff0000|uv&0xffff00000000)
	store64(tensor, at+24, above>>48|below>>32&0xffff0000|uv>>16&0xffff00000000)
}

// storeOne writes the i-th position. Where there is no second column the first is
// repeated.
func storeOne(t []byte, i int, top, bottom []byte, u, v byte) {
	left, right := 2*i, min(2*i+1, len(top)-1)
	copy(t[i*alignedChannels:], []byte{top[left], top[right], bottom[left], bottom[right], u, v, 0, 0})
}
