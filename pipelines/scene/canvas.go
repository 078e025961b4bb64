package main

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// oversample is how many canvas samples make one picture sample in each
// direction. Layers are drawn this much finer, so that moving them by fractions
// of a picture sample keeps their edges sharp.
const oversample = 2

// point is a position in picture samples, relative to a canvas's origin.
type point struct{ x, y float64 }

// outline is a closed shape as a polygon.
type outline []point

// shader gives the colour (not premultiplied) at a position.
type shader func(x, y float64) color.NRGBA

// canvas is a layer that is drawn once. Coordinates are picture samples with
// the origin at (originX, originY) of the layer.
type canvas struct {
	pix              *image.RGBA
	originX, originY float64
}

// newCanvas makes a transparent layer of width x height picture samples.
func newCanvas(width, height int, originX, originY float64) *canvas {
	return &canvas{
		pix:     image.NewRGBA(image.Rect(0, 0, width*oversample, height*oversample)),
		originX: originX, originY: originY,
	}
}

// plain is the shader of one colour.
func plain(c color.NRGBA) shader { return func(x, y float64) color.NRGBA { return c } }

// rgb is an opaque colour given as 0xRRGGBB.
func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}
}

// faded returns the colour with its opacity set to alpha, 0..1.
func faded(c color.NRGBA, alpha float64) color.NRGBA {
	c.A = uint8(255*clamp(alpha, 0, 1) + 0.5)
	return c
}

// mix blends two opaque colours: 0 is a, 1 is b.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	t = clamp(t, 0, 1)
	blend := func(p, q uint8) uint8 { return uint8(float64(p) + (float64(q)-float64(p))*t + 0.5) }
	return color.NRGBA{blend(a.R, b.R), blend(a.G, b.G), blend(a.B, b.B), blend(a.A, b.A)}
}

// scaled multiplies a colour's brightness.
func scaled(c color.NRGBA, by float64) color.NRGBA {
	f := func(v uint8) uint8 { return uint8(clamp(float64(v)*by, 0, 255) + 0.5) }
	return color.NRGBA{f(c.R), f(c.G), f(c.B), c.A}
}

func clamp(v, low, high float64) float64 { return math.Max(low, math.Min(high, v)) }

// fill paints the inside of a shape, with smooth edges.
func (c *canvas) fill(shape outline, paint shader) {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range shape {
		left, right = math.Min(left, p.x), math.Max(right, p.x)
		top, bottom = math.Min(top, p.y), math.Max(bottom, p.y)
	}
	area := image.Rect(
		int(math.Floor((left+c.originX)*oversample)), int(math.Floor((top+c.originY)*oversample)),
		int(math.Ceil((right+c.originX)*oversample))+1, int(math.Ceil((bottom+c.originY)*oversample))+1,
	)
	if area.Intersect(c.pix.Bounds()).Empty() {
		return
	}
	raster := vector.NewRasterizer(area.Dx(), area.Dy())
	at := func(p point) (float32, float32) {
		return float32((p.x+c.originX)*oversample - float64(area.Min.X)),
			float32((p.y+c.originY)*oversample - float64(area.Min.Y))
	}
	raster.MoveTo(at(shape[0]))
	for _, p := range shape[1:] {
		raster.LineTo(at(p))
	}
	raster.ClosePath()
	mask := image.NewAlpha(image.Rect(0, 0, area.Dx(), area.Dy()))
	raster.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	c.paint(area, paint, func(x, y int) float64 { return float64(mask.Pix[y*mask.Stride+x]) / 255 })
}

// blob paints a soft ellipse: opacity alpha at the middle, none at the rim.
func (c *canvas) blob(x, y, radiusX, radiusY float64, paint color.NRGBA, alpha float64) {
	area := image.Rect(
		int((x-radiusX+c.originX)*oversample), int((y-radiusY+c.originY)*oversample),
		int((x+radiusX+c.originX)*oversample)+1, int((y+radiusY+c.originY)*oversample)+1,
	)
	c.paint(area, plain(paint), func(px, py int) float64 {
		u := ((float64(area.Min.X+px)+0.5)/oversample - c.originX - x) / radiusX
		v := ((float64(area.Min.Y+py)+0.5)/oversample - c.originY - y) / radiusY
		fall := clamp(1-u*u-v*v, 0, 1)
		return alpha * fall * fall
	})
}

// paint blends a shader over an area of the canvas; cover (0..1) is asked with
// positions relative to the area.
func (c *canvas) paint(area image.Rectangle, paint shader, cover func(x, y int) float64) {
	visible := area.Intersect(c.pix.Bounds())
	inRows(visible.Min.Y, visible.Max.Y, func(y int) {
		row := c.pix.Pix[y*c.pix.Stride:]
		for x := visible.Min.X; x < visible.Max.X; x++ {
			part := cover(x-area.Min.X, y-area.Min.Y)
			if part == 0 {
				continue
			}
			from := paint((float64(x)+0.5)/oversample-c.originX, (float64(y)+0.5)/oversample-c.originY)
			part *= float64(from.A) / 255
			to := row[4*x : 4*x+4 : 4*x+4]
			for i, v := range [4]uint8{from.R, from.G, from.B, 255} {
				to[i] = uint8(float64(v)*part + float64(to[i])*(1-part) + 0.5)
			}
		}
	})
}

// strand paints a line along a cubic curve that tapers from width to nothing.
func (c *canvas) strand(a, b, d, e point, width float64, paint color.NRGBA) {
	c.ribbon(curve(a, b, d, e, 14), width, 0.15*width, paint)
}

// ribbon paints a line along points, its width going from first to last.
func (c *canvas) ribbon(along []point, first, last float64, paint color.NRGBA) {
	shape := make(outline, 2*len(along))
	for i, p := range along {
		before, after := along[max(i-1, 0)], along[min(i+1, len(along)-1)]
		dx, dy := after.x-before.x, after.y-before.y
		length := math.Hypot(dx, dy) + 1e-9
		half := (first + (last-first)*float64(i)/float64(len(along)-1)) / 2
		shape[i] = point{p.x - dy/length*half, p.y + dx/length*half}
		shape[len(shape)-1-i] = point{p.x + dy/length*half, p.y - dx/length*half}
	}
	c.fill(shape, plain(paint))
}

// curve samples a cubic Bezier curve.
func curve(a, b, d, e point, steps int) []point {
	points := make([]point, steps+1)
	for i := range points {
		t := float64(i) / float64(steps)
		s := 1 - t
		w0, w1, w2, w3 := s*s*s, 3*s*s*t, 3*s*t*t, t*t*t
		points[i] = point{w0*a.x + w1*b.x + w2*d.x + w3*e.x, w0*a.y + w1*b.y + w2*d.y + w3*e.y}
	}
	return points
}

// smooth turns a coarse closed polygon into a round one (Catmull-Rom).
func smooth(corners ...point) outline {
	n := len(corners)
	shape := make(outline, 0, 12*n)
	for i := range corners {
		p0, p1, p2, p3 := corners[(i+n-1)%n], corners[i], corners[(i+1)%n], corners[(i+2)%n]
		shape = append(shape, curve(p1,
			point{p1.x + (p2.x-p0.x)/6, p1.y + (p2.y-p0.y)/6},
			point{p2.x - (p3.x-p1.x)/6, p2.y - (p3.y-p1.y)/6}, p2, 12)[:12]...)
	}
	return shape
}

// ellipse is a closed ellipse.
func ellipse(x, y, radiusX, radiusY float64) outline {
	shape := make(outline, 64)
	for i := range shape {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(len(shape)))
		shape[i] = point{x + radiusX*cos, y + radiusY*sin}
	}
	return shape
}

// rectangle is an upright rectangle.
func rectangle(x, y, width, height float64) outline {
	return outline{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}
}

// mirrored closes a shape given by its right half, from top to bottom.
func mirrored(half ...point) outline {
	corners := append([]point(nil), half...)
	for i := len(half) - 2; i > 0; i-- {
		corners = append(corners, point{-half[i].x, half[i].y})
	}
	return smooth(corners...)
}
