package element

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestGovernorKeepsFramesInTime(t *testing.T) {
	milliseconds := func(quality, balanced, fast, lanczos float64) [stepCount]time.Duration {
		var idle [stepCount]time.Duration
		for s, each := range [stepCount]float64{quality, balanced, fast, lanczos} {
			idle[s] = time.Duration(each * float64(time.Millisecond))
		}
		return idle
	}
	for _, test := range []struct {
		name    string
		machine machine
		last    step
		late    float64 // share of the frames at most
	}{
		{"light", machine{milliseconds(0, 8, 4, 1), steady(1), 0.05}, stepBalanced, 0},
		{"light and noisy", machine{milliseconds(0, 8, 4, 1), steady(1), 0.3}, stepBalanced, 0.005},
		{"too much for balanced", machine{milliseconds(0, 40, 14, 2), steady(1), 0.05}, stepFast, 0},
		{"too much for any generator", machine{milliseconds(0, 120, 60, 5), steady(1), 0.1}, stepLanczos, 0},
		{"slower than it was timed", machine{milliseconds(0, 12, 6, 2), steady(3), 0.1}, stepFast, 0.01},
		{"a load that comes and stays", machine{milliseconds(0, 14, 7, 2), func(at time.Duration) float64 {
			if at > time.Minute {
				return 2.5
			}
			return 1
		}, 0.1}, stepFast, 0.01},
		{"a load that goes", machine{milliseconds(0, 14, 7, 2), func(at time.Duration) float64 {
			if at < time.Minute {
				return 2.5
			}
			return 1
		}, 0.1}, stepBalanced, 0.01},
		{"a heavy load that goes", machine{milliseconds(0, 14, 9, 2), func(at time.Duration) float64 {
			if at > time.Minute && at < 2*time.Minute {
				return 6
			}
			return 1
		}, 0.1}, stepBalanced, 0.01},
	} {
		t.Run(test.name, func(t *testing.T) {
			for seed := range uint64(5) {
				got := test.machine.stream(test.machine.governed(threeSteps), 6*time.Minute, rand.New(rand.NewPCG(seed, 1)))
				if share := float64(got.late) / float64(got.frames); share > test.late {
					t.Errorf("seed %d: %d of %d frames are late", seed, got.late, got.frames)
				}
				if got.last != test.last {
					t.Errorf("seed %d: ends at step %d, want %d; frames of each %v", seed, got.last, test.last, got.used)
				}
				if most := got.mostWithin(time.Minute); most > mostChanges {
					t.Errorf("seed %d: %d changes within a minute: %v", seed, most, got.changes)
				}
			}
		})
	}
}

// Whatever the machine does: this is what keeps a picture from pumping.
func TestGovernorNeverOscillates(t *testing.T) {
	for _, each := range []time.Duration{time.Second, 3 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 45 * time.Second} {
		for _, load := range []float64{1.2, 2, 4, 8} {
			for _, noise := range []float64{0, 0.2, 0.6} {
				for _, available := range [][stepCount]bool{threeSteps, fourSteps, {true, true, true, true, false}, {true, true, true, true, true}} {
					m := machine{[stepCount]time.Duration{40e6, 18e6, 8e6, 6e6, 4e6}, comesAndGoes(load, each), noise}
					got := m.stream(m.governed(available), 5*time.Minute, rand.New(rand.NewPCG(uint64(load*10), 2)))
					if most := got.mostWithin(time.Minute); most > mostChanges {
						t.Errorf("a load of %v each %v, noise %v: %d changes within a minute", load, each, noise, most)
					}
				}
			}
		}
	}
}

func TestWithoutADeadlineNothingDegrades(t *testing.T) {
	m := machine{[stepCount]time.Duration{0, 400e6, 200e6, 10e6}, steady(1), 0.1}
	g := m.governed(threeSteps)
	g.live = false
	for at := time.Duration(0); at < time.Minute; at += 400 * time.Millisecond {
		turn := g.decide(situation{now: at, running: at / 12, period: period, budget: 0.8})
		if turn.step != stepBalanced || turn.changed {
			t.Fatalf("at %v step %d, changed %v", at, turn.step, turn.changed)
		}
		g.measured(turn.step, 400*time.Millisecond, 1, at)
		g.heard(at, at/12, -time.Second) // a sink that does not wait finds nothing late
	}
}

// Without a deadline quality is for what it keeps up with.
func TestWithoutADeadlineQualityKeepsUpOrIsNotTaken(t *testing.T) {
	for _, test := range []struct {
		name      string
		quality   time.Duration
		available [stepCount]bool
		period    time.Duration
		want      step
	}{
		{"it keeps up", 20e6, [stepCount]bool{true, true, true, true, true}, period, stepQuality},
		{"it does not", 60e6, [stepCount]bool{true, true, true, true, true}, period, stepBalanced},
		{"without balanced", 60e6, [stepCount]bool{true, false, true, true, true}, period, stepFast},
		{"without another generator", 60e6, [stepCount]bool{true, false, false, true, true}, period, stepQuality},
		{"a still picture", 60e6, [stepCount]bool{true, true, true, true, true}, 0, stepQuality},
	} {
		m := machine{[stepCount]time.Duration{test.quality, 50e6, 45e6, 10e6}, steady(1), 0}
		g := m.governed(test.available)
		g.live = false
		for at := range 60 {
			now := time.Duration(at) * 100 * time.Millisecond
			turn := g.decide(situation{now: now, running: time.Duration(at) * test.period, period: test.period, budget: 0.8})
			if turn.step != test.want || turn.changed {
				t.Fatalf("%s: frame %d is made with step %d, changed %v; want %d", test.name, at, turn.step, turn.changed, test.want)
			}
			g.measured(turn.step, 3*m.idle[turn.step]/2, 1, now)
		}
	}
}

func TestALateFrameDownstream(t *testing.T) {
	fresh := func() *governor {
		m := machine{[stepCount]time.Duration{0, 5e6, 3e6, 1e6}, steady(1), 0}
		g := m.governed(threeSteps)
		g.live = false
		for at := time.Duration(0); at < time.Second; at += period {
			g.measured(g.decide(situation{now: at, running: at, period: period, budget: 0.8}).step, 5*time.Millisecond, 1, at)
		}
		return g
	}
	for _, test := range []struct {
		name string
		late []time.Duration // of frames one after another
		want step
	}{
		{"one alone", []time.Duration{50 * time.Millisecond}, stepBalanced},
		{"early", []time.Duration{-time.Millisecond, -time.Millisecond, -time.Millisecond}, stepBalanced},
		{"within what a sink allows", []time.Duration{4 * time.Millisecond, 4 * time.Millisecond, 4 * time.Millisecond}, stepBalanced},
		{"two", []time.Duration{50 * time.Millisecond, 80 * time.Millisecond}, stepFast},
		{"many", []time.Duration{50e6, 50e6, 50e6, 50e6, 50e6}, stepFast},
	} {
		g := fresh()
		at := time.Second
		for _, late := range test.late {
			g.heard(at, at, late)
			at += period
		}
		if turn := g.decide(situation{now: at, running: at, period: period, budget: 0.8}); turn.step != test.want {
			t.Errorf("%s: step %d, want %d", test.name, turn.step, test.want)
		}
	}
	g := fresh()
	for at := time.Second; at < 3*time.Second; at += period {
		g.heard(at, at, 100*time.Millisecond)
		if g.hopeless() && g.current != stepLanczos {
			t.Fatalf("at %v frames would be left out, although step %d can be left", at, g.current)
		}
		g.decide(situation{now: at, running: at, period: period, budget: 0.8})
	}
	if g.current != stepLanczos || !g.hopeless() {
		t.Errorf("after two seconds of late frames: step %d, hopeless %v", g.current, g.hopeless())
	}
	if changes := g.changes; changes != 2 {
		t.Errorf("%d changes, want one to fast and one to lanczos", changes)
	}
}

func TestAFixedTierStays(t *testing.T) {
	m := machine{[stepCount]time.Duration{0, 100e6, 50e6, 2e6}, steady(1), 0}
	for s := range stepLinear {
		var only [stepCount]bool
		only[s] = true
		if got := m.stream(m.governed(only), 20*time.Second, rand.New(rand.NewPCG(3, 4))); got.used[s] != got.frames || len(got.changes) != 0 {
			t.Errorf("step %d alone: %v", s, got.used)
		}
	}
}

func TestAStepUpFadesIn(t *testing.T) {
	m := machine{[stepCount]time.Duration{0, 12e6, 6e6, 2e6}, func(at time.Duration) float64 {
		if at < 10*time.Second {
			return 3
		}
		return 1
	}, 0}
	g := m.governed(threeSteps)
	random := rand.New(rand.NewPCG(5, 6))
	m.stream(g, 10*time.Second, random)
	if g.current == stepBalanced {
		t.Fatal("it never went down")
	}
	var weights []float64
	for at := 10 * time.Second; len(weights) < 12 && at < 2*time.Minute; at += period {
		turn := g.decide(situation{now: at, running: at, period: period, budget: 0.8})
		g.measured(turn.step, m.idle[turn.step], 1, at)
		if turn.changed || len(weights) > 0 {
			weights = append(weights, turn.weight)
			if turn.weight < 1 && turn.under <= turn.step {
				t.Errorf("step %d fades in over step %d", turn.step, turn.under)
			}
		}
	}
	if len(weights) == 0 || weights[0] >= 0.2 {
		t.Fatalf("the weights of the better step from its first frame on: %v", weights)
	}
	for i := 1; i < len(weights); i++ {
		if weights[i] < weights[i-1] || weights[i]-weights[i-1] > 0.2 {
			t.Errorf("the picture jumps: %v", weights)
		}
	}
	if weights[len(weights)-1] != 1 {
		t.Errorf("the fade does not end: %v", weights)
	}
}

// With no time for two steps at once, a change waits for a cut.
func TestAStepUpWithoutTimeForAFade(t *testing.T) {
	for _, test := range []struct {
		name        string
		cut         time.Duration // 0: none
		least, most time.Duration // when the better step is taken, after the load has gone
	}{
		{"at a cut", 5 * time.Second, 5 * time.Second, 5*time.Second + period},
		{"without one", 0, firstHold + cutWithin, firstHold + cutWithin + time.Second},
	} {
		m := machine{[stepCount]time.Duration{0, 19e6, 14e6, 2e6}, steady(1), 0}
		g := m.governed([stepCount]bool{stepBalanced: true, stepFast: true})
		g.decide(situation{period: period, budget: 0.8})
		g.change(stepFast, situation{})
		taken := time.Duration(0)
		for at := period; taken == 0 && at < time.Minute; at += period {
			cut := test.cut > 0 && at >= test.cut && g.seeksCut(at)
			turn := g.decide(situation{now: at, running: at, period: period, budget: 0.8, cut: cut})
			g.measured(turn.step, m.idle[turn.step], 1, at)
			if turn.changed {
				taken = at
				if turn.weight != 1 {
					t.Errorf("%s: it fades", test.name)
				}
			}
		}
		if taken < test.least || taken > test.most {
			t.Errorf("%s: taken after %v, want %v to %v", test.name, taken, test.least, test.most)
		}
	}
}

func TestAnotherSizeIsKnownBeforeItsFirstFrame(t *testing.T) {
	small, large := frameSize{320, 180, 2}, frameSize{1280, 720, 2}
	m := machine{[stepCount]time.Duration{0, 3e6, 1500e3, 500e3}, steady(1), 0}
	g := &governor{available: threeSteps}
	g.begin(0)
	g.live = true
	for s := range stepLanczos {
		g.costs.calibrate(s, small, m.idle[s])
	}
	at := time.Duration(0)
	play := func(size frameSize, times float64, frames int) (first, last step) {
		g.resize(size)
		for i := range frames {
			turn := g.decide(situation{now: at, running: at, period: period, budget: 0.8})
			if i == 0 {
				first = turn.step
			}
			g.measured(turn.step, time.Duration(times*float64(m.idle[turn.step])), 1, at)
			at += period
			last = turn.step
		}
		return first, last
	}
	if first, last := play(small, 1, 30); first != stepBalanced || last != stepBalanced {
		t.Errorf("small: from step %d to %d", first, last)
	}
	if first, last := play(large, 16, 30); first != stepFast || last != stepFast {
		t.Errorf("large: from step %d to %d: balanced takes 48 ms there", first, last)
	}
	if first, _ := play(small, 1, 30); first != stepBalanced {
		t.Errorf("back to small: step %d", first)
	}
	if first, _ := play(large, 16, 1); first != stepFast {
		t.Errorf("back to large: step %d", first)
	}
}

func TestDecidingAllocatesNothing(t *testing.T) {
	m := machine{[stepCount]time.Duration{0, 8e6, 4e6, 1e6}, steady(1), 0}
	g := m.governed(threeSteps)
	at := time.Duration(0)
	if n := testing.AllocsPerRun(100, func() {
		at += period
		turn := g.decide(situation{now: at, running: at, period: period, budget: 0.8})
		g.measured(turn.step, m.idle[turn.step], 1, at)
	}); n != 0 {
		t.Errorf("a frame's decision allocates %v times", n)
	}
}

func TestPace(t *testing.T) {
	for _, test := range []struct {
		name                   string
		numerator, denominator int
		between                []time.Duration
		want                   time.Duration
	}{
		{"of the caps", 30, 1, nil, 33333333},
		{"of the caps, whatever the timestamps", 25, 1, []time.Duration{80e6, 80e6}, 40e6},
		{"one frame and no rate", 0, 1, nil, 0},
		{"of the timestamps", 0, 1, []time.Duration{40e6, 40e6, 40e6}, 40e6},
		{"a pause does not count", 0, 1, []time.Duration{40e6, 5e9, 40e6}, 40e6},
		{"nor do two frames of one time", 0, 1, []time.Duration{40e6, 0, 40e6}, 40e6},
	} {
		var p pace
		p.negotiated(test.numerator, test.denominator)
		at := time.Duration(0)
		got := p.next(at, true)
		for _, between := range test.between {
			at += between
			got = p.next(at, true)
		}
		if got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// Where even Lanczos is too slow, frames are enlarged linearly, and by Lanczos again
// when there is time: the pauses get longer, so that it goes back and forth but a few times.
func TestLinearWhereLanczosIsLate(t *testing.T) {
	busy := machine{[stepCount]time.Duration{0, 300e6, 150e6, 31e6, 19e6}, steady(1), 0.05}
	g := busy.governed(fourSteps)
	got := busy.stream(g, 2*time.Minute, rand.New(rand.NewPCG(7, 8)))
	if got.last != stepLinear || got.late > got.frames/100 {
		t.Errorf("ends at step %d, want %d; %d of %d frames are late", got.last, stepLinear, got.late, got.frames)
	}
	idle := busy
	idle.load = steady(0.5)
	if got := idle.stream(g, 2*time.Minute, rand.New(rand.NewPCG(9, 10))); got.last != stepLanczos || got.late > 0 {
		t.Errorf("with the load gone, it ends at step %d, want %d; %d frames are late", got.last, stepLanczos, got.late)
	}
}

// The fourth change within a minute goes to where no fifth can be needed.
func TestTheLastChangeThatThereMayBe(t *testing.T) {
	m := machine{[stepCount]time.Duration{20e6, 15e6, 10e6, 5e6, 3e6}, steady(1), 0}
	g := m.governed([stepCount]bool{true, true, true, true, true})
	g.decide(situation{period: period, budget: 0.8})
	at := period
	for _, to := range []step{stepBalanced, stepQuality, stepBalanced} {
		g.change(to, situation{now: at, running: at, period: period, budget: 0.8})
		at += period
	}
	at += settling
	for range 2 {
		g.heard(at, at, 100*time.Millisecond)
	}
	if turn := g.decide(situation{now: at, running: at, period: period, budget: 0.8}); turn.step != stepLinear {
		t.Errorf("step %d, want %d", turn.step, stepLinear)
	}
}
