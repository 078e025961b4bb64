package element

// #include "glue.h"
import "C"

import (
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
	if c.label == labelModel {
		return steps
	}
	for tier := model.Quality; tier <= model.Fast; tier++ {
		// Crisp is the last look and faithful the first: the other one is what is left.
		for _, look := range [...]model.Look{c.wanted.Look, model.Crisp - c.wanted.Look} {
			candidate := model.Key{Scale: c.scale, Tier: tier, Look: look}
			if steps[tier].label == "" && available(candidate) {
				steps[tier] = choice{label: tier.String(), scale: c.scale, builtin: candidate}
			}
		}
	}
	return steps
}

// openLadder opens the engines of every step. Those of a governed choice are
// timed, so that the governor knows from the first frame on what they cost.
func (f *filter) openLadder(choice choice, threads int) (*ladder, error) {
	opened := &ladder{choice: choice}
	for s, each := range choice.steps(model.Available) {
		if each.label == "" {
			continue
		}
		engine, err := f.open(each, threads)
		if err != nil {
			return nil, err
		}
		opened.engines[s] = engine
		if choice.governed && engine.coded != nil {
			took, err := timed(engine.coded)
			if err != nil {
				return nil, err
			}
			f.governing.Lock()
			f.governor.costs.calibrate(step(s), frameSize{calibrationWidth, calibrationHeight, choice.scale}, took)
			f.governing.Unlock()
		}
	}
	return opened, nil
}

// The picture that generators are timed with is large enough for all cores to
// take part, and takes them a few milliseconds.
const calibrationWidth, calibrationHeight = 256, 144

// timed returns how long a generator takes for a picture, once it is warm.
func timed(g *model.Generator) (time.Duration, error) {
	src := grey(calibrationWidth, calibrationHeight)
	dst := grey(g.Scale()*calibrationWidth, g.Scale()*calibrationHeight)
	least := time.Duration(0)
	for i := range 3 {
		begin := time.Now()
		if err := g.Upscale(dst, src); err != nil {
			return 0, err
		}
		if took := time.Since(begin); i == 1 || took < least {
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
