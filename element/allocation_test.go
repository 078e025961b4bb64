package element_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"gst-superres/element/internal/harness"
)

// TestMain names ONNX Runtime, which does not lie beside a test's binary.
func TestMain(m *testing.M) {
	const variable = "SUPERRES_ONNXRUNTIME"
	if os.Getenv(variable) == "" {
		library, err := filepath.Abs("../build/libonnxruntime.so.1")
		if err == nil {
			_, err = os.Stat(library)
		}
		if err != nil {
			println("ONNX Runtime is missing:", err.Error()+". Run tools/setup, or name its library in", variable)
			os.Exit(1)
		}
		os.Setenv(variable, library)
	}
	os.Exit(m.Run())
}

// The whole way of a frame is measured: pads, base class, pools, cgo, packing,
// session. Whatever Go allocates in the process counts, on any thread.
func TestNoHeapAllocationPerFrame(t *testing.T) {
	for _, test := range []struct{ name, properties, caps string }{
		{"balanced I420", "tier=balanced", "video/x-raw,format=I420,width=96,height=64,framerate=30/1"},
		{"balanced NV12", "tier=balanced", "video/x-raw,format=NV12,width=97,height=65,framerate=30/1"},
		{"balanced GRAY8", "tier=balanced", "video/x-raw,format=GRAY8,width=96,height=64,framerate=30/1"},
		{"960x540", "tier=fast reuse=false", "video/x-raw,format=I420,width=960,height=540,framerate=30/1"},
		{"larger than a window", "model=../model/testdata/convolve.onnx reuse=false", "video/x-raw,format=NV12,width=2048,height=1153,framerate=30/1"},
		{"lanczos", "tier=lanczos", "video/x-raw,format=I420,width=96,height=64,framerate=30/1"},
		{"half the strength", "strength=0.5", "video/x-raw,format=NV21,width=97,height=65,framerate=30/1"},
		{"compared", "compare=true divider=0.3", "video/x-raw,format=NV12,width=97,height=65,framerate=30/1"},
		{"ten bits", "", "video/x-raw,format=P010_10LE,width=97,height=65,framerate=30/1"},
		{"4:2:2 of ten bits, half the strength", "strength=0.5", "video/x-raw,format=I422_10LE,width=96,height=64,framerate=30/1"},
		{"4:2:2", "", "video/x-raw,format=Y42B,width=97,height=65,framerate=30/1"},
		{"restored", "scale=1 model=../model/testdata/turn.onnx", "video/x-raw,format=I420,width=97,height=65,framerate=30/1"},
		{"restored by half", "scale=1 strength=0.5 model=../model/testdata/turn.onnx", "video/x-raw,format=NV12,width=96,height=64,framerate=30/1"},
		{"copied", "scale=1 tier=lanczos", "video/x-raw,format=YV12,width=97,height=65,framerate=30/1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h, err := harness.New(test.properties, test.caps)
			if err != nil {
				t.Fatal(err)
			}
			defer h.Close()
			warmUp, measured := 20, 400
			if strings.Contains(test.properties, "reuse=false") {
				warmUp, measured = 3, 25 // large frames, all of which is computed
			}
			if n := h.Push(warmUp); n != warmUp {
				t.Fatalf("%d of %d frames came out", n, warmUp)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			n := h.Push(measured)
			runtime.ReadMemStats(&after)
			if n != measured {
				t.Fatalf("%d of %d frames came out", n, measured)
			}
			allocations := after.Mallocs - before.Mallocs
			t.Logf("%d heap allocations in %d frames", allocations, measured)
			// The Go runtime may allocate now and then for itself.
			if int(allocations) > min(20, measured-1) {
				t.Errorf("%d heap allocations in %d frames: there is one on the way of a frame", allocations, measured)
			}
		})
	}
}
