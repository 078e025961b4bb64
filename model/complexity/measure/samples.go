package measure

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gst-superres/model/complexity/network"
)

// side is the side of a tile of patches that are evaluated together.
const side = 16

// place is a tile in a picture.
type place struct {
	picture       int
	top, left     int
	rows, columns int
}

// Sample counts the patterns of about count patches of the pictures: square
// tiles of 16x16 patches, evenly spread over all of them, or all tiles where
// there are no more. It returns an error where no cone fits into any picture.
func Sample(n *network.Network, cone network.Cone, pictures []*network.Tensor, count int) (*Patterns, error) {
	p := NewPatterns(n, cone)
	places := p.places(pictures)
	if len(places) == 0 {
		return nil, fmt.Errorf("a patch sees %dx%d positions of the input, and no picture has as many; give larger pictures", cone[0].Width, cone[0].Height)
	}
	tiles := min(max(1, (count+side*side-1)/(side*side)), len(places))
	for i := range tiles {
		t := places[i*len(places)/tiles]
		p.Add(pictures[t.picture], t.top, t.left, t.rows, t.columns)
	}
	return p, nil
}

// places lists the tiles of all pictures that lie in their interior.
func (p *Patterns) places(pictures []*network.Tensor) []place {
	var out []place
	view, step := p.cone[0], p.Step()
	for i, picture := range pictures {
		// Positions whose cone begins and ends inside, on the grid of Step.
		firstRow, firstColumn := ceilTo(-view.Top, step), ceilTo(-view.Left, step)
		rows := (picture.Height-view.Top-view.Height-firstRow)/step + 1
		columns := (picture.Width-view.Left-view.Width-firstColumn)/step + 1
		if picture.Height < view.Top+view.Height+firstRow || picture.Width < view.Left+view.Width+firstColumn {
			continue
		}
		for y := 0; y < rows; y += side {
			for x := 0; x < columns; x += side {
				out = append(out, place{i, firstRow + y*step, firstColumn + x*step, min(side, rows-y), min(side, columns-x)})
			}
		}
	}
	return out
}

func ceilTo(v, step int) int { return (max(v, 0) + step - 1) / step * step }

// Lines counts the regions along count lines between patches of the pictures:
// from a random place in one to a random place in another (or the same where
// there is one only). The counts come sorted.
func Lines(n *network.Network, cone network.Cone, pictures []*network.Tensor, count int) []int {
	random := rand.New(rand.NewPCG(2, 1805)) // fixed: the same counts every time
	var fitting []*network.Tensor
	for _, p := range pictures {
		if p.Height >= cone[0].Height && p.Width >= cone[0].Width {
			fitting = append(fitting, p)
		}
	}
	if len(fitting) == 0 {
		return nil
	}
	var out []int
	for range count {
		i := random.IntN(len(fitting))
		j := (i + 1 + random.IntN(max(1, len(fitting)-1))) % len(fitting)
		out = append(out, Line(n, cone, crop(fitting[i], cone[0], random), crop(fitting[j], cone[0], random)))
	}
	slices.Sort(out)
	return out
}

// crop copies a random place of a picture into a cone's rectangle.
func crop(picture *network.Tensor, r network.Rect, random *rand.Rand) *network.Tensor {
	top, left := random.IntN(picture.Height-r.Height+1), random.IntN(picture.Width-r.Width+1)
	out := network.NewTensor(r, picture.Channels)
	for y := range r.Height {
		for x := range r.Width {
			copy(out.At(r.Top+y, r.Left+x), picture.At(top+y, left+x))
		}
	}
	return out
}

// Quantile returns the value below which a share of sorted counts lie.
func Quantile(sorted []int, share float64) int {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}
