package main

import (
	"image"
	"math"
	"runtime"
	"sync"
)

// cloned copies an image.
func cloned(from *image.RGBA) *image.RGBA {
	to := *from
	to.Pix = append([]uint8(nil), from.Pix...)
	return &to
}

// cut copies an area of an image into one of its own.
func cut(from *image.RGBA, area image.Rectangle) *image.RGBA {
	to := image.NewRGBA(image.Rect(0, 0, area.Dx(), area.Dy()))
	for y := range area.Dy() {
		copy(to.Pix[y*to.Stride:(y+1)*to.Stride], from.Pix[from.PixOffset(area.Min.X, area.Min.Y+y):])
	}
	return to
}

// paste writes an image over another one, its top left corner at the point.
func paste(to *image.RGBA, at image.Point, from *image.RGBA) {
	for y := range from.Rect.Dy() {
		copy(to.Pix[to.PixOffset(at.X, at.Y+y):], from.Pix[y*from.Stride:(y+1)*from.Stride])
	}
}

// placement says where a layer's origin goes in the picture, and by what angle
// (radians, clockwise) the layer is turned around it.
type placement struct{ x, y, angle float64 }

// place blends a layer over the picture. Each picture sample is the mean of
// oversample x oversample samples of the layer.
func place(picture *image.RGBA, layer *canvas, at placement) {
	bounds := covered(picture.Bounds(), layer, at)
	// Layer coordinates are in 16.16 fixed point. A step of one picture sample
	// to the right moves (across, -down) in the layer; one below, (down, across).
	sin, cos := math.Sincos(at.angle)
	across, down := int32(cos*oversample*65536), int32(sin*oversample*65536)
	width, height := uint32(layer.pix.Rect.Dx()), uint32(layer.pix.Rect.Dy())
	inRows(bounds.Min.Y, bounds.Max.Y, func(y int) {
		dx, dy := float64(bounds.Min.X)-at.x, float64(y)-at.y
		u := int32((layer.originX + cos*dx + sin*dy) * oversample * 65536)
		v := int32((layer.originY - sin*dx + cos*dy) * oversample * 65536)
		row := picture.Pix[y*picture.Stride:]
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			var sum [4]uint32
			for sub := range int32(oversample * oversample) {
				// The middle of each of the samples inside this picture sample.
				i, j := 2*(sub%oversample)+1, 2*(sub/oversample)+1
				su := uint32((u + (i*across+j*down)/(2*oversample)) >> 16)
				sv := uint32((v + (j*across-i*down)/(2*oversample)) >> 16)
				if su >= width || sv >= height {
					continue
				}
				from := layer.pix.Pix[int(sv)*layer.pix.Stride+4*int(su):][:4:4]
				sum[0] += uint32(from[0])
				sum[1] += uint32(from[1])
				sum[2] += uint32(from[2])
				sum[3] += uint32(from[3])
			}
			u, v = u+across, v-down
			blend(row[4*x:4*x+4:4*x+4], sum)
		}
	})
}

// blend puts the sum of a picture sample's layer samples over it.
func blend(to []uint8, sum [4]uint32) {
	const samples = oversample * oversample
	if sum[3] == 0 {
		return
	}
	keep := 255 - sum[3]/samples
	for i := range to {
		value := (sum[i] + samples/2) / samples
		if keep > 0 {
			value += (uint32(to[i])*keep + 127) / 255
		}
		to[i] = uint8(min(255, value))
	}
}

// covered is the part of the picture that a placed layer can touch.
func covered(picture image.Rectangle, layer *canvas, at placement) image.Rectangle {
	width, height := float64(layer.pix.Rect.Dx())/oversample, float64(layer.pix.Rect.Dy())/oversample
	sin, cos := math.Sincos(at.angle)
	area := image.Rectangle{Min: image.Pt(math.MaxInt32, math.MaxInt32), Max: image.Pt(math.MinInt32, math.MinInt32)}
	for _, corner := range [4]point{{0, 0}, {width, 0}, {0, height}, {width, height}} {
		dx, dy := corner.x-layer.originX, corner.y-layer.originY
		x, y := at.x+cos*dx-sin*dy, at.y+sin*dx+cos*dy
		area.Min.X, area.Min.Y = min(area.Min.X, int(math.Floor(x))), min(area.Min.Y, int(math.Floor(y)))
		area.Max.X, area.Max.Y = max(area.Max.X, int(math.Ceil(x))), max(area.Max.Y, int(math.Ceil(y)))
	}
	return area.Intersect(picture)
}

// inRows calls work for each row from first to below last, on all cores.
func inRows(first, last int, work func(y int)) {
	const worthSharing = 64 // rows; fewer are done sooner than handed out
	parts := runtime.GOMAXPROCS(0)
	if last-first < worthSharing {
		parts = 1
	}
	var group sync.WaitGroup
	for part := range parts {
		group.Add(1)
		go func() {
			defer group.Done()
			for y := first + part; y < last; y += parts {
				work(y)
			}
		}()
	}
	group.Wait()
}
