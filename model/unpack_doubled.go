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
		for half := range min(2, dst.Height/2-2*row) {
			luma, chroma := 4*row+2*half, 2*row+half
			u, v := outputU+2*half, outputV+2*half
			unpackLuma(dst.row(0, luma, dst.Width), dst.row(0, luma+1, dst.Width), t, 8*half)
			switch dst.Format {
			case I420:
				unpackPlane(dst.row(1, chroma, chromaWidth), t, u)
				unpackPlane(dst.row(2, chroma, chromaWidth), t, v)
			case YV12:
				unpackPlane(dst.row(1, chroma, chromaWidth), t, v)
				unpackPlane(dst.row(2, chroma, chromaWidth), t, u)
			case NV12:
				unpackPairs(dst.row(1, chroma, 2*chromaWidth), t, u, v)
			case NV21:
				unpackPairs(dst.row(1, chroma, 2*chromaWidth), t, v, u)
			default: // no chroma is written
			}
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

// unpackPlane writes one row of U or of V from the 2 bytes at `at` of each
// position.
func unpackPlane(row, t []byte, at int) {
	twos := len(row) / 4
	plane, tensor := start(row), start(t[:twos*2*doubledChannels])
	for i := range twos {
		store32(plane, 4*i, loadTwo(tensor, i, at))
	}
	row, t = row[4*twos:], t[twos*2*doubledChannels:]
	for len(row) > 0 {
		n := copy(row, t[at:at+2])
		row, t = row[n:], t[doubledChannels:]
	}
}

// unpackPairs writes one row of chroma pairs: the first of each pair from the 2
// bytes at `first` of each position, the second from those at `second`.
func unpackPairs(row, t []byte, first, second int) {
	twos := len(row) / 8
	pairs, tensor := start(row), start(t[:twos*2*doubledChannels])
	for i := range twos {
		store64(pairs, 8*i, interleave(loadTwo(tensor, i, first), loadTwo(tensor, i, second)))
	}
	row, t = row[8*twos:], t[twos*2*doubledChannels:]
	for i := range len(row) / 2 {
		position := t[i/2*doubledChannels:]
		row[2*i], row[2*i+1] = position[first+i%2], position[second+i%2]
	}
}

// loadTwo returns the 2 bytes at `at` of each of the i-th two positions.
func loadTwo(tensor unsafe.Pointer, i, at int) uint32 {
	from := 2*doubledChannels*i + at
	return uint32(load16(tensor, from)) | uint32(load16(tensor, from+doubledChannels))<<16
}
