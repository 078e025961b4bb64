package element

// #include "glue.h"
import "C"

import (
	"math"
	"slices"
	"sync"
	"time"
)

// window is over how many of the latest frames times are told.
const window = 1024

// statistics counts frames and their times. Adding a frame allocates nothing.
type statistics struct {
	mu      sync.Mutex
	frames  uint64 // since the start
	dropped uint64 // since the start, left out because they came too late
	label   string // of the engine of the latest frame, or of the first to come; "" before the start
	times   [window]time.Duration
	timed   uint64 // frames of this engine so far; times holds the latest of them
}

func (s *statistics) reset(label string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames, s.dropped, s.timed = 0, 0, 0
	s.label = label
}

// add counts a frame. Times of different engines are not mixed: with the first
// frame of another one, they begin anew.
func (s *statistics) add(label string, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if label != s.label {
		s.label = label
		s.timed = 0
	}
	s.times[s.timed%window] = took
	s.timed++
	s.frames++
}

func (s *statistics) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropped++
}

// summary returns the mean and the 99th percentile (the least time that 99 of
// 100 frames did not exceed) in milliseconds; 0 before the first frame. It
// sorts times.
func summary(times []time.Duration) (mean, percentile99 float64) {
	if len(times) == 0 {
		return 0, 0
	}
	var sum time.Duration
	for _, took := range times {
		sum += took
	}
	slices.Sort(times)
	rank := int(math.Ceil(0.99 * float64(len(times))))
	return milliseconds(sum) / float64(len(times)), milliseconds(times[rank-1])
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// structure returns the value of the property "stats", which the caller owns.
func (s *statistics) structure() *C.GstStructure {
	s.mu.Lock()
	frames, dropped, label := s.frames, s.dropped, s.label
	times := slices.Clone(s.times[:min(s.timed, window)])
	s.mu.Unlock()
	mean, percentile99 := summary(times)

	structure := C.gst_structure_new_empty(statsName)
	setValue(structure, statsFrames, uint64Value(frames))
	setValue(structure, statsDropped, uint64Value(dropped))
	text := newValue(C.G_TYPE_STRING)
	C.g_value_take_string(&text, constant(label))
	setValue(structure, statsTier, text)
	setValue(structure, statsMean, doubleValue(mean))
	setValue(structure, statsPercentile99, doubleValue(percentile99))
	return structure
}

var (
	statsName         = constant("application/x-superres-stats")
	statsFrames       = constant("frames")
	statsDropped      = constant("dropped")
	statsTier         = constant("tier")
	statsMean         = constant("mean-ms")
	statsPercentile99 = constant("p99-ms")
)
