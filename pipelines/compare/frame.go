package main

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"os"
)

// frame is a picture in I420, BT.601, limited range.
type frame struct {
	width, height int // even
	planes        [3]*image.Gray
}

func newFrame(width, height int) *frame {
	half := image.Rect(0, 0, width/2, height/2)
	return &frame{width, height, [3]*image.Gray{
		image.NewGray(image.Rect(0, 0, width, height)), image.NewGray(half), image.NewGray(half),
	}}
}

// readFrame reads a file that holds exactly one frame without padding.
func readFrame(path string, width, height int) (*frame, error) {
	if width < 2 || height < 2 || width%2 != 0 || height%2 != 0 {
		return nil, fmt.Errorf("the size %dx%d is not even", width, height)
	}
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if want := width * height * 3 / 2; len(bytes) != want {
		return nil, fmt.Errorf("%s has %d bytes; one I420 frame of %dx%d has %d", path, len(bytes), width, height, want)
	}
	f := newFrame(width, height)
	for _, plane := range f.planes {
		bytes = bytes[copy(plane.Pix, bytes):]
	}
	return f, nil
}

// psnr is the peak signal-to-noise ratio of the luma in decibels, peak 255, less
// a border of two samples.
func (f *frame) psnr(against *frame) float64 {
	const border = 2
	sum, count := 0.0, 0
	for y := border; y < f.height-border; y++ {
		for x := border; x < f.width-border; x++ {
			difference := float64(f.planes[0].GrayAt(x, y).Y) - float64(against.planes[0].GrayAt(x, y).Y)
			sum += difference * difference
			count++
		}
	}
	return 10 * math.Log10(255*255*float64(count)/sum)
}

// rgb converts with the inverse of the matrix of ITU-R BT.601. Chroma lies beside
// the left luma column: between two columns it is their mean.
func (f *frame) rgb() *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, f.width, f.height))
	chroma := func(plane *image.Gray, x, y int) float64 {
		here := float64(plane.GrayAt(x/2, y/2).Y)
		if x%2 == 1 && x/2+1 < f.width/2 {
			here = (here + float64(plane.GrayAt(x/2+1, y/2).Y)) / 2
		}
		return here - 128
	}
	level := func(v float64) uint8 { return uint8(math.Max(0, math.Min(255, math.Round(v)))) }
	for y := range f.height {
		for x := range f.width {
			luma := 1.164384 * (float64(f.planes[0].GrayAt(x, y).Y) - 16)
			u, v := chroma(f.planes[1], x, y), chroma(f.planes[2], x, y)
			picture.SetRGBA(x, y, color.RGBA{
				level(luma + 1.596027*v), level(luma - 0.391762*u - 0.812968*v), level(luma + 2.017232*u), 255,
			})
		}
	}
	return picture
}
