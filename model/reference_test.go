package model

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

// The slow, obvious way, one sample at a time: what the packers are held to.

var formats = []Format{I420, YV12, NV12, NV21, GRAY8}

// component is what a sample is of.
type component int

const (
	luma component = iota
	chromaU
	chromaV
)

func (c component) String() string { return [...]string{"Y", "U", "V"}[c] }

// sample returns where the sample (x, y) of a component lies.
func sample(p Picture, c component, x, y int) *byte {
	plane, step, offset := int(c), 1, 0
	switch {
	case c == luma:
	case p.Format == YV12:
		plane = 3 - int(c)
	case p.Format == NV12:
		plane, step, offset = 1, 2, int(c)-1
	case p.Format == NV21:
		plane, step, offset = 1, 2, 2-int(c)
	}
	return &p.Plane[plane][y*p.Stride[plane]+x*step+offset]
}

// referencePack returns the input tensor of a picture.
func referencePack(p Picture) []byte {
	h, w := (p.Height+1)/2, (p.Width+1)/2
	t := make([]byte, h*w*inputChannels)
	for y := range h {
		for x := range w {
			position := t[(y*w+x)*inputChannels:]
			for i := range 4 {
				position[i] = *sample(p, luma, min(2*x+i%2, p.Width-1), min(2*y+i/2, p.Height-1))
			}
			position[4], position[5] = 128, 128
			if p.Format != GRAY8 {
				position[4], position[5] = *sample(p, chromaU, x, y), *sample(p, chromaV, x, y)
			}
		}
	}
	return t
}

// referenceUnpack writes a picture from an output tensor.
func referenceUnpack(p Picture, t []byte) {
	w := (p.Width + 3) / 4
	for y := range p.Height {
		for x := range p.Width {
			*sample(p, luma, x, y) = t[(y/4*w+x/4)*doubledChannels+y%4*4+x%4]
		}
	}
	if p.Format == GRAY8 {
		return
	}
	for y := range (p.Height + 1) / 2 {
		for x := range (p.Width + 1) / 2 {
			position := t[(y/2*w+x/2)*doubledChannels:]
			*sample(p, chromaU, x, y) = position[16+y%2*2+x%2]
			*sample(p, chromaV, x, y) = position[20+y%2*2+x%2]
		}
	}
}

// referenceUnpackRestored writes a picture from an output tensor of its own size.
func referenceUnpackRestored(p Picture, t []byte) {
	w := (p.Width + 1) / 2
	for y := range p.Height {
		for x := range p.Width {
			*sample(p, luma, x, y) = t[(y/2*w+x/2)*restoredChannels+y%2*2+x%2]
		}
	}
	if p.Format == GRAY8 {
		return
	}
	for y := range (p.Height + 1) / 2 {
		for x := range w {
			position := t[(y*w+x)*restoredChannels:]
			*sample(p, chromaU, x, y), *sample(p, chromaV, x, y) = position[4], position[5]
		}
	}
}

// guarded is a picture in memory that can be searched for stray writes: its
// planes begin at odd addresses and their rows are longer than the picture.
type guarded struct {
	Picture
	memory [3][]byte
	before [3][]byte
}

const guard = 7 // bytes before the first row and after the last

// newGuarded returns a picture of random bytes between lowest and highest, with
// `padding` bytes more in each row than there are pixels.
func newGuarded(random *rand.Rand, format Format, width, height, padding int, lowest, highest byte) *guarded {
	g := &guarded{Picture: Picture{Format: format, Width: width, Height: height}}
	for plane := range format.Planes() {
		w, h := g.planeSize(plane)
		g.Stride[plane] = w + padding
		size := (h-1)*g.Stride[plane] + w
		g.memory[plane] = make([]byte, guard+size+guard)
		fill(random, g.memory[plane], lowest, highest)
		g.before[plane] = bytes.Clone(g.memory[plane])
		g.Plane[plane] = g.memory[plane][guard : guard+size : guard+size]
	}
	return g
}

func fill(random *rand.Rand, b []byte, lowest, highest byte) {
	if lowest == 0 && highest == 255 {
		for ; len(b) >= 8; b = b[8:] {
			binary.LittleEndian.PutUint64(b, random.Uint64())
		}
	}
	for i := range b {
		b[i] = lowest + byte(random.IntN(int(highest-lowest)+1))
	}
}

// checkGuards fails if a byte that is no sample of the picture has changed.
func (g *guarded) checkGuards(t *testing.T) {
	t.Helper()
	for plane := range g.Format.Planes() {
		w, h := g.planeSize(plane)
		for i, got := range g.memory[plane] {
			y, x := (i-guard)/g.Stride[plane], (i-guard)%g.Stride[plane]
			if i >= guard && y < h && x < w {
				continue
			}
			if want := g.before[plane][i]; got != want {
				t.Fatalf("plane %d byte %d (row %d, column %d), outside the picture: got %d, want %d", plane, i-guard, y, x, got, want)
			}
		}
	}
}

// difference says where two pictures of one size and format differ first, or "".
func difference(got, want Picture) string {
	if samePlanes(got, want) {
		return ""
	}
	components := []component{luma, chromaU, chromaV}
	if got.Format == GRAY8 {
		components = components[:1]
	}
	for _, c := range components {
		w, h := got.Width, got.Height
		if c != luma {
			w, h = (w+1)/2, (h+1)/2
		}
		for y := range h {
			for x := range w {
				if a, b := *sample(got, c, x, y), *sample(want, c, x, y); a != b {
					return fmt.Sprintf("x %d, y %d, channel %v: got %d, want %d", x, y, c, a, b)
				}
			}
		}
	}
	return ""
}

func samePlanes(a, b Picture) bool {
	for plane := range a.Format.Planes() {
		width, height := a.planeSize(plane)
		for y := range height {
			if !bytes.Equal(a.Plane[plane][y*a.Stride[plane]:][:width], b.Plane[plane][y*b.Stride[plane]:][:width]) {
				return false
			}
		}
	}
	return true
}

// tensorDifference says where two tensors of a grid differ first, or "".
func tensorDifference(got, want []byte, width, channels int) string {
	if len(got) != len(want) {
		return fmt.Sprintf("got %d bytes, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			position := i / channels
			return fmt.Sprintf("x %d, y %d, channel %d: got %d, want %d",
				position%width, position/width, i%channels, got[i], want[i])
		}
	}
	return ""
}
