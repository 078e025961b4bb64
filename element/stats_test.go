package element

import (
	"testing"
	"time"
)

func TestSummary(t *testing.T) {
	var hundred []time.Duration
	for i := 100; i >= 1; i-- {
		hundred = append(hundred, time.Duration(i)*time.Millisecond)
	}
	tests := []struct {
		name               string
		times              []time.Duration
		mean, percentile99 float64
	}{
		{"no frame", nil, 0, 0},
		{"one frame", []time.Duration{2500 * time.Microsecond}, 2.5, 2.5},
		{"two frames", []time.Duration{3 * time.Millisecond, time.Millisecond}, 2, 3},
		{"a hundred frames", hundred, 50.5, 99},
	}
	for _, test := range tests {
		mean, percentile99 := summary(test.times)
		if mean != test.mean || percentile99 != test.percentile99 {
			t.Errorf("%s: mean %v, 99th percentile %v; want %v, %v", test.name, mean, percentile99, test.mean, test.percentile99)
		}
	}
}

func TestStatisticsKeepTheLatestFramesOfOneEngine(t *testing.T) {
	var s statistics
	s.reset(made{label: "balanced", scale: 2})
	for range window {
		s.add(made{label: "balanced", scale: 2, damage: "coded"}, time.Second)
	}
	for range window {
		s.add(made{label: "balanced", scale: 2, damage: "coded"}, 4*time.Millisecond)
	}
	if mean, _ := summary(s.times[:]); mean != 4 {
		t.Errorf("after a window of 4 ms frames the mean is %v ms: frames before the window count", mean)
	}
	s.add(made{label: "lanczos", scale: 2}, time.Millisecond)
	if s.timed != 1 || s.latest.label != "lanczos" {
		t.Errorf("after a change of engine %d frames of %q are timed, want 1 of lanczos", s.timed, s.latest.label)
	}
	if s.frames != 2*window+1 {
		t.Errorf("%d frames counted, want %d: a change of engine must not lose any", s.frames, 2*window+1)
	}
}

func TestTimesBeginAnewWithAnotherEngineOnly(t *testing.T) {
	before := made{label: "balanced", scale: 2, look: "crisp", damage: "coded", score: 0.7}
	for _, test := range []struct {
		name  string
		next  made
		timed uint64
	}{
		{"the same", before, 2},
		{"clean", made{label: "balanced", scale: 2, look: "crisp", damage: "clean", score: 0.2}, 2},
		{"another tier", made{label: "fast", scale: 2, look: "crisp", damage: "coded"}, 1},
		{"another look", made{label: "balanced", scale: 2, look: "faithful", damage: "coded"}, 1},
		{"another scale", made{label: "balanced", scale: 1, look: "crisp", damage: "coded"}, 1},
	} {
		var s statistics
		s.reset(before)
		s.add(before, time.Second)
		s.add(test.next, time.Millisecond)
		if s.timed != test.timed || s.latest != test.next {
			t.Errorf("%s: %d frames are timed, the latest %+v; want %d, %+v", test.name, s.timed, s.latest, test.timed, test.next)
		}
	}
}

func TestStatisticsAddAllocatesNothing(t *testing.T) {
	var s statistics
	if n := testing.AllocsPerRun(100, func() { s.add(made{label: "balanced", scale: 2, damage: "coded"}, time.Millisecond) }); n != 0 {
		t.Errorf("add allocates %v times a frame", n)
	}
}
