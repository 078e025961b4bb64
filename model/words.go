package model

import (
	"encoding/binary"
	"unsafe"
)

// The packers move bytes a word at a time. Slices would have their bounds
// checked at each word, which takes three times as long as the moving; so each
// loop checks the bounds once, and then reads and writes through these. The
// bytes lie in memory in the order of the word, lowest first, on every machine.

func start(b []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(b)) }

func load16(p unsafe.Pointer, at int) uint16 {
	return binary.LittleEndian.Uint16((*[2]byte)(unsafe.Add(p, at))[:])
}

func load32(p unsafe.Pointer, at int) uint32 {
	return binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, at))[:])
}

func load64(p unsafe.Pointer, at int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, at))[:])
}

func store16(p unsafe.Pointer, at int, x uint16) {
	binary.LittleEndian.PutUint16((*[2]byte)(unsafe.Add(p, at))[:], x)
}

func store32(p unsafe.Pointer, at int, x uint32) {
	binary.LittleEndian.PutUint32((*[4]byte)(unsafe.Add(p, at))[:], x)
}

func store64(p unsafe.Pointer, at int, x uint64) {
	binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(p, at))[:], x)
}

// loadPairs returns the 2 bytes at `at` of each of the i-th four positions of a
// tensor of 6 channels.
func loadPairs(tensor unsafe.Pointer, i, at int) uint64 {
	from := 4*restoredChannels*i + at
	return uint64(load16(tensor, from)) | uint64(load16(tensor, from+6))<<16 |
		uint64(load16(tensor, from+12))<<32 | uint64(load16(tensor, from+18))<<48
}

// swapPairs exchanges the two bytes of each of four pairs.
func swapPairs(x uint64) uint64 {
	return x<<8&0xff00ff00ff00ff00 | x>>8&0x00ff00ff00ff00ff
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

// gather moves the four even bytes of x together: spread undone.
func gather(x uint64) uint32 {
	y := x & 0x00ff00ff00ff00ff
	y = (y | y>>8) & 0x0000ffff0000ffff
	return uint32(y | y>>16)
}
