package model

import "fmt"

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
	return p.Format.PlaneSize(plane, p.Width, p.Height)
}

// check says what of the picture cannot be: an unknown format, a size below
// 1x1, or a plane too short for its rows. It is what makes the packers safe.
func (p *Picture) check() error {
	if !p.Format.known() {
		return fmt.Errorf("its format %v is none of %s", p.Format, formatNames())
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

// CopyChroma makes the planes of chroma those of a picture of the same format and
// size. The error says what does not fit.
func (p *Picture) CopyChroma(from Picture) error {
	if err := checkPair(p, &from, 1); err != nil {
		return err
	}
	for plane := 1; plane < p.Format.Planes(); plane++ {
		width, height := p.planeSize(plane)
		for y := range height {
			copy(p.row(plane, y, width), from.row(plane, y, width))
		}
	}
	return nil
}

// lumaRows returns the two rows of luma of a row of the half-resolution grid; where
// there is no second one the first is repeated.
func (p *Picture) lumaRows(row int) (top, bottom []byte) {
	top = p.row(0, 2*row, p.Width)
	if 2*row+1 == p.Height {
		return top, top
	}
	return top, p.row(0, 2*row+1, p.Width)
}
