package element

import (
	"math"
	"time"
)

// step is one of the ways to make a frame, from the best to the quickest.
type step int

const (
	stepQuality step = iota
	stepBalanced
	stepFast
	stepLanczos
	stepLinear // with tier=auto only
	stepCount
)

// frameSize is what the cost of a frame depends on, beside the step.
type frameSize struct{ width, height, scale int }

func (s frameSize) pixels() float64 { return float64(s.width) * float64(s.height) }

// How costs are smoothed and predicted.
const (
	smoothing    = 1.0 / 8 // weight of the latest frame
	deviations   = 2       // mean absolute ones that a prediction is above the mean
	carriedCount = 4       // frames that a carried cost counts for
	leastShare   = 1.0 / 4 // of a frame that was computed, to tell what a whole one costs
	largestSizes = 32      // that are remembered
	forgetting   = 10 * time.Second
)

// estimate is a smoothed cost in nanoseconds. The zero value knows nothing.
type estimate struct {
	mean, deviation float64
	frames          int
	latest          time.Duration // when the latest frame was added
}

func (e *estimate) add(x float64, now time.Duration) {
	e.latest = now
	e.frames++
	if e.frames == 1 {
		e.mean, e.deviation = x, x/8
		return
	}
	weight := max(smoothing, 1/float64(e.frames))
	e.deviation += weight * (math.Abs(x-e.mean) - e.deviation)
	e.mean += weight * (x - e.mean)
}

func (e estimate) predicted() float64 { return e.mean + deviations*e.deviation }

// times returns the estimate of what costs ratio times as much.
func (e estimate) times(ratio float64) estimate {
	e.mean *= ratio
	e.deviation *= ratio
	return e
}

// costs learns how long frames take, and predicts it. Costs are those of a
// frame that is computed as a whole; of one that is computed in part, the share
// counts too.
type costs struct {
	perPixel [largestScale + 1][stepCount]float64 // nanoseconds, calibrated; 0: not known
	sizes    map[frameSize]*[stepCount]estimate
	size     frameSize
	here     *[stepCount]estimate // of the size
	share    estimate             // of frames that was computed, 0..1

	latestStep step
	run        int        // frames of the latest step and size, one after another
	recent     [2]float64 // costs of the latest two of them
}

// linearCost is what a frame takes that is enlarged linearly, of one that Lanczos
// enlarges: GStreamer's 2 and 4 taps in each direction.
const linearCost = 0.6

// plainRatio returns how many times as long as with one of the steps without a
// generator a frame takes with the other; 0 if one of them has a generator.
func plainRatio(s, inUse step) float64 {
	switch {
	case s == stepLinear && inUse == stepLanczos:
		return linearCost
	case s == stepLanczos && inUse == stepLinear:
		return 1 / linearCost
	}
	return 0
}

// calibrate notes what a frame of a size took with a step, under the conditions
// of all calibrations.
func (c *costs) calibrate(s step, size frameSize, took time.Duration) {
	c.perPixel[size.scale][s] = float64(took) / size.pixels()
}

// resize goes over to frames of another size. What was learned of it before
// holds; what was not is carried from the nearest known size, by pixels.
func (c *costs) resize(size frameSize) {
	if c.here != nil && size == c.size {
		return
	}
	c.size, c.run = size, 0
	known := c.sizes[size]
	if known == nil {
		known = new([stepCount]estimate)
		for s := range stepCount {
			known[s] = c.carried(s, size)
		}
		if c.sizes == nil || len(c.sizes) >= largestSizes {
			c.sizes = map[frameSize]*[stepCount]estimate{}
		}
		c.sizes[size] = known
	}
	c.here = known
}

// carried estimates a step at a size that it was never used at.
func (c *costs) carried(s step, size frameSize) estimate {
	var nearest estimate
	least := math.Inf(1)
	for other, learned := range c.sizes {
		distance := math.Abs(math.Log(size.pixels() / other.pixels()))
		if other.scale == size.scale && learned[s].frames > 0 && distance < least {
			least = distance
			nearest = learned[s].times(size.pixels() / other.pixels())
		}
	}
	if nearest.frames == 0 {
		nearest = c.calibrated(s, size)
	}
	nearest.frames = min(nearest.frames, carriedCount)
	return nearest
}

// calibrated is what the calibration says of a step at a size.
func (c *costs) calibrated(s step, size frameSize) estimate {
	mean := c.perPixel[size.scale][s] * size.pixels()
	if mean == 0 {
		return estimate{}
	}
	return estimate{mean: mean, deviation: mean / 8, frames: 1}
}

// measured learns from a frame that took so long with a step, of which a share
// was computed. A single frame unlike those about it does not count: the median
// of three does. Of frames that were hardly computed nothing is learned but that.
func (c *costs) measured(s step, took time.Duration, share float64, now time.Duration) {
	c.share.add(share, now)
	if s != c.latestStep {
		// What it was expected to take counts, and not what it took at another time.
		c.here[s] = c.expected(s, c.latestStep, now)
		c.here[s].frames = min(c.here[s].frames, 1)
		c.latestStep, c.run = s, 0
	}
	if share < leastShare {
		return
	}
	c.run++
	cost := float64(took) / share
	if c.run == 1 {
		if c.here[s].frames == 0 {
			// The first frame ever also makes tensors and touches new memory, so
			// that it says too much; and it is all that is known.
			c.here[s] = estimate{mean: cost, deviation: cost / 8, frames: 1, latest: now}
			c.recent = [2]float64{cost, cost}
			return
		}
		c.recent = [2]float64{c.here[s].mean, c.here[s].mean}
	}
	before, last := c.recent[0], c.recent[1]
	c.recent = [2]float64{last, cost}
	c.here[s].add(max(min(before, last), min(max(before, last), cost)), now)
	if c.run >= enoughToCalibrate {
		c.recalibrate(s)
	}
}

// enoughToCalibrate is how many frames show that a calibration was disturbed.
const enoughToCalibrate = 8

// recalibrate lowers the calibration of all steps if frames of one take less than
// they would by it: the machine had other things to do then.
func (c *costs) recalibrate(s step) {
	perPixel := &c.perPixel[c.size.scale]
	ratio := c.here[s].mean / (perPixel[s] * c.size.pixels())
	if perPixel[s] == 0 || ratio >= 1 {
		return
	}
	for other := range perPixel {
		perPixel[other] *= ratio
	}
}

// predict returns how long a frame will take with a step at most, as a rule,
// while frames are made with another one. 0: not known.
func (c *costs) predict(s, inUse step, now time.Duration) time.Duration {
	return time.Duration(c.expectedShare() * c.expected(s, inUse, now).predicted())
}

// mean is predict without the deviation.
func (c *costs) mean(s, inUse step, now time.Duration) time.Duration {
	return time.Duration(c.expectedShare() * c.expected(s, inUse, now).mean)
}

// expected returns what a whole frame of a step is expected to take. Steps that are
// not in use are judged by the one that is, since load slows all generators alike;
// and beside Lanczos or linear by what they cost last, which counts less and less against
// the calibration, as the load of that time may be gone.
func (c *costs) expected(s, inUse step, now time.Duration) estimate {
	here, perPixel := c.here[s], &c.perPixel[c.size.scale]
	if s == inUse {
		return here
	}
	if ratio := plainRatio(s, inUse); ratio > 0 && c.here[inUse].frames > 0 {
		return c.here[inUse].times(ratio)
	}
	if perPixel[s] > 0 && perPixel[inUse] > 0 && c.here[inUse].frames > 0 {
		return c.here[inUse].times(perPixel[s] / perPixel[inUse])
	}
	if idle := c.calibrated(s, c.size); idle.frames > 0 && idle.mean < here.mean {
		stays := math.Exp2(-float64(now-here.latest) / float64(forgetting))
		here.mean = idle.mean + stays*(here.mean-idle.mean)
		here.deviation = idle.deviation + stays*(here.deviation-idle.deviation)
	}
	return here
}

// expectedShare is how much of a frame will have to be computed at most, as a
// rule.
func (c *costs) expectedShare() float64 {
	if c.share.frames == 0 {
		return 1
	}
	return min(1, c.share.predicted())
}

// percentile returns what hardly any frame of a step exceeds.
func (c *costs) percentile(s step) time.Duration {
	e := c.here[s]
	return time.Duration(c.expectedShare() * (e.mean + 2*deviations*e.deviation))
}
