package main

import (
	"fmt"
	"image"
	"math"
)

// The picture's size and rate. The view is what a call's camera would see.
const (
	pictureWidth, pictureHeight = 960, 720
	framesPerSecond             = 30
)

// scene holds the drawn layers; frames are composed from them.
type scene struct {
	room, torso *canvas
	head        *portrait
	captions    *captions
	picture     *image.RGBA
	output      *yuv
	call        bool // the camera stands still, and nobody lays captions over the picture
}

func newScene() *scene {
	return &scene{
		room: drawRoom(), torso: drawTorso(), head: drawPortrait(), captions: newCaptions(),
		picture: image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight)),
		output:  newYUV(pictureWidth, pictureHeight),
	}
}

// frame composes one frame. It depends on the number alone, so any part of the
// scene can be rendered again. The result is good until the next call.
func (s *scene) frame(number int) *yuv {
	t := float64(number) / framesPerSecond
	s.compose(t, number)
	s.output.convert(s.picture)
	return s.output
}

// compose draws the picture at a time in seconds.
func (s *scene) compose(t float64, number int) {
	pan := 140.0
	if !s.call {
		pan -= 130 * math.Cos(2*math.Pi*t/16)
	}
	place(s.picture, s.room, placement{x: -pan})

	sway := 16*math.Sin(2*math.Pi*t/5.3) + 5*math.Sin(2*math.Pi*t/1.9)
	nod := 5*math.Sin(2*math.Pi*t/2.3) + 2*math.Sin(2*math.Pi*t/0.9)
	head := placement{x: 470 + sway, y: 312 + nod, angle: 0.05 * math.Sin(2*math.Pi*t/4.1)}
	place(s.picture, s.head.behind, head)
	place(s.picture, s.torso, placement{x: 470 + 0.55*sway, y: 500 + 0.3*nod, angle: 0.006 * math.Sin(2*math.Pi*t/5.3)})
	s.head.show(expression{eyes: eyesAt(t), mouth: mouthAt(t)})
	place(s.picture, s.head.layer, head)
	if !s.call {
		s.captions.draw(s.picture, t, number)
	}
}

// eyesAt blinks for a fifth of a second every three.
func eyesAt(t float64) float64 {
	since := math.Mod(t+1.2, 3.1)
	if since > 0.24 {
		return 1
	}
	return math.Abs(since-0.12) / 0.12
}

// mouthAt opens the mouth in the rhythm of speech, with pauses.
func mouthAt(t float64) float64 {
	speaking := clamp(2*math.Sin(2*math.Pi*t/6.5)+1.3, 0, 1)
	return speaking * clamp(0.45+0.4*math.Sin(2*math.Pi*t*3.7)+0.3*math.Sin(2*math.Pi*t*2.3+1), 0, 1)
}

// clock is the scene's time as minutes, seconds and frames.
func clock(number int) string {
	return fmt.Sprintf("%02d:%02d:%02d", number/framesPerSecond/60, number/framesPerSecond%60, number%framesPerSecond)
}
