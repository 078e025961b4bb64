package model

import "fmt"

// Format is the memory layout of a picture with 8 bits a sample. The names and
// the order of the planes are those of GStreamer's GstVideoFormat.
type Format int

// The layouts that the packers read and write.
const (
	I420  Format = iota // planes Y, U, V; chroma halved both ways
	YV12                // planes Y, V, U; chroma halved both ways
	NV12                // planes Y, UV interleaved; chroma halved both ways
	NV21                // planes Y, VU interleaved; chroma halved both ways
	GRAY8               // plane Y alone
)

// String returns the GStreamer name of the format.
func (f Format) String() string {
	names := [...]string{"I420", "YV12", "NV12", "NV21", "GRAY8"}
	if f < 0 || int(f) >= len(names) {
		return fmt.Sprintf("Format(%d)", int(f))
	}
	return names[f]
}

// Planes returns how many planes a picture of the format has: 3, 2 or 1.
func (f Format) Planes() int {
	switch f {
	case I420, YV12:
		return 3
	case NV12, NV21:
		return 2
	default:
		return 1
	}
}

// Picture is one frame in memory that somebody else owns. Plane p begins at
// Plane[p][0]; row y of it at y*Stride[p] bytes. A stride may exceed the row.
type Picture struct {
	Format        Format
	Width, Height int // luma samples, 1 or more; odd sizes round chroma up
	Plane         [3][]byte
	Stride        [3]int // bytes from one row to the next, at least the row
}
