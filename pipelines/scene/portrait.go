package main

import (
	"image"
	"image/color"
	"image/draw"
	"math"
)

// The head is drawn around the middle of the face. All lengths are picture
// samples: the face is about 200 wide and 280 high.
const (
	headWidth, headHeight = 360, 460
	headX, headY          = 180, 200
)

var (
	skinLight  = rgb(0xf0c8a8)
	skinMiddle = rgb(0xd9a07c)
	skinShadow = rgb(0x8f5842)
	hairDark   = rgb(0x2a1710)
	hairLight  = rgb(0x9a6238)
	lipRed     = rgb(0xa8504c)
)

var faceShape = mirrored(
	point{0, -132}, point{52, -122}, point{88, -84}, point{97, -30}, point{95, 20},
	point{84, 66}, point{62, 104}, point{34, 132}, point{0, 142})

// expression is how far the eyes are open and the mouth is open, each 0..1.
type expression struct{ eyes, mouth float64 }

// The face can be shown with a few grades of each; a talking head in a call
// moves between them.
const (
	eyeGrades   = 4
	mouthGrades = 5
)

// portrait is a head whose parts that move have been drawn in every grade.
type portrait struct {
	behind *canvas // the hair that falls behind neck and shoulders
	layer  *canvas
	eyes   [eyeGrades]*image.RGBA
	mouth  [mouthGrades]*image.RGBA
}

var (
	eyeArea   = headArea(-82, -34, 164, 52)
	mouthArea = headArea(-52, 54, 104, 76)
)

// headArea is a rectangle of the face in the samples of the layer.
func headArea(x, y, width, height int) image.Rectangle {
	return image.Rect((x+headX)*oversample, (y+headY)*oversample,
		(x+width+headX)*oversample, (y+height+headY)*oversample)
}

// drawPortrait draws the head in all its grades.
func drawPortrait() *portrait {
	bare, fringe := drawBareHead(), drawFringe()
	grade := func(look expression) *canvas {
		c := &canvas{pix: cloned(bare.pix), originX: headX, originY: headY}
		c.eye(-39, -8, look.eyes)
		c.eye(39, -8, look.eyes)
		c.mouth(look.mouth)
		draw.Draw(c.pix, c.pix.Bounds(), fringe.pix, image.Point{}, draw.Over)
		return c
	}
	p := &portrait{behind: drawHairBehind(), layer: grade(expression{1, 0})}
	for i := range p.eyes {
		p.eyes[i] = cut(grade(expression{float64(i) / (eyeGrades - 1), 0}).pix, eyeArea)
	}
	for i := range p.mouth {
		p.mouth[i] = cut(grade(expression{1, float64(i) / (mouthGrades - 1)}).pix, mouthArea)
	}
	return p
}

// show puts the nearest grades of an expression on the layer.
func (p *portrait) show(look expression) {
	paste(p.layer.pix, eyeArea.Min, p.eyes[int(look.eyes*(eyeGrades-1)+0.5)])
	paste(p.layer.pix, mouthArea.Min, p.mouth[int(look.mouth*(mouthGrades-1)+0.5)])
}

// drawBareHead draws what never changes: face, brows and nose.
func drawBareHead() *canvas {
	c := newCanvas(headWidth, headHeight, headX, headY)
	c.fill(faceShape, skin)
	c.faceShades()
	c.brow(-1)
	c.brow(1)
	c.nose()
	return c
}

// skin shades the face as a rounded body lit from the upper left, with pores.
func skin(x, y float64) color.NRGBA {
	u, v := x/112, (y-5)/165
	depth := math.Sqrt(clamp(1-u*u-v*v, 0.02, 1))
	light := clamp(-0.42*u-0.38*v+0.82*depth, 0, 1)
	tone := mix(skinShadow, skinMiddle, light*1.9)
	tone = mix(tone, skinLight, (light-0.45)*1.7)
	return scaled(tone, 0.965+0.07*grain(x*0.9, y*0.9, 11))
}

// faceShades airbrushes sockets, cheeks, chin and freckles.
func (c *canvas) faceShades() {
	for _, side := range []float64{-1, 1} {
		c.blob(side*40, -14, 40, 26, rgb(0x8a4f3c), 0.35)
		c.blob(side*56, 42, 40, 32, rgb(0xd2695a), 0.33)
		c.blob(side*88, 30, 24, 90, rgb(0x6e3d2c), 0.30)
		c.blob(side*30, 20, 22, 9, rgb(0x8a4f3c), 0.16)
	}
	c.blob(0, 112, 34, 9, rgb(0x7a4434), 0.30)
	c.blob(-6, 126, 22, 14, rgb(0xffe2c8), 0.25)
	c.blob(-18, -86, 56, 34, rgb(0xffe6cc), 0.30)
	c.blob(-58, 30, 20, 13, rgb(0xffe6d2), 0.30)
	c.blob(0, 150, 70, 22, rgb(0x5a3022), 0.45)
	roll := dice{seed: 5}
	for range 90 {
		x, y := roll.between(-70, 70), roll.between(14, 48)
		if math.Abs(x) > 12 {
			c.blob(x, y, roll.between(0.8, 1.8), roll.between(0.8, 1.6), rgb(0x9a5a3c), 0.5)
		}
	}
}

// nose is light along the ridge and dark under the tip.
func (c *canvas) nose() {
	c.blob(10, 14, 11, 44, rgb(0x86503a), 0.32)
	c.blob(-3, 8, 6, 46, rgb(0xffead6), 0.42)
	c.blob(-3, 40, 10, 9, rgb(0xfff0e0), 0.50)
	c.blob(0, 56, 26, 10, rgb(0x74402e), 0.50)
	for _, side := range []float64{-1, 1} {
		c.blob(side*16, 46, 9, 10, rgb(0x9a5c46), 0.40)
		c.fill(smooth(point{side * 5, 52}, point{side * 10, 49}, point{side * 14, 52}, point{side * 9, 55}), plain(faded(rgb(0x4a2018), 0.85)))
		c.strand(point{side * 19, 40}, point{side * 22, 46}, point{side * 20, 53}, point{side * 14, 55}, 1.6, faded(rgb(0x7a4434), 0.7))
	}
}

// brow is a row of single hairs.
func (c *canvas) brow(side float64) {
	roll := dice{seed: 21}
	for i := range 120 {
		t := float64(i) / 119
		x := 16 + 48*t
		y := -34 - 9*math.Sin(math.Pi*math.Pow(t, 0.8)) + 8*t*t + roll.between(-3.4, 3.4)*(1-0.7*t)
		lean, length := 2+7*t, roll.between(5, 9)*(1-0.3*t)
		tone := mix(hairDark, hairLight, roll.between(0, 0.35))
		c.strand(point{side * x, y + 2}, point{side * (x + 1), y}, point{side * (x + lean*0.6), y - length*0.4},
			point{side * (x + lean), y - length*0.5}, 1.1, faded(tone, 0.85))
	}
}

// eye draws one eye, open 0..1, around (x, y).
func (c *canvas) eye(x, y, open float64) {
	side := math.Copysign(1, x)
	upper := 1 + 8.5*open
	lid := func(height float64) []point {
		return curve(point{x - side*25, y + 4}, point{x - side*12, y - height*1.25}, point{x + side*12, y - height*1.25}, point{x + side*25, y + 1}, 24)
	}
	under := curve(point{x + side*25, y + 1}, point{x + side*14, y + 11}, point{x - side*14, y + 12}, point{x - side*25, y + 4}, 24)
	ball := append(append(outline(nil), lid(upper)...), under...)
	if open > 0.1 {
		c.fill(ball, func(px, py float64) color.NRGBA { return iris(px-x, py-y+1, upper) })
	} else {
		c.fill(ball, plain(mix(skinMiddle, skinShadow, 0.35)))
	}
	c.ribbon(lid(upper), 2.2, 3.2, faded(rgb(0x1d0f0b), 0.95))
	c.ribbon(lid(upper+7-2*open), 0.8, 1.6, faded(rgb(0x6e3a2a), 0.65))
	c.ribbon(under, 1.4, 0.6, faded(rgb(0x8a4a3c), 0.8))
	for i, root := range lid(upper) {
		if i < 3 || i%2 == 1 {
			continue
		}
		t := float64(i) / 24
		reach, down := side*(-3+13*t), -5-4*t
		if open < 0.1 {
			down = 7
		}
		c.strand(root, point{root.x + reach*0.2, root.y + down*0.5}, point{root.x + reach*0.6, root.y + down*0.9},
			point{root.x + reach, root.y + down}, 1.3, rgb(0x1a0d0a))
	}
}

// iris colours the eyeball; the position is relative to the pupil.
func iris(x, y, upper float64) color.NRGBA {
	radius := math.Hypot(x, y)
	white := scaled(rgb(0xf1ebe4), 0.94-0.010*math.Abs(x)-0.02*clamp(4-y-upper*0.4, 0, 8))
	switch {
	case math.Hypot(x+3.4, y+3.8) < 2.3:
		return rgb(0xffffff)
	case math.Hypot(x-3.6, y-3.4) < 1.1:
		return rgb(0xbfd4dc)
	case radius < 4.6:
		return rgb(0x0c0a0a)
	case radius < 11:
		angle := math.Atan2(y, x)
		fibre := noise(angle*9+40, radius*0.35, 31)
		tone := mix(rgb(0x8a6a2c), rgb(0x3f7f78), (radius-5)/3)
		tone = mix(tone, rgb(0x16302f), (radius-8.8)/2.4)
		return scaled(tone, 0.7+0.75*fibre-0.25*clamp(-y/8, 0, 1))
	case radius < 12:
		return mix(rgb(0x16302f), white, radius-11)
	}
	return white
}

// mouth draws lips with fine creases, parted by open 0..1.
func (c *canvas) mouth(open float64) {
	y := 84.0
	drop := 15 * open
	width := 33 - 3*open
	corner := y + 1 + drop*0.3
	upperTop := []point{{-width, corner}, {-18, y - 5}, {-6, y - 9}, {0, y - 6.5}, {6, y - 9}, {18, y - 5}, {width, corner}}
	lowerEnd := []point{{20, y + 9 + drop}, {0, y + 13 + drop}, {-20, y + 9 + drop}}
	lips := smooth(append(append([]point(nil), upperTop...), lowerEnd...)...)
	c.blob(0, y+20+drop, 30, 8, rgb(0x7a4434), 0.35)
	c.fill(lips, func(px, py float64) color.NRGBA {
		crease := noise(px*1.1, py*0.12, 51)
		tone := scaled(lipRed, 0.72+0.40*crease)
		return mix(tone, rgb(0xd98a82), clamp((py-y-2-drop)/9, 0, 0.8))
	})
	if open > 0.1 {
		inside := smooth(point{-width + 6, corner}, point{-10, y - 1}, point{10, y - 1}, point{width - 6, corner},
			point{13, y + 3 + drop}, point{-13, y + 3 + drop})
		c.fill(inside, plain(rgb(0x35110f)))
		teeth := smooth(point{-width + 11, corner - 1}, point{0, y - 1}, point{width - 11, corner - 1}, point{9, y + 1 + drop*0.32}, point{-9, y + 1 + drop*0.32})
		c.fill(teeth, func(px, py float64) color.NRGBA {
			gap := math.Abs(math.Mod(px+100, 6.2) - 3.1)
			return scaled(rgb(0xf2ece0), 0.86+0.14*clamp(gap*2, 0, 1))
		})
	} else {
		c.ribbon(curve(point{-width, corner}, point{-12, y + 3}, point{12, y + 3}, point{width, corner}, 16), 1.8, 1.8, rgb(0x5c2422))
	}
	c.blob(-7, y+8+drop, 9, 2.6, rgb(0xffd8d0), 0.55)
}

// drawHairBehind is the mass of hair that falls behind the face to the shoulders.
func drawHairBehind() *canvas {
	c := newCanvas(headWidth, headHeight, headX, headY)
	c.fill(mirrored(point{0, -166}, point{60, -156}, point{106, -112}, point{121, -40}, point{120, 60},
		point{130, 150}, point{112, 222}, point{60, 236}, point{0, 236}), plain(hairDark))
	roll := dice{seed: 61}
	for range 1100 {
		side := 1.0
		if roll.between(0, 1) < 0.5 {
			side = -1
		}
		start := roll.between(0, 1)
		outer := 60 + 66*math.Sqrt(start)
		wave, end := roll.between(-14, 18), roll.between(150, 250)
		c.strand(point{side * 46 * start, -170 + 24*start + roll.between(-2, 3)},
			point{side * (outer + 16), -168 + 62*start}, point{side * (outer + wave), 70},
			point{side * (outer + roll.between(-16, 12)), end},
			roll.between(1, 2.4), faded(hairTone(&roll, side), 0.8))
	}
	// Some hairs stand off the outline: fine detail against the wall.
	for range 80 {
		side := math.Copysign(1, roll.between(-1, 1))
		top := roll.between(-120, 120)
		edge := 120 + 5*math.Sin(top/50) - clamp(-60-top, 0, 60)*0.4
		c.strand(point{side * (edge - 8), top}, point{side * (edge + 4), top + 14}, point{side * (edge + roll.between(2, 12)), top + 38},
			point{side * (edge + roll.between(-2, 14)), top + roll.between(44, 90)}, 0.9, faded(hairTone(&roll, side), 0.75))
	}
	return c
}

// drawFringe is the hair in front of the face, parted left of the middle.
func drawFringe() *canvas {
	c := newCanvas(headWidth, headHeight, headX, headY)
	roll := dice{seed: 71}
	for i := range 430 {
		side, parting := 1.0, -22.0
		if i%5 < 2 {
			side = -1
		}
		depth := roll.between(0, 1)
		reach := 62 + 56*math.Sqrt(depth)
		if side < 0 {
			reach -= 4
		}
		start := point{parting + side*roll.between(-3, 10), -160 + 30*(1-depth) + roll.between(-4, 4)}
		c.strand(start, point{start.x + side*reach*0.55, start.y + 4 + 10*depth}, point{side * (reach + 12), -96 + 20*(1-depth)},
			point{side * (88 + 34*depth), roll.between(-20, 70) + 50*depth}, roll.between(1, 2.6), faded(hairTone(&roll, side), 0.85))
	}
	c.ribbon(curve(point{-22, -165}, point{-25, -150}, point{-25, -140}, point{-22, -130}, 8), 2.2, 0.5, faded(rgb(0xd9a07c), 0.8))
	return c
}

// hairTone picks a strand's colour; the lit side is lighter.
func hairTone(roll *dice, side float64) color.NRGBA {
	light := roll.between(0, 1)
	light *= light
	if side < 0 {
		light = clamp(light*1.25, 0, 1)
	}
	return mix(hairDark, hairLight, light)
}
