package element_test

import (
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gst-superres/element/internal/harness"
)

const smallCaps = "video/x-raw,format=I420,width=64,height=48,framerate=30/1"

func open(t *testing.T, properties, caps string) *harness.Harness {
	t.Helper()
	h, err := harness.New(properties, caps)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

func frames(t *testing.T, h *harness.Harness, from, to int) {
	t.Helper()
	for number := from; number < to; number++ {
		if flow := h.Frame(number); flow != harness.OK {
			t.Fatalf("frame %d: flow %d", number, flow)
		}
	}
}

// stat returns one entry of the property stats.
func stat(t *testing.T, h *harness.Harness, name string) string {
	t.Helper()
	stats := h.Property("stats")
	found := regexp.MustCompile(`\b` + name + `=\(\w+\)([^,;]*)`).FindStringSubmatch(stats)
	if found == nil {
		t.Fatalf("there is no %s in %s", name, stats)
	}
	return strings.Trim(found[1], `"`)
}

func one(t *testing.T, messages []string, kind, text string) {
	t.Helper()
	messages = slices.DeleteFunc(messages, func(message string) bool { return strings.HasPrefix(message, "latency: ") })
	if len(messages) != 1 || !strings.HasPrefix(messages[0], kind+": ") || !strings.Contains(messages[0], text) {
		t.Errorf("messages %q, want one %s with %q", messages, kind, text)
	}
}

func TestPropertiesAreReadAsTheyWereSet(t *testing.T) {
	h := open(t, "tier=lanczos", smallCaps)
	for _, property := range [][2]string{
		{"tier", "fast"}, {"look", "crisp"}, {"scale", "1"}, {"strength", "0.25"}, {"damage", "clean"}, {"compare", "true"},
		{"divider", "0.75"}, {"reuse", "false"}, {"reuse-threshold", "3"}, {"budget", "0.5"}, {"model", "a/model.onnx"},
		{"threads", "2"}, {"provider", "webgpu"},
	} {
		h.Set(property[0], property[1])
		if got := h.Property(property[0]); got != property[1] {
			t.Errorf("%s is %q, set to %q", property[0], got, property[1])
		}
	}
	for name, unset := range map[string]string{"model": "", "provider": "auto"} {
		if h.Set(name, ""); h.Property(name) != unset {
			t.Errorf("%s is %q after it was set to nothing, want %q", name, h.Property(name), unset)
		}
	}
}

// Flushes begin while a frame is at any place of its way. Whatever they interrupt,
// a frame that is pushed when none is under way comes out.
func TestAnInterruptionEndsWithItsFlush(t *testing.T) {
	for _, test := range []struct {
		name, caps string
		flushes    int
	}{
		{"between runs", smallCaps, 300},
		{"within a run", "video/x-raw,format=I420,width=964,height=544,framerate=30/1", 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := open(t, "tier=fast", test.caps)
			frames(t, h, 0, 1)
			var pushing sync.Mutex // held for a frame, and for the end of a flush
			var flushing sync.RWMutex
			begun := make(chan struct{}, 1) // a frame that may be interrupted
			done := make(chan struct{})
			go func() {
				defer close(done)
				for range test.flushes {
					<-begun
					flushing.Lock()
					h.FlushStart()
					pushing.Lock()
					h.FlushStop()
					flushing.Unlock()
					pushing.Unlock()
				}
			}()
			interrupted := 0
			for number := 1; ; number++ {
				pushing.Lock()
				if !flushing.TryRLock() { // a flush is under way
					pushing.Unlock()
					runtime.Gosched()
					continue
				}
				disturbed := number%2 == 1
				if disturbed {
					flushing.RUnlock() // one may begin at any time
					select {
					case begun <- struct{}{}:
					default:
					}
				}
				flow := h.Frame(number)
				if !disturbed {
					flushing.RUnlock()
				}
				pushing.Unlock()
				switch {
				case flow == harness.OK:
				case disturbed && flow == harness.Flushing:
					interrupted++
				default:
					t.Fatalf("frame %d (a flush may have begun: %v): flow %d", number, disturbed, flow)
				}
				select {
				case <-done:
					if interrupted == 0 {
						t.Errorf("%d flushes interrupted none of %d frames", test.flushes, number)
					}
					frames(t, h, number+1, number+3)
					return
				default:
				}
			}
		})
	}
}

func TestTooShortABufferIsAnError(t *testing.T) {
	h := open(t, "tier=lanczos", smallCaps)
	said := h.Messages(func() {
		if flow := h.Bytes(7); flow != harness.Error {
			t.Errorf("flow %d", flow)
		}
	})
	one(t, said, "error", "could not be read")
}

// A sink finds every frame late: one quicker tier after the other is taken, and
// frames are left out only with the last one.
func TestLateFramesAreMadeByQuickerTiers(t *testing.T) {
	// With a second for each frame, no tier is too slow by itself.
	h := open(t, "", strings.Replace(smallCaps, "30/1", "1/1", 1))
	var tiers []string
	said := h.Messages(func() {
		for number, deadline := 0, time.Now().Add(time.Minute); time.Now().Before(deadline); number++ {
			if flow := h.Frame(number); flow != harness.OK {
				t.Fatalf("frame %d: flow %d", number, flow)
			}
			if tier := stat(t, h, "tier"); !slices.Contains(tiers, tier) {
				tiers = append(tiers, tier)
			}
			if stat(t, h, "dropped") != "0" {
				return
			}
			h.Late(number, 40*time.Millisecond)
		}
		t.Error("no frame was left out")
	})
	if !slices.Equal(tiers, []string{"quality", "balanced", "fast", "lanczos", "linear"}) {
		t.Errorf("tiers %q", tiers)
	}
	changes := 0
	for _, message := range said {
		if strings.HasPrefix(message, "qos: ") {
			changes++
		}
	}
	if changes < 4 || stat(t, h, "tier-changes") != "4" {
		t.Errorf("messages %q and %s changes", said, stat(t, h, "tier-changes"))
	}
}

// The element's own latency goes in steps of 5 ms, to that of a frame's duration.
func TestLatencyIsThatOfUpstreamAndTheElementsOwn(t *testing.T) {
	h := open(t, "tier=balanced", smallCaps)
	const upstream = 20 * time.Millisecond
	frames(t, h, 0, 1)
	h.Latency(upstream)
	frames(t, h, 1, 40)
	own := h.Latency(upstream) - upstream
	if own <= 0 || own > 35*time.Millisecond || own%(5*time.Millisecond) != 0 {
		t.Errorf("the element's latency is %v", own)
	}
}

func TestPointersAreWhereThePictureIs(t *testing.T) {
	h := open(t, "tier=lanczos", smallCaps)
	frames(t, h, 0, 1)
	x, y, arrived := h.Navigate(100, 31)
	if !arrived || x != 50 || y != 15.5 {
		t.Errorf("100, 31 is %v, %v on the incoming picture (arrived: %v)", x, y, arrived)
	}
}

func TestDamageThatIsToldIsNotMeasured(t *testing.T) {
	h := open(t, "tier=balanced damage=clean", smallCaps)
	frames(t, h, 0, 2)
	if stat(t, h, "damage") != "clean" || !strings.HasPrefix(stat(t, h, "damage-score"), "-1") {
		t.Errorf("stats %s", h.Property("stats"))
	}
}

func TestARepairGoesAsFarAsTheDamage(t *testing.T) {
	h := open(t, "scale=1 tier=balanced", smallCaps)
	frames(t, h, 0, 5)
	if score := stat(t, h, "damage-score"); strings.HasPrefix(score, "-") {
		t.Errorf("the damage was not measured: %s", h.Property("stats"))
	}
}

func TestAProviderThatIsNotOffered(t *testing.T) {
	h := open(t, "tier=fast", smallCaps)
	h.Set("provider", "cuda")
	said := h.Messages(func() {
		if !h.Restart() {
			t.Error("the element does not reach PAUSED")
		}
	})
	one(t, said, "warning", "The generator runs on the CPU")
	if stat(t, h, "provider") != "cpu" {
		t.Errorf("stats %s", h.Property("stats"))
	}
}

func TestModelsThatAreNone(t *testing.T) {
	h := open(t, "tier=fast", smallCaps)
	for path, text := range map[string]string{
		"/nowhere/absent.onnx":            "/nowhere/absent.onnx",
		"events_test.go":                  "not an ONNX file",
		"../model/testdata/rank-3.onnx":   "tensor contract",
		"../model/testdata/turn.onnx":     "scale",
		"../model/testdata":               "testdata",
		"../model/testdata/../../element": "element",
	} {
		h.Set("model", path)
		said := h.Messages(func() {
			if h.Restart() {
				t.Errorf("%s: the element reaches PAUSED", path)
			}
		})
		one(t, said, "error", text)
	}
}

// A size that downstream does not take is not changed to, and the property goes back.
func TestAScaleThatDownstreamDoesNotTake(t *testing.T) {
	h := open(t, "tier=lanczos", smallCaps)
	h.TakeOnly("video/x-raw,format=I420,width=128,height=96")
	frames(t, h, 0, 1)
	said := h.Messages(func() {
		h.Set("scale", "1")
		for number := 1; h.Property("scale") != "2"; number++ {
			if flow := h.Frame(number); flow != harness.OK {
				t.Fatalf("frame %d: flow %d", number, flow)
			}
		}
		h.Restart() // waits for the change to be over
	})
	one(t, said, "warning", "do not take it")
}

// While playing, looks, tiers, scales and depths are changed without a frame lost.
func TestChangesBetweenFrames(t *testing.T) {
	h := open(t, "tier=balanced", smallCaps)
	for _, change := range []struct{ property, value, stat, want string }{
		{"look", "crisp", "look", "crisp"},
		{"look", "faithful", "look", "faithful"},
		{"tier", "fast", "tier", "fast"},
		{"tier", "lanczos", "tier", "lanczos"},
	} {
		h.Set(change.property, change.value)
		for number := 0; stat(t, h, change.stat) != change.want; number++ {
			if number == 100000 {
				t.Fatalf("%s is not taken up: %s", change.property, h.Property("stats"))
			}
			frames(t, h, number, number+1)
		}
	}
	h.Set("tier", "balanced")
	for number, caps := range []string{
		strings.Replace(smallCaps, "I420", "P010_10LE", 1), strings.Replace(smallCaps, "I420", "Y42B", 1),
		strings.Replace(smallCaps, "64", "33", 1), smallCaps,
	} {
		h.SetCaps(caps)
		frames(t, h, number, number+1)
	}
}

// Everything that other threads may do while frames are pushed.
func TestEverythingAtOnce(t *testing.T) {
	h := open(t, "tier=fast", smallCaps)
	values := map[string][]string{
		"tier": {"balanced", "lanczos", "fast", "auto"}, "look": {"crisp", "faithful"}, "damage": {"clean", "auto"},
		"strength": {"0.3", "1", "0"}, "reuse": {"false", "true"}, "compare": {"true", "false"}, "budget": {"0.2", "0.8"},
	}
	var others sync.WaitGroup
	stop := make(chan struct{})
	beside := func(act func(turn int)) {
		others.Add(1)
		go func() {
			defer others.Done()
			for turn := 0; ; turn++ {
				select {
				case <-stop:
					return
				default:
					act(turn)
				}
			}
		}()
	}
	for name, of := range values {
		beside(func(turn int) { h.Set(name, of[turn%len(of)]) })
	}
	beside(func(turn int) { h.Late(turn, 40*time.Millisecond) })
	beside(func(int) { h.Property("stats") })
	beside(func(int) { h.Latency(20 * time.Millisecond) })
	beside(func(int) { h.Navigate(3, 4) })
	for number := range 150 {
		if flow := h.Frame(number); flow != harness.OK {
			t.Errorf("frame %d: flow %d", number, flow)
		}
	}
	close(stop)
	others.Wait()
}
