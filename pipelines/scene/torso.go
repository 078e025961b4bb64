package main

import (
	"image/color"
	"math"
)

// The torso is drawn around the pit of the neck.
const (
	torsoWidth, torsoHeight = 620, 320
	torsoX, torsoY          = 310, 90
)

// drawTorso draws neck, striped collar and a knitted jumper.
func drawTorso() *canvas {
	c := newCanvas(torsoWidth, torsoHeight, torsoX, torsoY)
	neck := outline{{-46, -90}, {46, -90}, {50, -20}, {84, 22}, {0, 70}, {-84, 22}, {-50, -20}}
	c.fill(smooth(neck...), func(x, y float64) color.NRGBA {
		light := 0.75 - 0.004*x + 0.004*y
		return scaled(mix(skinShadow, skinMiddle, light), 0.97+0.06*grain(x, y, 13))
	})
	c.blob(0, -66, 80, 62, rgb(0x4a241a), 0.65)
	c.strand(point{-30, -20}, point{-22, 5}, point{-14, 20}, point{-6, 34}, 3, faded(rgb(0x7a4434), 0.4))
	c.strand(point{34, -20}, point{26, 5}, point{18, 20}, point{8, 34}, 3, faded(rgb(0x6a3828), 0.5))

	body := smooth(point{-74, 4}, point{-40, 40}, point{0, 58}, point{40, 40}, point{74, 4}, point{150, 26},
		point{236, 62}, point{282, 130}, point{300, 250}, point{0, 260}, point{-300, 250}, point{-282, 130},
		point{-236, 62}, point{-150, 26})
	c.fill(body, knit)
	for _, side := range []float64{-1, 1} {
		collar := outline{{side * 62, -14}, {side * 86, 6}, {side * 62, 66}, {side * 8, 60}, {side * 30, 36}}
		c.fill(collar, stripes)
		c.ribbon([]point{{side * 86, 6}, {side * 62, 66}, {side * 8, 60}}, 1.4, 1.4, faded(rgb(0x3a4658), 0.7))
	}
	c.fill(ellipse(0, 66, 4, 4), plain(rgb(0xe8e4da)))
	c.fill(ellipse(-1, 65, 1.2, 1.2), plain(rgb(0x807868)))
	return c
}

// knit is a jumper of V-shaped stitches with a cable every 56 samples.
func knit(x, y float64) color.NRGBA {
	depth := 1 - 0.35*math.Pow(math.Abs(x)/300, 2) - 0.0011*math.Max(0, x)
	sag := y - 0.0007*x*x
	column := math.Floor(x / 7)
	u := x/7 - column - 0.5
	row := sag/6 + math.Abs(u)*1.3
	v := row - math.Floor(row)
	stitch := 0.62 + 0.5*math.Sin(math.Pi*v)*math.Pow(math.Cos(math.Pi*u*0.9), 0.6)
	cable := math.Sin(2*math.Pi*x/56 + 1.1*math.Sin(2*math.Pi*sag/44))
	base := mix(rgb(0x27506a), rgb(0x3f7d94), 0.5+0.5*cable)
	if hash(int(column), int(math.Floor(row)), 81) < 0.045 {
		base = rgb(0xd8c9a6)
	}
	return scaled(base, depth*stitch*(0.85+0.3*grain(x*1.6, y*1.6, 83)))
}

// stripes is a fine-striped white cloth.
func stripes(x, y float64) color.NRGBA {
	across := math.Mod(x*0.8+y*0.6+4000, 5) / 5
	base := rgb(0xeceae6)
	if across < 0.34 {
		base = rgb(0x7c96bd)
	}
	return scaled(base, 0.86+0.14*grain(x*0.5, y*0.5, 85)-0.0006*math.Max(0, x))
}
