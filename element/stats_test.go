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
	s.reset("balanced")
	for range window {
		s.add("balanced", time.Second)
	}
	for range window {
		s.add("balanced", 4*time.Millisecond)
	}
	if mean, _ := summary(s.times[:]); mean != 4 {
		t.Errorf("after a window of 4 ms frames the mean is %v ms: frames before the window count", mean)
	}
	s.add("lanczos", time.Millisecond)
	if s.timed != 1 || s.label != "lanczos" {
		t.Errorf("after a change of engine %d frames of %q are timed, want 1 of lanczos", s.timed, s.label)
	}
	if s.frames != 2*window+1 {
		t.Errorf("%d frames counted, want %d: a change of engine must not lose any", s.frames, 2*window+1)
	}
}

func TestStatisticsAddAllocatesNothing(t *testing.T) {
	var s statistics
	if n := testing.AllocsPerRun(100, func() { s.add("balanced", time.Millisecond) }); n != 0 {
		t.Errorf("add allocates %v times a frame", n)
	}
}
