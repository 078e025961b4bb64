package element

import (
	"testing"
	"time"
)

func TestCostsOfPartsOfFrames(t *testing.T) {
	var c costs
	c.resize(frameSize{640, 360, 2})
	for i := range 100 {
		c.measured(stepBalanced, 5*time.Millisecond, 0.25, time.Duration(i)*period)
	}
	if whole := time.Duration(c.here[stepBalanced].mean); whole != 20*time.Millisecond {
		t.Errorf("a quarter takes 5 ms: a whole frame is said to take %v", whole)
	}
	if next := c.predict(stepBalanced, stepBalanced, 0); next < 5*time.Millisecond || next > 6*time.Millisecond {
		t.Errorf("the next quarter is expected to take %v", next)
	}
	// One frame unlike the others says nothing.
	c.measured(stepBalanced, time.Second, 0.25, time.Minute)
	if next := c.predict(stepBalanced, stepBalanced, 0); next > 6*time.Millisecond {
		t.Errorf("after one slow frame %v are expected", next)
	}
}

func TestADisturbedCalibrationIsPutRight(t *testing.T) {
	var c costs
	c.resize(frameSize{640, 360, 2})
	c.calibrate(stepBalanced, c.size, 80*time.Millisecond)
	c.calibrate(stepFast, c.size, 40*time.Millisecond)
	for i := range 30 {
		c.measured(stepFast, 10*time.Millisecond, 1, time.Duration(i)*period)
	}
	for s, want := range map[step]time.Duration{stepBalanced: 20 * time.Millisecond, stepFast: 10 * time.Millisecond} {
		if got := time.Duration(c.calibrated(s, c.size).mean).Round(time.Millisecond); got != want {
			t.Errorf("step %d is calibrated for %v, want %v", s, got, want)
		}
	}
}
