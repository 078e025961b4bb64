package model

import "unsafe"

// Where the chroma of a position begins, after its 16 luma bytes.
const (
	outputU = 16
	outputV = 20
)

// unpackDoubled writes the rows of the picture that rows from..to of the grid cover,
// four of luma and two of chroma for each, from an output tensor
// [rows, width, 24], whose row 0 is row `first` of the grid. What lies beyond the
// edges, where the generator's input had an odd size, is dropped.
// Bytes are moved, never changed, and none beyond a row's width is written.
func unpackDoubled(dst Picture, tensor []byte, first, from, to int) {
	width := (dst.Width + 3) / 4
	chromaWidth := (dst.Width + 1) / 2
	for row := from; row < to; row++ {
		t := tensor[(row-first)*width*doubledChannels : (row-first+1)*width*doubledChannels]
		// The upper half of the 4x4 blocks, then the lower one unless cropped:
		// two rows of luma and one of chroma each.
		halves := min(2, dst.Height/2-2*row)
		for half := range halves {
			luma := 4*row + 2*half
			unpackLuma(dst.row(0, luma, dst.Width), dst.row(0, luma+1, dst.Width), t, 8*half)
		}
		upper, lower := 2*row, 2*row+halves-1
		switch dst.Format {
		case I420, YV12:
			u, v := 1, 2
			if dst.Format == YV12 {
				u, v = v, u
			}
			unpackPlanes([2][]byte{dst.row(u, upper, chromaWidth), dst.row(u, lower, chromaWidth)},
				[2][]byte{dst.row(v, upper, chromaWidth), dst.row(v, lower, chromaWidth)}, t)
		case NV12, NV21:
			unpackPairs([2][]byte{dst.row(1, upper, 2*chromaWidth), dst.row(1, lower, 2*chromaWidth)}, t, dst.Format == NV21)
		default: // no chroma is written
		}
	}
}

// unpackLuma writes two rows from the 8 bytes at `at` of each position: four of
// the top row, four of the bottom row. Two positions at a time are 8 bytes of
// each row.
func unpackLuma(top, bottom, t []byte, at int) {
	twos := len(top) / 8
	above, below, tensor := start(top), start(bottom[:len(top)]), start(t[:twos*2*doubledChannels])
	for i := range twos {
		from := 2*doubledChannels*i + at
		a, b := load64(tensor, from), load64(tensor, from+doubledChannels)
		store64(above, 8*i, a&0xffffffff|b<<32)
		store64(below, 8*i, a>>32|b&^0xffffffff)
	}
	top, bottom, t = top[8*twos:], bottom[8*twos:], t[twos*2*doubledChannels:]
	for len(top) > 0 {
		n := copy(top, t[at:at+4])
		copy(bottom, t[at+4:at+8])
		top, bottom, t = top[n:], bottom[n:], t[doubledChannels:]
	}
}

// unpackPlanes writes two rows of U and of V. Where the lower one is cropped both are
// one row, which the upper one is written to last.
func unpackPlanes(u, v [2][]byte, t []byte) {
	fours := len(u[0]) / 8
	tensor := start(t[:fours*4*doubledChannels])
	length := len(u[0])
	upperU, lowerU, upperV, lowerV := start(u[0]), start(u[1][:length]), start(v[0][:length]), start(v[1][:length])
	for i := range fours {
		rows := loadChroma(tensor, i)
		store64(lowerU, 8*i, rows.lowerU)
		store64(lowerV, 8*i, rows.lowerV)
		store64(upperU, 8*i, rows.upperU)
		store64(upperV, 8*i, rows.upperV)
	}
	for i := 8 * fours; i < length; i++ {
		position := t[i/2*doubledChannels:]
		for half := 1; half >= 0; half-- {
			u[half][i], v[half][i] = position[outputU+2*half+i%2], position[outputV+2*half+i%2]
		}
	}
}

// unpackPairs writes two rows of U V pairs, of V U pairs if swapped. Rows are as those
// of unpackPlanes.
func unpackPairs(pairs [2][]byte, t []byte, swapped bool) {
	fours := len(pairs[0]) / 16
	tensor := start(t[:fours*4*doubledChannels])
	upper, lower := start(pairs[0]), start(pairs[1][:len(pairs[0])])
	for i := range fours {
		rows := loadChroma(tensor, i)
		if swapped {
			rows = rows.swapped()
		}
		store64(lower, 16*i, interleave(uint32(rows.lowerU), uint32(rows.lowerV)))
		store64(lower, 16*i+8, interleave(uint32(rows.lowerU>>32), uint32(rows.lowerV>>32)))
		store64(upper, 16*i, interleave(uint32(rows.upperU), uint32(rows.upperV)))
		store64(upper, 16*i+8, interleave(uint32(rows.upperU>>32), uint32(rows.upperV>>32)))
	}
	first, second := outputU, outputV
	if swapped {
		first, second = second, first
	}
	for i := 8 * fours; i < len(pairs[0])/2; i++ {
		position := t[i/2*doubledChannels:]
		for half := 1; half >= 0; half-- {
			pairs[half][2*i], pairs[half][2*i+1] = position[first+2*half+i%2], position[second+2*half+i%2]
		}
	}
}

// chromaRows are 8 samples each: the chroma of four positions.
type chromaRows struct{ upperU, lowerU, upperV, lowerV uint64 }

func (r chromaRows) swapped() chromaRows {
	return chromaRows{r.upperV, r.lowerV, r.upperU, r.lowerU}
}

// loadChroma returns the chroma of the i-th four positions. Each has four pairs of
// samples in one word, which are transposed.
func loadChroma(tensor unsafe.Pointer, i int) chromaRows {
	const even = 0x0000ffff0000ffff // pairs: the upper ones
	from := 4*doubledChannels*i + outputU
	a, b := load64(tensor, from), load64(tensor, from+doubledChannels)
	c, d := load64(tensor, from+2*doubledChannels), load64(tensor, from+3*doubledChannels)
	upperLeft, upperRight := a&even|b&even<<16, c&even|d&even<<16
	lowerLeft, lowerRight := a>>16&even|b&^even, c>>16&even|d&^even
	return chromaRows{
		upperU: upperLeft&0xffffffff | upperRight<<32,
		upperV: upperLeft>>32 | upperRight&^0xffffffff,
		lowerU: lowerLeft&0xffffffff | lowerRight<<32,
		lowerV: lowerLeft>>32 | lowerRight&^0xffffffff,
	}
}
