package model

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// providerVariable names the execution provider of the tests and benchmarks that
// are for whichever one there is.
const providerVariable = "SUPERRES_TEST_PROVIDER"

func TestTheProcessorIsTheFirstProvider(t *testing.T) {
	if got := Providers(); got[0] != ProviderCPU {
		t.Errorf("got %v, want %s first", got, ProviderCPU)
	}
}

func TestEachNameOfTheProcessorIsTheProcessor(t *testing.T) {
	for _, name := range []string{"", ProviderAuto, ProviderCPU} {
		g, err := Open(graph(t, "nearest"), "nearest", Options{Threads: 1, Provider: name})
		if err != nil {
			t.Fatal(err)
		}
		defer g.Close()
		if got := g.Provider(); got != ProviderCPU {
			t.Errorf("provider %q: got %q, want %q", name, got, ProviderCPU)
		}
	}
}

// Which providers there are depends on the library that is loaded; those that it
// lacks are refused with the names of those that it has.
func TestAProviderThatIsNotOffered(t *testing.T) {
	offered := Providers()
	for _, p := range providers {
		if slices.Contains(offered, p.name) {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			_, err := Open(graph(t, "nearest"), "nearest", Options{Threads: 1, Provider: p.name})
			checkError(t, err, ProviderMissing, fmt.Sprintf("%q", p.name), "offers "+strings.Join(offered, ", "), RuntimeVariable, runtimePath())
		})
	}
}

func TestAProviderThatNobodyKnows(t *testing.T) {
	for _, name := range []string{"nonsense", "CPU", " cpu", "webgpu\x00"} {
		_, err := Open(graph(t, "nearest"), "nearest", Options{Threads: 1, Provider: name})
		checkError(t, err, ProviderMissing, fmt.Sprintf("%q", name), "webgpu", "offers: cpu")
	}
}

func TestTwinsAreForProvidersWithoutEightBitKernels(t *testing.T) {
	for name, want := range map[string]bool{"webgpu": true, "cuda": true, ProviderCPU: false, ProviderAuto: false, "": false, "nonsense": false} {
		if got := UsesTwin(name); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

func TestLibrariesThatUnwindInAnothersPlace(t *testing.T) {
	const line = "7f0000000000-7f0000001000 r-xp 00000000 fe:00 77 /lib/x86_64-linux-gnu/"
	for library, want := range map[string]bool{"libunwind.so.8": true, "libunwind.so.8.0.1": true, "libgcc_s.so.1": false, "libunwind-x86_64.so.8": false} {
		if got := unwindsForeign(line + library + "\n"); got != want {
			t.Errorf("%s: got %v, want %v", library, got, want)
		}
	}
}

func TestEveryTwinOpensAndIsAnotherGraph(t *testing.T) {
	eachKey(t, func(t *testing.T, key Key) {
		twin, err := Twin(key)
		if !Available(key) {
			checkError(t, err, NotFound, key.String())
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if own, _ := Builtin(key); bytes.Equal(twin, own) {
			t.Error("no float32 twin is built in")
		}
		open(t, twin, 1)
	})
}

// lose makes the provider of a generator fail from now on.
func lose(g *Generator) { g.session.caller.spoil() }

// onProvider opens a graph as one on another provider is, with the spare.
func onProvider(t *testing.T, onnx, spare []byte, lost func(error)) *Generator {
	t.Helper()
	p := &provider{name: "under test"}
	opened, err := openSpare(Options{Spare: spare}, p, contract{inputChannels, doubledChannels, 8}, 2)
	if err != nil {
		t.Fatal(err)
	}
	g := open(t, onnx, 2)
	g.fallback = newFallback(p, opened, lost)
	return g
}

// A provider that fails costs no frame: the one that it fails on is the spare's.
func TestAProviderThatFailsInTheMiddle(t *testing.T) {
	onnx := graph(t, "nearest")
	var told []error
	g := onProvider(t, onnx, onnx, func(err error) { told = append(told, err) })
	for _, size := range [][2]int{{64, 48}, {64, 48}, {33, 17}} {
		dst, src := pictures(rand.New(rand.NewPCG(51, 52)), I420, size[0], size[1])
		want, _ := pictures(rand.New(rand.NewPCG(51, 52)), I420, size[0], size[1])
		repeatPixels(want.Picture, src.Picture)
		upscale(t, g, dst.Picture, src.Picture)
		if g.provider == "under test" {
			lose(g)
			upscale(t, g, dst.Picture, src.Picture)
		}
		if difference := difference(dst.Picture, want.Picture); difference != "" {
			t.Errorf("%v: %s", size, difference)
		}
	}
	if got := g.Provider(); got != ProviderCPU {
		t.Errorf("got provider %q after the failure, want %q", got, ProviderCPU)
	}
	if g.wholeFrames {
		t.Error("the processor is asked for whole frames")
	}
	if len(told) != 1 {
		t.Fatalf("told %v, want one failure", told)
	}
	checkError(t, told[0], ProviderFailed, "under test")
}

// An interruption may come while the spare takes over. The race detector sees to
// the rest.
func TestAnInterruptionOfAProviderThatFails(t *testing.T) {
	for range 20 {
		onnx := graph(t, "nearest")
		g := onProvider(t, onnx, onnx, func(error) {})
		dst, src := pictures(rand.New(rand.NewPCG(55, 56)), I420, 64, 48)
		upscale(t, g, dst.Picture, src.Picture)
		lose(g)
		done := make(chan error)
		go func() { done <- g.Upscale(dst.Picture, src.Picture) }()
		g.Interrupt()
		if err := <-done; err != nil {
			checkError(t, err, Interrupted)
		}
		g.Resume()
		upscale(t, g, dst.Picture, src.Picture)
	}
}

func TestAProviderThatFailsWithoutASpare(t *testing.T) {
	g := onProvider(t, graph(t, "nearest"), nil, nil)
	dst, src := pictures(rand.New(rand.NewPCG(53, 54)), NV12, 64, 48)
	upscale(t, g, dst.Picture, src.Picture)
	lose(g)
	checkError(t, g.Upscale(dst.Picture, src.Picture), Failed)
}

func TestAProviderThatComputesSomethingElse(t *testing.T) {
	nearest := open(t, graph(t, "nearest"), 1)
	if err := nearest.session.agrees(graph(t, "nearest"), 1); err != nil {
		t.Errorf("got %v from the same graph, want nothing", err)
	}
	if err := nearest.session.agrees(graph(t, "convolve"), 1); err == nil {
		t.Error("got nothing from another graph, want an error")
	}
}

func TestASpareThatDoesNotFit(t *testing.T) {
	for name, kind := range map[string]ErrorKind{"copy": Contract, "rank-3": Contract} {
		_, err := openSpare(Options{Spare: graph(t, name)}, &provider{}, contract{inputChannels, doubledChannels, 8}, 1)
		checkError(t, err, kind)
	}
	_, err := openSpare(Options{Spare: []byte("text")}, &provider{}, contract{inputChannels, doubledChannels, 8}, 1)
	var typed *Error
	if !errors.As(err, &typed) {
		t.Errorf("got %v, want an *Error", err)
	}
}

// BenchmarkProvider compares the providers that the loaded ONNX Runtime offers, each
// with the eight-bit graph and with its float32 twin; or that of the environment
// variable SUPERRES_TEST_PROVIDER with the processor's, if it is set.
func BenchmarkProvider(b *testing.B) {
	names := Providers()
	if name := os.Getenv(providerVariable); name != "" {
		names = []string{ProviderCPU, name}
	}
	key := Key{Scale: 2, Tier: Balanced}
	for _, name := range names {
		for _, twin := range []bool{false, true} {
			read, bits := Builtin, "eight-bit"
			if twin {
				read, bits = Twin, "float32"
			}
			onnx, err := read(key)
			if err != nil {
				b.Fatal(err)
			}
			for _, size := range benchmarkSizes {
				b.Run(fmt.Sprintf("%s/%s/%dx%d", name, bits, size[0], size[1]), func(b *testing.B) {
					g, err := Open(onnx, bits, Options{Threads: runtime.NumCPU(), Provider: name})
					if err != nil {
						b.Skip(err)
					}
					defer g.Close()
					dst, src := pictures(rand.New(rand.NewPCG(55, 56)), I420, size[0], size[1])
					upscale(b, g, dst.Picture, src.Picture)
					b.ResetTimer()
					for range b.N {
						upscale(b, g, dst.Picture, src.Picture)
					}
					seconds := b.Elapsed().Seconds() / float64(b.N)
					b.ReportMetric(1000*seconds, "ms/frame")
					b.ReportMetric(1/seconds, "fps")
				})
			}
		}
	}
}
