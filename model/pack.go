package model

import "encoding/binary"

// pack writes rows from..to of the input tensor [height, width, 6] from the
// picture. Where an odd picture has no second column or row, the last one is
// repeated. Bytes are moved, never changed.
//
// Luma fills the first four bytes of each position and chroma the last two, in
// two passes over a tensor row that stays in the first-level cache, so that
// the luma pass is common to all formats.
func pack(tensor []byte, src Picture, from, to int) {
	width := (src.Width + 1) / 2
	for row := from; row < to; row++ {
		t := tensor[row*width*inputChannels : (row+1)*width*inputChannels]
		top := src.row(0, 2*row, src.Width)
		bottom := top
		if 2*row+1 < src.Height {
			bottom = src.row(0, 2*row+1, src.Width)
		}
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
		case GRAY8:
			packNoChroma(t)
		}
	}
}

// packLuma writes bytes 0..3 of each position: two of the top row, two of the
// bottom row. Four positions at a time are 8 bytes of each row.
func packLuma(t, top, bottom []byte) {
	for len(t) >= 4*inputChannels && len(top) >= 8 && len(bottom) >= 8 {
		a, b := binary.LittleEndian.Uint64(top), binary.LittleEndian.Uint64(bottom)
		binary.LittleEndian.PutUint32(t, uint32(a)&0xffff|uint32(b)<<16)
		binary.LittleEndian.PutUint32(t[6:], uint32(a)>>16|uint32(b)&0xffff0000)
		binary.LittleEndian.PutUint32(t[12:], uint32(a>>32)&0xffff|uint32(b>>16)&0xffff0000)
		binary.LittleEndian.PutUint32(t[18:], uint32(a>>48)|uint32(b>>32)&0xffff0000)
		t, top, bottom = t[4*inputChannels:], top[8:], bottom[8:]
	}
	for ; len(t) > 0; t = t[inputChannels:] {
		right := min(1, len(top)-1)
		t[0], t[1], t[2], t[3] = top[0], top[right], bottom[0], bottom[right]
		top, bottom = top[1+right:], bottom[1+right:]
	}
}

// packPlanes writes bytes 4 and 5 of each position from one row of U and of V.
func packPlanes(t, u, v []byte) {
	for len(t) >= 4*inputChannels && len(u) >= 4 && len(v) >= 4 {
		putPairs(t, interleave(binary.LittleEndian.Uint32(u), binary.LittleEndian.Uint32(v)))
		t, u, v = t[4*inputChannels:], u[4:], v[4:]
	}
	for i := range u {
		t[i*inputChannels+4], t[i*inputChannels+5] = u[i], v[i]
	}
}

// packPairs writes bytes 4 and 5 of each position from one row of U V pairs.
func packPairs(t, uv []byte) {
	for len(t) >= 4*inputChannels && len(uv) >= 8 {
		putPairs(t, binary.LittleEndian.Uint64(uv))
		t, uv = t[4*inputChannels:], uv[8:]
	}
	for ; len(t) > 0; t, uv = t[inputChannels:], uv[2:] {
		t[4], t[5] = uv[0], uv[1]
	}
}

// packSwappedPairs is packPairs for V U pairs.
func packSwappedPairs(t, vu []byte) {
	for len(t) >= 4*inputChannels && len(vu) >= 8 {
		x := binary.LittleEndian.Uint64(vu)
		putPairs(t, x<<8&0xff00ff00ff00ff00|x>>8&0x00ff00ff00ff00ff)
		t, vu = t[4*inputChannels:], vu[8:]
	}
	for ; len(t) > 0; t, vu = t[inputChannels:], vu[2:] {
		t[4], t[5] = vu[1], vu[0]
	}
}

// packNoChroma writes bytes 4 and 5 of each position as grey.
func packNoChroma(t []byte) {
	for ; len(t) > 0; t = t[inputChannels:] {
		binary.LittleEndian.PutUint16(t[4:], neutral<<8|neutral)
	}
}

// neutral is the chroma of grey.
const neutral = 128

// putPairs writes bytes 4 and 5 of four positions.
func putPairs(t []byte, uv uint64) {
	_ = t[23]
	binary.LittleEndian.PutUint16(t[4:], uint16(uv))
	binary.LittleEndian.PutUint16(t[10:], uint16(uv>>16))
	binary.LittleEndian.PutUint16(t[16:], uint16(uv>>32))
	binary.LittleEndian.PutUint16(t[22:], uint16(uv>>48))
}

// interleave returns the bytes u0 v0 u1 v1 u2 v2 u3 v3, the first lowest.
func interleave(u, v uint32) uint64 {
	return spread(u) | spread(v)<<8
}

// spread moves the four bytes of x to the even bytes of the result.
func spread(x uint32) uint64 {
	y := uint64(x)
	y = (y | y<<16) & 0x0000ffff0000ffff
	return (y | y<<8) & 0x00ff00ff00ff00ff
}
