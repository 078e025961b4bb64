package model

// unpackDoubledTenBit is unpackDoubled for pictures of 10 bits a sample.
func unpackDoubledTenBit(dst Picture, tensor []byte, first, from, to int) {
	const position = 2 * doubledChannels
	width := (dst.Width + 3) / 4
	chromaBytes := 2 * ((dst.Width + 1) / 2)
	shift := dst.Format.layout().shift
	for row := from; row < to; row++ {
		t := tensor[(row-first)*width*position : (row-first+1)*width*position]
		for line := range min(4, dst.Height-4*row) {
			takeTenBit(dst.row(0, 4*row+line, 2*dst.Width), t, position, 8*line, 8, shift)
		}
		for half := range min(2, dst.Height/2-2*row) {
			u, v := 2*(outputU+2*half), 2*(outputV+2*half)
			switch dst.Format {
			case I420_10LE:
				takeTenBit(dst.row(1, 2*row+half, chromaBytes), t, position, u, 4, 0)
				takeTenBit(dst.row(2, 2*row+half, chromaBytes), t, position, v, 4, 0)
			case P010_10LE:
				takePairsTenBit(dst.row(1, 2*row+half, 2*chromaBytes), t, u, v, shift)
			default: // no chroma is written
			}
		}
	}
}

// unpackRestoredTenBit is unpackRestored for pictures of 10 bits a sample.
func unpackRestoredTenBit(dst Picture, tensor []byte, first, from, to int) {
	const position = 2 * restoredChannels
	width := (dst.Width + 1) / 2
	shift := dst.Format.layout().shift
	for row := from; row < to; row++ {
		t := tensor[(row-first)*width*position : (row-first+1)*width*position]
		for line := range min(2, dst.Height-2*row) {
			takeTenBit(dst.row(0, 2*row+line, 2*dst.Width), t, position, 4*line, 4, shift)
		}
		switch dst.Format {
		case I420_10LE:
			takeTenBit(dst.row(1, row, 2*width), t, position, 8, 2, 0)
			takeTenBit(dst.row(2, row, 2*width), t, position, 10, 2, 0)
		case P010_10LE:
			takeTenBit(dst.row(1, row, 4*width), t, position, 8, 4, shift)
		default: // no chroma is written
		}
	}
}

// takeTenBit writes one row from the `count` bytes, 8, 4 or 2, at `at` of each
// position. The row may end within a position.
func takeTenBit(row, t []byte, position, at, count, shift int) {
	whole := len(row) / count
	samples, tensor := start(row), start(t[:whole*position])
	switch count {
	case 8:
		for i := range whole {
			store64(samples, 8*i, load64(tensor, i*position+at)&tenBits<<shift)
		}
	case 4:
		for i := range whole {
			store32(samples, 4*i, load32(tensor, i*position+at)&(tenBits&0xffffffff)<<shift)
		}
	default:
		for i := range whole {
			store16(samples, 2*i, load16(tensor, i*position+at)&(tenBits&0xffff)<<shift)
		}
	}
	for i := whole * count; i < len(row); i += 2 {
		from := start(t[whole*position+at : whole*position+at+count])
		store16(samples, i, load16(from, i-whole*count)&(tenBits&0xffff)<<shift)
	}
}

// takePairsTenBit writes one row of chroma pairs: the first of each pair from the 4
// bytes at `first` of each position, the second from those at `second`.
func takePairsTenBit(row, t []byte, first, second, shift int) {
	const position = 2 * doubledChannels
	pairs, tensor := start(row), start(t[:(len(row)+7)/8*position])
	for i := range len(row) / 4 {
		from := i/2*position + i%2*2
		pair := uint32(load16(tensor, from+first)) | uint32(load16(tensor, from+second))<<16
		store32(pairs, 4*i, pair&(tenBits&0xffffffff)<<shift)
	}
}
