package element

import "time"

// How the governor decides.
const (
	headroom       = 0.8                    // of the budget that a better step has to fit into
	framesTogether = 0.95                   // of the period that two steps together have to fit into
	tolerance      = 5 * time.Millisecond   // that a frame may be late, as with GstVideoSink
	lateWithin     = time.Second            // two late frames within it are a reason, one is not
	settling       = 500 * time.Millisecond // after a start, a flush or a step: lateness does not count yet
	fading         = 300 * time.Millisecond
	cutWithin      = 5 * time.Second // where there is no time for a fade

	firstHold   = 4 * time.Second // that a better step has to fit before it is taken
	longestHold = 64 * time.Second
	trial       = 10 * time.Second // a better step that is given up within it was taken too early

	mostChanges   = 4 // within changesWithin
	changesWithin = time.Minute
)

// governor decides which step frames are made with, so that none is late. It
// knows no clock and no GStreamer: times count from any fixed moment.
//
// Down it goes when frames are expected to exceed the budget (by what they took
// so far, mean and deviation), when they have exceeded it one after another, or
// when downstream finds them late. Up it goes one step at a time, after the
// better step has fitted with a margin for a while; the while doubles each time
// that a better step has to be given up soon. No upward step is taken after
// which, should all steps below it fail at once, there would have been more than
// mostChanges within a minute; the last of them goes to the lowest step.
type governor struct {
	costs     costs
	available [stepCount]bool

	live    bool // the source does not wait, so that frames have a deadline
	syncing bool // a sink has found a frame late, so that frames have one

	started bool
	resized bool // since the latest decision
	current step

	period time.Duration // of the latest decision
	limit  time.Duration // of the latest decision, that a frame may take
	over   int           // frames one after another that took longer than the limit
	missed int           // the same, longer than the period

	countFrom  time.Duration // when lateness begins to count
	changedAt  time.Duration // running time of the latest change
	late       int           // frames found late, each within lateWithin of the one before
	latestLate time.Duration

	hold      time.Duration
	fits      bool          // the better step does
	fitsSince time.Duration // if it does
	rose      time.Duration // when the latest upward change was
	onTrial   bool          // since that change

	changes int                        // since the start
	history [mostChanges]time.Duration // when the latest of them were

	fade struct {
		under       step
		left, whole int // frames
	}
}

// situation is what a decision depends on beside what has been learned.
type situation struct {
	now     time.Duration
	running time.Duration // the frame's running time
	period  time.Duration // from one frame to the next; 0: not known
	budget  float64       // share of the period that a frame may take
	cut     bool          // the frame begins a scene; looked for where seeksCut says so
}

// turn is how a frame is to be made.
type turn struct {
	step    step
	before  step    // of the frame before
	under   step    // that step is faded in over, if weight is below 1
	weight  float64 // of step, above 0
	changed bool
}

// begin forgets the stream: what it had, not what its frames cost.
func (g *governor) begin(now time.Duration) {
	learned := g.costs
	*g = governor{costs: learned, available: g.available, hold: firstHold, countFrom: now + settling}
}

// flushed begins the stream anew at another place.
func (g *governor) flushed(now time.Duration) {
	g.countFrom, g.changedAt = now+settling, 0
	g.late, g.over, g.missed = 0, 0, 0
}

// resize goes over to frames of another size.
func (g *governor) resize(size frameSize) {
	if g.costs.here == nil || g.costs.size != size {
		g.costs.resize(size)
		g.resized = true
		g.over, g.missed, g.fade.left = 0, 0, 0
	}
}

// governs says whether there is a choice.
func (g *governor) governs() bool { return g.lower(g.best()) != g.best() }

// deadline says whether late frames are of any consequence.
func (g *governor) deadline() bool { return g.live || g.syncing }

// decide returns how the next frame is made. Steps change here only.
func (g *governor) decide(s situation) turn {
	g.period, g.limit = s.period, time.Duration(s.budget*float64(s.period))
	before := g.current
	switch {
	case !g.started:
		g.started, g.current = true, g.fitting(g.best(), s.now)
		before = g.current
	case !g.available[g.current]:
		// The settings have changed: that is not the governor's doing.
		g.current, g.fade.left = g.fitting(g.best(), s.now), 0
		before = g.current
	case g.resized:
		// The picture changes anyway.
		if to := g.fitting(g.best(), s.now); to > g.current || to < g.current && g.mayRise(to, s.now) {
			g.change(to, s)
		}
	case !g.deadline() || s.period <= 0:
		if to := g.fitting(g.best(), s.now); g.current > max(to, g.unhurried()) {
			g.change(to, s)
		}
	case g.lower(g.current) != g.current && g.tooSlow(s.now):
		to := g.promising(g.lower(g.current), s.now)
		if g.recentChanges(s.now) >= mostChanges-1 {
			to = g.lowest() // for a while, it is the last change that there may be
		}
		g.change(to, s)
	default:
		g.rise(s)
	}
	g.resized = false
	if g.late > 0 && s.now-g.latestLate > lateWithin {
		g.late = 0
	}
	t := turn{step: g.current, before: before, weight: 1, changed: g.current != before}
	if g.fade.left > 0 {
		t.under, t.weight = g.fade.under, 1-float64(g.fade.left)/float64(g.fade.whole+1)
		g.fade.left--
	}
	return t
}

// tooSlow says whether the step in use makes frames late, or will.
func (g *governor) tooSlow(now time.Duration) bool {
	const enough = 3 // frames of a step that say how it does
	return g.late >= 2 || g.missed >= 2 || g.over >= enough+1 ||
		g.costs.run >= enough && g.costs.latestStep == g.current && g.costs.predict(g.current, g.current, now) > g.limit
}

// rise takes the next better step if it has fitted long enough.
func (g *governor) rise(s situation) {
	to := g.higher(g.current)
	needed := g.costs.predict(to, g.current, s.now)
	if to == g.current || g.late > 0 || float64(needed) > headroom*float64(g.limit) {
		g.fits = false
		return
	}
	if !g.fits {
		g.fits, g.fitsSince = true, s.now
	}
	long := s.now - g.fitsSince
	if long < g.hold || !g.mayRise(to, s.now) {
		return
	}
	switch from := g.current; {
	case g.fadeFits(to, s.now):
		g.change(to, s)
		g.fade.under = from
		g.fade.whole = max(2, int(fading/s.period))
		g.fade.left = g.fade.whole
	case s.cut || long > g.hold+cutWithin:
		g.change(to, s)
	}
}

// fadeFits says whether frames can be made with two steps for the time of a fade.
// Lanczos is not faded in over linear: the picture is the same but for its sharpness.
func (g *governor) fadeFits(to step, now time.Duration) bool {
	if to >= stepLanczos {
		return false
	}
	both := g.costs.predict(to, g.current, now) + g.costs.predict(g.current, g.current, now)
	return float64(both) < framesTogether*float64(g.period)
}

// seeksCut says whether it would be good to know that a frame begins a scene.
func (g *governor) seeksCut(now time.Duration) bool {
	return g.fits && now-g.fitsSince >= g.hold-time.Second && g.deadline() && !g.fadeFits(g.higher(g.current), now)
}

// fitting returns the best step from one on down that is expected to fit. Without
// a deadline that is quality if it keeps up with the frames' rate, be there
// one, and else the next generator, however long it takes: nobody is to wait
// several times as long for the last tenths of a decibel.
func (g *governor) fitting(from step, now time.Duration) step {
	if g.limit <= 0 {
		return from
	}
	s := from
	if !g.deadline() {
		if g.costs.predict(s, g.current, now) > g.limit {
			s = max(s, g.unhurried())
		}
		return s
	}
	for g.lower(s) != s && g.costs.predict(s, g.current, now) > g.limit {
		s = g.lower(s)
	}
	return s
}

// unhurried returns the step that is taken without a deadline, however long it
// takes: the best one but quality, if it has a generator.
func (g *governor) unhurried() step {
	if s := g.lower(stepQuality); g.available[stepQuality] && s < stepLanczos {
		return s
	}
	return g.best()
}

// promising returns the best step from one on down that will fit if it takes no
// longer than its mean: deviations are those of the step that failed.
func (g *governor) promising(from step, now time.Duration) step {
	s := from
	for g.lower(s) != s && g.costs.mean(s, g.current, now) > g.limit {
		s = g.lower(s)
	}
	return s
}

func (g *governor) change(to step, s situation) {
	if to < g.current {
		g.rose, g.onTrial = s.now, true
	} else if g.onTrial {
		if s.now-g.rose < trial {
			g.hold = min(2*g.hold, longestHold)
		} else if s.now-g.rose > longestHold {
			g.hold = max(g.hold/2, firstHold)
		}
		g.onTrial = false
	}
	g.current = to
	g.history[g.changes%mostChanges] = s.now
	g.changes++
	g.changedAt, g.countFrom = s.running, s.now+settling
	g.late, g.over, g.missed, g.fits, g.fade.left = 0, 0, 0, false, 0
}

// mayRise says whether an upward change, and the loss of every step from there on
// down, keep the changes within a minute within their number.
func (g *governor) mayRise(to step, now time.Duration) bool {
	below := 0
	for s := to; g.lower(s) != s; s = g.lower(s) {
		below++
	}
	return g.recentChanges(now)+1+min(below, mostChanges-1) <= mostChanges
}

// recentChanges counts those within a minute.
func (g *governor) recentChanges(now time.Duration) int {
	count := 0
	for i := range min(g.changes, mostChanges) {
		if now-g.history[i] < changesWithin {
			count++
		}
	}
	return count
}

// measured learns from a frame that took so long with a step, of which a share
// (1: all) had to be computed.
func (g *governor) measured(s step, took time.Duration, share float64, now time.Duration) {
	g.costs.measured(s, took, share, now)
	if s != g.current || g.limit <= 0 {
		return
	}
	g.over, g.missed = counted(g.over, took > g.limit), counted(g.missed, took > g.period)
}

// counted goes on counting as long as what is counted goes on.
func counted(count int, goesOn bool) int {
	if goesOn {
		return count + 1
	}
	return 0
}

// heard takes what a QoS event says: that a frame of a running time was late by
// so much, or, below 0, early.
func (g *governor) heard(now, running, late time.Duration) {
	if late <= tolerance {
		return
	}
	g.syncing = true
	if now < g.countFrom || running <= g.changedAt {
		return // the frame was made before the latest change
	}
	g.late++
	if g.late > 1 && now-g.latestLate > lateWithin {
		g.late = 1
	}
	g.latestLate = now
}

// hopeless says whether frames are late and nothing quicker is left, so that
// only leaving frames out helps.
func (g *governor) hopeless() bool { return g.late >= 2 && g.lower(g.current) == g.current }

// best returns the best step that is available.
func (g *governor) best() step {
	for s := range stepLanczos {
		if g.available[s] {
			return s
		}
	}
	return stepLanczos
}

// lower returns the next step below that is available, or the same.
func (g *governor) lower(s step) step {
	for below := s + 1; below < stepCount; below++ {
		if g.available[below] {
			return below
		}
	}
	return s
}

// lowest returns the quickest step that is available.
func (g *governor) lowest() step {
	s := g.current
	for g.lower(s) != s {
		s = g.lower(s)
	}
	return s
}

// higher returns the next step above that is available, or the same.
func (g *governor) higher(s step) step {
	for above := s - 1; above >= 0; above-- {
		if g.available[above] {
			return above
		}
	}
	return s
}

// planned returns the step that frames of a period will be made with, as far as
// that is known before the first of them.
func (g *governor) planned(period time.Duration, budget float64, now time.Duration) step {
	g.period, g.limit = period, time.Duration(budget*float64(period))
	return g.fitting(g.best(), now)
}
