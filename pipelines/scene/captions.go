package main

import (
	"image"
	"image/color"
	"image/draw"
	"strings"

	"golang.org/x/image/font"
)

// captions are what a broadcaster lays over the picture: a name, a line of text
// that runs through, and a clock.
type captions struct {
	name    *canvas
	line    *image.RGBA // the running text once, in picture samples
	digits  font.Face
	shadow  *image.Uniform
	running int // the width of the text in picture samples
}

// runningSpeed is in picture samples a second: whole samples a frame, as
// broadcasters choose it so that the text does not shimmer.
const runningSpeed = 3 * framesPerSecond

const runningHeight = 44

func newCaptions() *captions {
	text := strings.Join([]string{
		"Rain over the coast until noon, then clearing", "Line 4 runs every six minutes tonight",
		"The night market opens at 18:00", "Readings at 14:30: 21.7 \u00b0C, 1013 hPa, wind 12 km/h", "",
	}, "   \u2022   ")
	face := sized(regular, 23)
	c := &captions{digits: sized(mono, 20), shadow: image.NewUniform(color.NRGBA{10, 14, 20, 190})}
	c.running = font.MeasureString(face, text).Ceil()
	c.line = image.NewRGBA(image.Rect(0, 0, c.running, runningHeight))
	write(c.line, face, 0, 30, color.White, text)

	c.name = newCanvas(330, 74, 0, 0)
	c.name.fill(rectangle(0, 0, 330, 74), plain(color.NRGBA{16, 24, 34, 225}))
	c.name.fill(rectangle(0, 0, 6, 74), plain(rgb(0xe2a13a)))
	c.name.text(bold, 27, 20, 33, rgb(0xffffff), "Mara Lindqvist")
	c.name.text(regular, 16.5, 20, 58, rgb(0xc8d4e0), "Illustrator \u00b7 live from the studio")
	return c
}

// draw lays the captions over the picture.
func (c *captions) draw(picture *image.RGBA, t float64, number int) {
	place(picture, c.name, placement{x: 46, y: pictureHeight - runningHeight - 96})
	band := image.Rect(0, pictureHeight-runningHeight, pictureWidth, pictureHeight)
	draw.Draw(picture, band, c.shadow, image.Point{}, draw.Over)
	for x := -(int(t*runningSpeed+0.5) % c.running); x < pictureWidth; x += c.running {
		draw.Draw(picture, c.line.Bounds().Add(image.Pt(x, band.Min.Y)), c.line, image.Point{}, draw.Over)
	}
	box := image.Rect(pictureWidth-128, 18, pictureWidth-16, 48)
	draw.Draw(picture, box, c.shadow, image.Point{}, draw.Over)
	write(picture, c.digits, float64(box.Min.X)+8, float64(box.Max.Y)-8, color.White, clock(number))
}
