package main

import (
	"image/color"
	"math"
)

// The room is wider than the picture: the view pans over it.
const (
	roomWidth, roomHeight = 1240, 720
)

// drawRoom draws a brick wall with a window of leaves, a notice and a bookcase.
func drawRoom() *canvas {
	c := newCanvas(roomWidth, roomHeight, 0, 0)
	c.fill(rectangle(0, 0, roomWidth, roomHeight), brick)
	c.window(30, 40, 300, 420)
	c.notice(726, 62)
	c.bookcase(980, 30, 240, 690)
	c.plant(180, 640)
	return c
}

// brick is a wall in running bond with rough faces and sandy joints.
func brick(x, y float64) color.NRGBA {
	const long, high, joint = 62.0, 22.0, 3.0
	course := math.Floor(y / high)
	shift := x + long/2*math.Mod(course, 2)
	number := math.Floor(shift / long)
	u, v := shift-number*long, y-course*high
	ragged := 1.6 * (noise(x*0.4, y*0.4, 101) - 0.5)
	rim := math.Min(math.Min(u, long-u), math.Min(v, high-v)) + ragged
	light := 1.06 - 0.00035*x
	if rim < joint/2 {
		return scaled(rgb(0xb7aa98), light*(0.74+0.35*grain(x*0.9, y*0.9, 103)))
	}
	tone := hash(int(number), int(course), 105)
	base := mix(rgb(0x8c4632), rgb(0xb8694a), tone)
	if tone > 0.9 {
		base = rgb(0x6a3a34)
	}
	relief := 0.72 + 0.5*grain(x*0.55, y*0.8, 107)
	if v > high-joint/2-2 || u > long-joint/2-2 {
		relief *= 0.78
	}
	if hash(int(x*2), int(y*2), 109) > 0.985 {
		relief *= 0.6
	}
	return scaled(base, light*relief)
}

// window is a white sash window; leaves move in the light behind it.
func (c *canvas) window(x, y, width, height float64) {
	c.fill(rectangle(x-14, y-14, width+28, height+34), plain(rgb(0x3a2a22)))
	c.fill(rectangle(x, y, width, height), func(px, py float64) color.NRGBA {
		return mix(rgb(0xcfe4ee), rgb(0xa8cfa0), (py-y)/height+0.3*grain(px*0.02, py*0.02, 111))
	})
	roll := dice{seed: 113}
	for i := range 1500 {
		t := float64(i) / 1500
		leafX, leafY := roll.between(x+6, x+width-6), y+height*math.Pow(roll.between(0, 1), 0.7)
		tone := mix(rgb(0x16351c), rgb(0x8fc45a), 0.75*t+roll.between(0, 0.25))
		c.leaf(leafX, leafY, roll.between(4, 15)*(0.6+0.4*t), roll.between(0, 2*math.Pi), tone, x, y, x+width, y+height)
	}
	frame := rgb(0xe9e6df)
	bars := []outline{
		rectangle(x-10, y-10, width+20, 12), rectangle(x-10, y+height-4, width+20, 14),
		rectangle(x-10, y-10, 12, height+20), rectangle(x+width-2, y-10, 12, height+20),
		rectangle(x+width/2-4, y, 8, height), rectangle(x, y+height/2-6, width, 12),
		rectangle(x, y+height/4-2, width, 4), rectangle(x, y+3*height/4-2, width, 4),
	}
	for _, bar := range bars {
		c.fill(bar, func(px, py float64) color.NRGBA {
			return scaled(frame, 0.9+0.1*grain(px*0.2, py*2, 115))
		})
		last := bar[2]
		c.ribbon([]point{{bar[0].x, last.y}, last}, 1.2, 1.2, faded(rgb(0x5a544c), 0.6))
	}
}

// leaf is a pointed leaf with a rib and side veins, kept inside the window.
func (c *canvas) leaf(x, y, size, angle float64, tone color.NRGBA, left, top, right, bottom float64) {
	sin, cos := math.Sincos(angle)
	at := func(u, v float64) point {
		return point{
			clamp(x+size*(u*cos-v*sin), left, right), clamp(y+size*(u*sin+v*cos), top, bottom),
		}
	}
	c.fill(smooth(at(-1, 0), at(-0.4, 0.42), at(0.4, 0.34), at(1.1, 0), at(0.4, -0.34), at(-0.4, -0.42)), plain(tone))
	c.fill(outline{at(-1, 0), at(-0.4, 0.42), at(0.4, 0.34), at(1.1, 0)}, plain(faded(scaled(tone, 0.7), 0.6)))
	c.ribbon([]point{at(-1, 0), at(1.1, 0)}, 1.1, 0.4, scaled(tone, 1.35))
	for _, step := range []float64{-0.4, 0, 0.4} {
		c.ribbon([]point{at(step, 0), at(step+0.3, 0.28)}, 0.6, 0.3, scaled(tone, 1.25))
		c.ribbon([]point{at(step, 0), at(step+0.3, -0.28)}, 0.6, 0.3, scaled(tone, 1.25))
	}
}

// plant is a palm in a pot in front of the window.
func (c *canvas) plant(x, y float64) {
	roll := dice{seed: 121}
	for i := range 11 {
		reach := roll.between(110, 210)
		lean := -1.15 + 2.3*float64(i)/10 + roll.between(-0.1, 0.1)
		end := point{x + reach*math.Sin(lean), y - 40 - reach*math.Cos(lean)*0.95}
		stem := curve(point{x, y - 20}, point{x + 10*lean, y - 110}, point{(x + end.x) / 2, end.y - 30}, end, 26)
		tone := mix(rgb(0x1d4a26), rgb(0x6fae4e), roll.between(0, 1))
		c.ribbon(stem, 3, 1, scaled(tone, 0.8))
		for j := 6; j < len(stem); j++ {
			p, q := stem[j-1], stem[j]
			length := 46 * math.Sin(math.Pi*float64(j-4)/float64(len(stem)-3))
			angle := math.Atan2(q.y-p.y, q.x-p.x)
			for _, side := range []float64{-0.8, 0.8} {
				sin, cos := math.Sincos(angle + side)
				tip := point{q.x + length*cos, q.y + length*sin + length*0.2}
				middle := point{q.x + length*0.55*cos, q.y + length*0.55*sin}
				c.ribbon([]point{q, middle, tip}, 4.2, 0.4, scaled(tone, 0.85+0.3*roll.between(0, 1)))
			}
		}
	}
	pot := outline{{x - 52, y - 30}, {x + 52, y - 30}, {x + 40, y + 80}, {x - 40, y + 80}}
	c.fill(pot, func(px, py float64) color.NRGBA {
		ring := 0.9 + 0.1*math.Sin(py*0.9)
		return scaled(rgb(0xc9744a), ring*(1.05-0.009*math.Abs(px-x+16))*(0.9+0.2*grain(px*0.6, py*0.6, 123)))
	})
	c.fill(rectangle(x-57, y-40, 114, 16), plain(rgb(0xb5623c)))
}

// notice is a sheet of paper on the wall: text that gets smaller, and a fan of
// lines whose inner ends show where the resolution ends.
func (c *canvas) notice(x, y float64) {
	c.fill(rectangle(x+5, y+6, 216, 290), plain(faded(rgb(0x1a0e0a), 0.45)))
	c.fill(rectangle(x, y, 216, 290), func(px, py float64) color.NRGBA {
		return scaled(rgb(0xf2ecdc), 0.96+0.06*grain(px*0.4, py*0.4, 131))
	})
	ink := rgb(0x24211e)
	c.text(bold, 25, x+16, y+38, rgb(0xa02c24), "Open Studio")
	c.ribbon([]point{{x + 16, y + 47}, {x + 200, y + 47}}, 1.2, 1.2, ink)
	for i, line := range []string{"Thursday 19:30, room 4", "The quick brown fox jumps", "over the lazy dog. 0123456789", "Portraits, leaves and bricks, drawn by hand", "and seen through a very small window."} {
		size := []float64{16, 14, 12, 9.6, 9}[i]
		c.text(regular, size, x+16, y+69+float64(i)*19, ink, line)
	}
	centreX, centreY := x+108, y+268.0
	for i := range 33 {
		angle := math.Pi + math.Pi*float64(i)/32
		sin, cos := math.Sincos(angle)
		c.ribbon([]point{{centreX + 14*cos, centreY + 14*sin}, {centreX + 96*cos, centreY + 96*sin}}, 0.7, 4.4, ink)
	}
	c.text(mono, 10, x+72, y+284, ink, "32 x 180 deg")
	c.fill(ellipse(x+108, y+8, 5, 5), plain(rgb(0xc23a2c)))
	c.fill(ellipse(x+106.5, y+6.5, 1.6, 1.6), plain(rgb(0xf2b0a0)))
}

// bookcase is a case of shelves with titled books.
func (c *canvas) bookcase(x, y, width, height float64) {
	wood := func(px, py float64) color.NRGBA {
		return scaled(mix(rgb(0x5c3a22), rgb(0x82552f), grain(px*0.08, py*0.9, 141)), 0.9+0.2*grain(px, py*4, 143))
	}
	c.fill(rectangle(x, y, width, height), wood)
	titles := []string{"Optics", "The Sea", "Signals", "Letters", "Botany", "On Detail", "Field Guide", "Fourier", "Maps", "Night Trains", "Tiny Nets", "Colour"}
	covers := []uint32{0x7a2d2a, 0x2c4a6e, 0x2f5d45, 0xc29a4a, 0x4a3560, 0xd8cdb4, 0x1e2a33, 0xa8562e}
	roll := dice{seed: 145}
	book := 0
	for shelf := range 5 {
		top := y + 12 + float64(shelf)*136
		c.fill(rectangle(x+10, top, width-20, 122), plain(rgb(0x1c120c)))
		for at := x + 13; ; {
			thick, tall := roll.between(15, 30), roll.between(88, 116)
			if at+thick > x+width-12 {
				break
			}
			cover := rgb(covers[int(roll.between(0, float64(len(covers))))])
			left, head := at, top+122-tall
			c.fill(rectangle(left, head, thick-1, tall), func(px, py float64) color.NRGBA {
				round := 1 - 0.5*math.Pow(2*(px-left)/thick-0.85, 2)
				return scaled(cover, round*(0.86+0.28*grain(px*1.2, py*1.2, 147)))
			})
			gold := rgb(0xe2c988)
			if cover.R > 0xc0 {
				gold = rgb(0x3a2a1e)
			}
			for _, band := range []float64{6, 9, tall - 10} {
				c.fill(rectangle(left, head+band, thick-1, 1.1), plain(faded(gold, 0.9)))
			}
			c.upright(bold, clamp(thick*0.52, 8.5, 13), left+thick*0.72, top+108, gold, titles[book*7%len(titles)])
			at, book = at+thick, book+1
		}
	}
}
