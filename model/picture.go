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

// row returns the first `width` bytes of row y of a plane.
func (p *Picture) row(plane, y, width int) []byte {
	start := y * p.Stride[plane]
	return p.Plane[plane][start : start+width : start+width]
}

// planeSize returns the bytes of a row of the plane and how many rows it has.
func (p *Picture) planeSize(plane int) (width, height int) {
	if plane == 0 {
		return p.Width, p.Height
	}
	width, height = (p.Width+1)/2, (p.Height+1)/2
	if p.Format == NV12 || p.Format == NV21 {
		width *= 2
	}
	return width, height
}

// check says what of the picture cannot be: an unknown format, a size below
// 1x1, or a plane too short for its rows. It is what makes the packers safe.
func (p *Picture) check() error {
	if p.Format < I420 || p.Format > GRAY8 {
		return fmt.Errorf("its format %v is none of I420, YV12, NV12, NV21 and GRAY8", p.Format)
	}
	if p.Width < 1 || p.Height < 1 {
		return fmt.Errorf("its size %dx%d is below 1x1", p.Width, p.Height)
	}
	for plane := range p.Format.Planes() {
		width, height := p.planeSize(plane)
		if p.Stride[plane] < width {
			return fmt.Errorf("the stride %d of its plane %d is less than a row of %d bytes", p.Stride[plane], plane, width)
		}
		// The last row may end with its pixels, short of the stride.
		if needed := (height-1)*p.Stride[plane] + width; len(p.Plane[plane]) < needed {
			return fmt.Errorf("its plane %d has %d bytes; %d rows at a stride of %d need %d",
				plane, len(p.Plane[plane]), height, p.Stride[plane], needed)
		}
	}
	return nil
}
