package element

// #include "glue.h"
import "C"

import (
	"maps"
	"math"
	"slices"
	"time"

	"gst-superres/model"
)

// ladder is what frames of one scale are made by: one engine, or with tier=auto
// one for each step. All are open from the start, so that going from one to
// another costs nothing.
type ladder struct {
	choice  choice
	engines [stepCount]*engine // nil: there is none
}

func (l *ladder) available() (steps [stepCount]bool) {
	for s, engine := range l.engines {
		steps[s] = engine != nil
	}
	return steps
}

// steps returns the choices that a choice comes down to, by step; those of no
// label are none. A file of the property model stands at balanced, of whatever
// size its generator is.
//
// Tiers above the choice's are taken in its look alone: they would be where frames
// are made while there is time, and the look that was asked for never be seen. Below
// it the other look is better than none, since late is worse than soft.
func (c choice) steps(available func(model.Key) bool) (steps [stepCount]choice) {
	switch c.label {
	case labelLanczos:
		steps[stepLanczos] = c
	case labelModel:
		steps[stepBalanced] = c
	default:
		steps[c.builtin.Tier] = c
	}
	if !c.governed {
		return steps
	}
	steps[stepLanczos] = choice{label: labelLanczos, scale: c.scale}
	if c.scale > 1 { // a copy is as quick as it gets
		steps[stepLinear] = choice{label: labelLinear, scale: c.scale}
	}
	if c.label == labelModel {
		return steps
	}
	for tier := model.Quality; tier <= model.Fast; tier++ {
		// Crisp is the last look and faithful the first: the other one is what is left.
		looks := []model.Look{c.wanted.Look, model.Crisp - c.wanted.Look}
		if tier < c.builtin.Tier {
			looks = []model.Look{c.builtin.Look}
		}
		for _, look := range looks {
			candidate := model.Key{Scale: c.scale, Tier: tier, Look: look}
			if steps[tier].label == "" && available(candidate) {
				steps[tier] = choice{label: tier.String(), scale: c.scale, builtin: candidate}
			}
		}
	}
	return steps
}

// openLadder opens the engines of every step.
func (f *filter) openLadder(choice choice, wanted settings) (*ladder, error) {
	opened := &ladder{choice: choice}
	before := slices.Collect(maps.Values(f.generators))
	for s, each := range choice.steps(model.Available) {
		if each.label == "" {
			continue
		}
		each.depth = choice.depth
		engine, err := f.open(each, wanted)
		if err != nil {
			return nil, err
		}
		opened.engines[s] = engine
	}
	if choice.governed {
		return opened, f.calibrate(opened, before)
	}
	return opened, nil
}

// calibrate tells the governor what frames will cost, before there are any: one
// generator is timed, once for a scale, and the others are set by their sizes, which
// are for the most part weights, used once for each position: larger ones take somewhat
// less for each, as their layers keep the cores busier.
// Those that were open before may have a frame under way on the streaming thread,
// and a generator makes one at a time: if there are no others, frames will tell.
func (f *filter) calibrate(opened *ladder, before []*model.Generator) error {
	reference := opened.idle(before)
	if reference == nil || reference.Depth() > 8 || f.calibrated(opened) {
		return nil
	}
	took, err := timed(reference)
	if err != nil {
		return err
	}
	size := frameSize{calibrationWidth, calibrationHeight, opened.choice.scale}
	f.governing.Lock()
	defer f.governing.Unlock()
	for s, engine := range opened.engines {
		if engine != nil && engine.coded != nil {
			f.governor.costs.calibrate(step(s), size, time.Duration(float64(took)*math.Pow(float64(engine.coded.Bytes())/float64(reference.Bytes()), sizeExponent)))
		}
	}
	return nil
}

// idle returns a generator of the ladder that is none of the busy ones, or nil.
func (l *ladder) idle(busy []*model.Generator) *model.Generator {
	for _, engine := range l.engines {
		if engine != nil && engine.coded != nil && !slices.Contains(busy, engine.coded) {
			return engine.coded
		}
	}
	return nil
}

// calibrated says whether the costs of the ladder's best generator are known.
func (f *filter) calibrated(l *ladder) bool {
	f.governing.Lock()
	defer f.governing.Unlock()
	for s, engine := range l.engines {
		if engine != nil && engine.coded != nil {
			return f.governor.costs.perPixel[l.choice.scale][s] > 0
		}
	}
	return false
}

// sizeExponent is what makes times of sizes: quality takes 3.4 times as long as balanced
// with integer dot products and 4.4 times without, fast 0.66 and 0.68 times; by it
// they are 3.9 and 0.65.
const sizeExponent = 0.85

// The picture that a generator is timed with takes it less than a millisecond, so
// that on a busy machine too one of some runs is left alone.
const (
	calibrationWidth, calibrationHeight = 128, 72
	calibrationRuns                     = 10
)

// timed returns how long a generator takes for a picture if nothing disturbs it.
func timed(g *model.Generator) (time.Duration, error) {
	src := grey(calibrationWidth, calibrationHeight)
	dst := grey(g.Scale()*calibrationWidth, g.Scale()*calibrationHeight)
	var least time.Duration
	for i := range calibrationRuns {
		for at := range src.Plane[0] {
			src.Plane[0][at] = byte(i) // another picture each time: one like the last would be reused
		}
		begin := time.Now()
		if err := g.Upscale(dst, src); err != nil {
			return 0, err
		}
		if took := time.Since(begin); i == 0 || took < least {
			least = took
		}
	}
	return least, nil
}

func grey(width, height int) model.Picture {
	return model.Picture{
		Format: model.GRAY8, Width: width, Height: height,
		Plane:  [3][]byte{make([]byte, width*height)},
		Stride: [3]int{width},
	}
}
