package model

// unpackRestored writes the rows of the picture that rows from..to of the grid
// cover, two of luma and one of chroma for each, from an output tensor
// [rows, width, 6], whose row 0 is row `first` of the grid: the inverse of pack.
// What lies beyond the edges of an odd picture is dropped. Bytes are moved, never
// changed, and none beyond a row's width is written.
func unpackRestored(dst Picture, tensor []byte, first, from, to int) {
	width := (dst.Width + 1) / 2
	for row := from; row < to; row++ {
		t := tensor[(row-first)*width*restoredChannels : (row-first+1)*width*restoredChannels]
		takePairs(dst.row(0, 2*row, dst.Width), t, 0)
		if 2*row+1 < dst.Height {
			takePairs(dst.row(0, 2*row+1, dst.Width), t, 2)
		}
		switch dst.Format {
		case I420:
			takePlanes(dst.row(1, row, width), dst.row(2, row, width), t)
		case YV12:
			takePlanes(dst.row(2, row, width), dst.row(1, row, width), t)
		case NV12:
			takePairs(dst.row(1, row, 2*width), t, 4)
		case NV21:
			takeSwappedPairs(dst.row(1, row, 2*width), t)
		default: // no chroma is written
		}
	}
}

// takePairs writes one row from the 2 bytes at `at` of each position. Four
// positions at a time are 8 bytes of the row.
func takePairs(row, t []byte, at int) {
	fours := len(row) / 8
	samples, tensor := start(row), start(t[:fours*4*restoredChannels])
	for i := range fours {
		store64(samples, 8*i, loadPairs(tensor, i, at))
	}
	for i := 8 * fours; i < len(row); i++ {
		row[i] = t[i/2*restoredChannels+at+i%2]
	}
}

// takeSwappedPairs writes one row of V U pairs from bytes 4 and 5 of each position.
func takeSwappedPairs(vu, t []byte) {
	fours := len(vu) / 8
	pairs, tensor := start(vu), start(t[:fours*4*restoredChannels])
	for i := range fours {
		store64(pairs, 8*i, swapPairs(loadPairs(tensor, i, 4)))
	}
	for i := 4 * fours; i < len(vu)/2; i++ {
		vu[2*i], vu[2*i+1] = t[i*restoredChannels+5], t[i*restoredChannels+4]
	}
}

// takePlanes writes one row of U and of V from bytes 4 and 5 of each position.
func takePlanes(u, v, t []byte) {
	fours := len(u) / 4
	us, vs, tensor := start(u), start(v[:len(u)]), start(t[:fours*4*restoredChannels])
	for i := range fours {
		uv := loadPairs(tensor, i, 4)
		store32(us, 4*i, gather(uv))
		store32(vs, 4*i, gather(uv>>8))
	}
	for i := 4 * fours; i < len(u); i++ {
		u[i], v[i] = t[i*restoredChannels+4], t[i*restoredChannels+5]
	}
}
