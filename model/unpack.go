package model

import "encoding/binary"

// Where the chroma of a position begins, after its 16 luma bytes.
const (
	outputU = 16
	outputV = 20
)

// unpack writes the rows of the picture that rows from..to of the output tensor
// [height, width, 24] cover: four of luma and two of chroma for each. What lies
// beyond the edges, where the generator's input had an odd size, is dropped.
// Bytes are moved, never changed, and none beyond a row's width is written.
func unpack(dst Picture, tensor []byte, from, to int) {
	width := (dst.Width + 3) / 4
	chromaWidth := (dst.Width + 1) / 2
	for row := from; row < to; row++ {
		t := tensor[row*width*outputChannels : (row+1)*width*outputChannels]
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
			case GRAY8: // has no chroma to write
			}
		}
	}
}

// unpackLuma writes two rows from the 8 bytes at `at` of each position: four of
// the top row, four of the bottom row.
func unpackLuma(top, bottom, t []byte, at int) {
	for len(t) >= 2*outputChannels && len(top) >= 8 && len(bottom) >= 8 {
		a := binary.LittleEndian.Uint64(t[at:])
		b := binary.LittleEndian.Uint64(t[at+outputChannels:])
		binary.LittleEndian.PutUint64(top, a&0xffffffff|b<<32)
		binary.LittleEndian.PutUint64(bottom, a>>32|b&^0xffffffff)
		t, top, bottom = t[2*outputChannels:], top[8:], bottom[8:]
	}
	for len(top) > 0 {
		n := copy(top, t[at:at+4])
		copy(bottom, t[at+4:at+8])
		top, bottom = top[n:], bottom[n:]
		t = t[outputChannels:]
	}
}

// unpackPlane writes one row of U or of V from the 2 bytes at `at` of each
// position.
func unpackPlane(row, t []byte, at int) {
	for len(t) >= 2*outputChannels && len(row) >= 4 {
		a := binary.LittleEndian.Uint16(t[at:])
		b := binary.LittleEndian.Uint16(t[at+outputChannels:])
		binary.LittleEndian.PutUint32(row, uint32(a)|uint32(b)<<16)
		t, row = t[2*outputChannels:], row[4:]
	}
	for len(row) > 0 {
		n := copy(row, t[at:at+2])
		row, t = row[n:], t[outputChannels:]
	}
}

// unpackPairs writes one row of chroma pairs: the first of each pair from the 2
// bytes at `first` of each position, the second from those at `second`.
func unpackPairs(row, t []byte, first, second int) {
	for len(t) >= 2*outputChannels && len(row) >= 8 {
		a := uint32(binary.LittleEndian.Uint16(t[first:])) |
			uint32(binary.LittleEndian.Uint16(t[first+outputChannels:]))<<16
		b := uint32(binary.LittleEndian.Uint16(t[second:])) |
			uint32(binary.LittleEndian.Uint16(t[second+outputChannels:]))<<16
		binary.LittleEndian.PutUint64(row, interleave(a, b))
		t, row = t[2*outputChannels:], row[8:]
	}
	for ; len(row) > 0; t = t[outputChannels:] {
		for i := 0; i < 2 && len(row) > 0; i++ {
			row[0], row[1] = t[first+i], t[second+i]
			row = row[2:]
		}
	}
}
