package main

import (
	"fmt"
	"image"
	"image/color"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The typefaces of the scene, parsed once.
var (
	regular = parse(goregular.TTF)
	bold    = parse(gobold.TTF)
	mono    = parse(gomono.TTF)
)

func parse(ttf []byte) *opentype.Font {
	parsed, err := opentype.Parse(ttf)
	if err != nil {
		panic(fmt.Sprintf("a typeface that is compiled in cannot be parsed: %v", err))
	}
	return parsed
}

// sized returns a typeface at a height in pixels of the image it is drawn on.
func sized(typeface *opentype.Font, pixels float64) font.Face {
	face, err := opentype.NewFace(typeface, &opentype.FaceOptions{Size: pixels, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(fmt.Sprintf("a typeface that is compiled in has no size %g: %v", pixels, err))
	}
	return face
}

// write puts a line of text on an image, its baseline starting at (x, y).
func write(to *image.RGBA, face font.Face, x, y float64, ink color.Color, line string) {
	drawer := font.Drawer{
		Dst: to, Src: image.NewUniform(ink), Face: face,
		Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)},
	}
	drawer.DrawString(line)
}

// text puts a line on the layer; size, x and y are picture samples.
func (c *canvas) text(typeface *opentype.Font, size, x, y float64, ink color.NRGBA, line string) {
	write(c.pix, sized(typeface, size*oversample),
		(x+c.originX)*oversample, (y+c.originY)*oversample, ink, line)
}

// upright puts a line on the layer that reads from bottom to top, as on the
// spine of a book. (x, y) is where its baseline starts.
func (c *canvas) upright(typeface *opentype.Font, size, x, y float64, ink color.NRGBA, line string) {
	face := sized(typeface, size*oversample)
	width := font.MeasureString(face, line).Ceil()
	height := int(2 * size * oversample)
	flat := image.NewRGBA(image.Rect(0, 0, width, height))
	write(flat, face, 0, 1.4*size*oversample, ink, line)
	left := int((x+c.originX)*oversample - 1.4*size*oversample)
	bottom := int((y + c.originY) * oversample)
	for v := range height {
		for u := range width {
			from := flat.RGBAAt(u, v)
			at := image.Pt(left+v, bottom-u)
			if from.A == 0 || !at.In(c.pix.Bounds()) {
				continue
			}
			keep := 255 - uint32(from.A)
			to := c.pix.RGBAAt(at.X, at.Y)
			c.pix.SetRGBA(at.X, at.Y, color.RGBA{
				uint8(uint32(from.R) + uint32(to.R)*keep/255),
				uint8(uint32(from.G) + uint32(to.G)*keep/255),
				uint8(uint32(from.B) + uint32(to.B)*keep/255),
				uint8(uint32(from.A) + uint32(to.A)*keep/255),
			})
		}
	}
}
