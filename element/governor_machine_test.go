package element

import (
	"math"
	"math/rand/v2"
	"time"
)

// machine is a simulated one: what a frame of each step takes when it is idle,
// and how much longer it takes at a time.
type machine struct {
	idle  [stepCount]time.Duration
	load  func(at time.Duration) float64
	noise float64 // standard deviation of the logarithm of what a frame takes
}

func steady(load float64) func(time.Duration) float64 {
	return func(time.Duration) float64 { return load }
}

// comesAndGoes is a load that is there every other while.
func comesAndGoes(load float64, each time.Duration) func(time.Duration) float64 {
	return func(at time.Duration) float64 {
		if (at/each)%2 == 1 {
			return load
		}
		return 1
	}
}

var (
	threeSteps = [stepCount]bool{stepBalanced: true, stepFast: true, stepLanczos: true}
	fourSteps  = [stepCount]bool{stepBalanced: true, stepFast: true, stepLanczos: true, stepLinear: true}
)

// outcome is what a simulated stream came to.
type outcome struct {
	frames, late int
	used         [stepCount]int
	changes      []time.Duration
	last         step
}

// mostWithin returns the largest number of changes in any stretch of time.
func (o outcome) mostWithin(stretch time.Duration) int {
	most := 0
	for i, from := range o.changes {
		count := 0
		for _, at := range o.changes[i:] {
			if at-from < stretch {
				count++
			}
		}
		most = max(most, count)
	}
	return most
}

const period = time.Second / 30

// stream simulates a live source and a sink that allows 20 ms, one frame after
// another, for a time.
func (m machine) stream(g *governor, length time.Duration, random *rand.Rand) outcome {
	var o outcome
	const allowed = 20 * time.Millisecond
	free := time.Duration(0) // when the frame before was done
	for at := time.Duration(0); at < length; at += period {
		begin := max(at, free)
		turn := g.decide(situation{now: begin, running: at, period: period, budget: 0.8})
		if turn.changed {
			o.changes = append(o.changes, begin)
		}
		slower := m.load(begin) * math.Exp(m.noise*random.NormFloat64())
		took := time.Duration(slower * float64(m.idle[turn.step]))
		free = begin + took
		g.measured(turn.step, took, 1, free)
		if turn.weight < 1 {
			free += time.Duration(slower * float64(m.idle[turn.under]))
		}
		late := free - at - allowed
		g.heard(free, at, late)
		o.frames++
		o.used[turn.step]++
		if late > tolerance {
			o.late++
		}
	}
	o.last = g.current
	return o
}

// governed returns a governor that has timed the machine while it was idle.
func (m machine) governed(available [stepCount]bool) *governor {
	g := &governor{available: available}
	g.begin(0)
	g.live = true
	small := frameSize{256, 144, 2}
	hd := frameSize{1280, 720, 2}
	for s := range stepLanczos {
		g.costs.calibrate(s, small, time.Duration(float64(m.idle[s])*small.pixels()/hd.pixels()))
	}
	g.resize(hd)
	return g
}
