package model

import (
	"bytes"
	"math/rand/v2"
)

// The slow, obvious way for samples of any depth, and for 4:2:2.

var newFormats = []Format{Y42B, I420_10LE, P010_10LE, I422_10LE}

// at returns where a sample lies in its plane.
func at(p Picture, c component, x, y int) (plane, offset int) {
	plane, column := int(c), x
	if c != luma && p.Format.Planes() == 2 {
		plane, column = 1, 2*x+int(c)-1
		if p.Format == NV21 {
			column = 2*x + 2 - int(c)
		}
	}
	if c != luma && p.Format == YV12 {
		plane = 3 - int(c)
	}
	return plane, y*p.Stride[plane] + column*p.Format.SampleBytes()
}

// value returns a sample. Bits that a format leaves unused are left out.
func value(p Picture, c component, x, y int) int {
	plane, offset := at(p, c, x, y)
	b := p.Plane[plane][offset:]
	switch {
	case p.Format.Depth() == 8:
		return int(b[0])
	case p.Format == P010_10LE:
		return int(b[0])>>6 | int(b[1])<<2
	default:
		return int(b[0]) | int(b[1])&3<<8
	}
}

func setValue(p Picture, c component, x, y, v int) {
	plane, offset := at(p, c, x, y)
	b := p.Plane[plane][offset:]
	switch {
	case p.Format.Depth() == 8:
		b[0] = byte(v)
	case p.Format == P010_10LE:
		b[0], b[1] = byte(v<<6), byte(v>>2)
	default:
		b[0], b[1] = byte(v), byte(v>>8)
	}
}

// eachSample visits all samples of a picture.
func eachSample(p Picture, visit func(c component, x, y int)) {
	for _, c := range []component{luma, chromaU, chromaV} {
		w, h := p.Width, p.Height
		if c != luma {
			if p.Format == GRAY8 {
				return
			}
			w = (w + 1) / 2
			if !p.Format.FullHeightChroma() {
				h = (h + 1) / 2
			}
		}
		for y := range h {
			for x := range w {
				visit(c, x, y)
			}
		}
	}
}

// inputOf returns what the input tensor holds at a position of the grid.
func inputOf(p Picture, x, y, channel int) int {
	if channel < 4 {
		return value(p, luma, min(2*x+channel%2, p.Width-1), min(2*y+channel/2, p.Height-1))
	}
	c := component(channel - 3)
	if !p.Format.FullHeightChroma() {
		return value(p, c, x, y)
	}
	return (value(p, c, x, 2*y) + value(p, c, x, min(2*y+1, p.Height-1)) + 1) / 2
}

// outputOf returns what an output tensor, whose elements get returns, holds of a
// sample of the picture.
func outputOf(get func(x, y, channel int) int, scale int, c component, x, y int) int {
	if c == luma {
		n := 2 * scale
		return get(x/n, y/n, y%n*n+x%n)
	}
	return get(x/scale, y/scale, 4*scale*scale+(int(c)-1)*scale*scale+y%scale*scale+x%scale)
}

// clone returns a copy of the picture.
func clone(p Picture) Picture {
	for plane := range p.Format.Planes() {
		p.Plane[plane] = bytes.Clone(p.Plane[plane])
	}
	return p
}

// randomPicture returns a picture of random bytes, unused bits included.
func randomPicture(random *rand.Rand, format Format, width, height int) *guarded {
	return newGuarded(random, format, width, height, 2*random.IntN(5), 0, 255)
}
