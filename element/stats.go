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

// made says what a frame was made by.
type made struct {
	label  string // of the engine
	scale  int
	look   string  // of a built-in generator, else ""
	damage string  // that the built-in generator is for, else ""
	score  float32 // of the frame's damage, 0..1, or notMeasured
	reused float64 // share of the frame that was not computed anew

	provider string // of ONNX Runtime that ran the generator, else ""
}

func madePlain(by method, scale int) made {
	return made{label: by.label(), scale: scale, score: notMeasured}
}

// sameTimes says whether the times of two frames may be told together: clean and
// coded video have generators of one size.
func (m made) sameTimes(other made) bool {
	return m.label == other.label && m.look == other.look && m.scale == other.scale && m.provider == other.provider
}

// statistics counts frames and their times. Adding a frame allocates nothing.
type statistics struct {
	mu      sync.Mutex
	frames  uint64 // since the start
	dropped uint64 // since the start, left out because they came too late
	changes uint64 // of tier, since the start, by the governor
	latest  made   // frame, or the first to come; of no label before the start
	times   [window]time.Duration
	timed   uint64 // frames like the latest so far; times holds the latest of them
}

func (s *statistics) reset(first made) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames, s.dropped, s.changes, s.timed = 0, 0, 0, 0
	s.latest = first
}

// add counts a frame. Times of different engines are not mixed: with the first
// frame of another one, they begin anew.
func (s *statistics) add(frame made, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !frame.sameTimes(s.latest) {
		s.timed = 0
	}
	s.latest = frame
	s.times[s.timed%window] = took
	s.timed++
	s.frames++
}

func (s *statistics) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropped++
}

// change counts a change of tier, and returns how many frames there have been.
func (s *statistics) change() (frames, dropped uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes++
	return s.frames, s.dropped
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
	frames, dropped, changes, latest := s.frames, s.dropped, s.changes, s.latest
	times := slices.Clone(s.times[:min(s.timed, window)])
	s.mu.Unlock()
	mean, percentile99 := summary(times)

	structure := C.gst_structure_new_empty(statsName)
	setValue(structure, statsFrames, uint64Value(frames))
	setValue(structure, statsDropped, uint64Value(dropped))
	setValue(structure, statsChanges, uint64Value(changes))
	setText(structure, statsTier, latest.label)
	setText(structure, statsLook, latest.look)
	setText(structure, statsDamage, latest.damage)
	setText(structure, statsProvider, latest.provider)
	setValue(structure, statsScore, doubleValue(float64(latest.score)))
	setValue(structure, statsReused, doubleValue(latest.reused))
	setValue(structure, statsMean, doubleValue(mean))
	setValue(structure, statsPercentile99, doubleValue(percentile99))
	return structure
}

var (
	statsName         = constant("application/x-superres-stats")
	statsFrames       = constant("frames")
	statsDropped      = constant("dropped")
	statsChanges      = constant("tier-changes")
	statsTier         = constant("tier")
	statsLook         = constant("look")
	statsDamage       = constant("damage")
	statsProvider     = constant("provider")
	statsScore        = constant("damage-score")
	statsReused       = constant("reused")
	statsMean         = constant("mean-ms")
	statsPercentile99 = constant("p99-ms")
)
