package model

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestSplitRowsCoversTheGridAwayFromCuts(t *testing.T) {
	for _, context := range []int{0, 1, 6, 40} {
		for _, width := range []int{1, 960, 2048, 40_000, 2 * largestWindow} {
			for _, height := range []int{1, 2, 3, 13, 14, 540, 541, 1024, 1025, 2047, 2048, 3001} {
				t.Run(fmt.Sprintf("context-%d/%dx%d", context, width, height), func(t *testing.T) {
					checkWindows(t, height, width, context)
				})
			}
		}
	}
}

func checkWindows(t *testing.T, height, width, context int) {
	windows, rows := splitRows(height, width, context)
	next := 0
	for i, w := range windows {
		last := w.first + rows
		if w.from != next || w.to <= w.from {
			t.Errorf("window %d: got rows %d..%d, want them from %d on", i, w.from, w.to, next)
		}
		if w.first < 0 || last > height {
			t.Errorf("window %d: got tensor rows %d..%d of %d", i, w.first, last, height)
		}
		if w.first > 0 && w.from < w.first+context || last < height && w.to > last-context {
			t.Errorf("window %d: got rows %d..%d of tensor rows %d..%d, nearer to a cut than %d", i, w.from, w.to, w.first, last, context)
		}
		next = w.to
	}
	if next != height {
		t.Errorf("got rows up to %d, want %d", next, height)
	}
	if largest := max(largestWindow, 10*context*width, width); rows*width > largest {
		t.Errorf("got windows of %d positions, want at most %d", rows*width, largest)
	}
}

func TestSplitRowsKeepsPicturesOfUnknownContextWhole(t *testing.T) {
	windows, rows := splitRows(2048, 2048, -1)
	if len(windows) != 1 || rows != 2048 {
		t.Errorf("got %d windows of %d rows, want 1 of 2048", len(windows), rows)
	}
}

// The same picture through in windows and whole: not a bit differs.
func TestUpscaleInWindowsEqualsWhole(t *testing.T) {
	for _, test := range []struct {
		graph         string
		pictures      func(random *rand.Rand, format Format, width, height int) (dst, src *guarded)
		width, height int
	}{
		{"convolve", pictures, 2400, 1201},
		{"convolve", pictures, 4096, 1024},
		{"convolve-restore", samePictures, 2401, 1201},
	} {
		t.Run(fmt.Sprintf("%s/%dx%d", test.graph, test.width, test.height), func(t *testing.T) {
			whole, split := open(t, graph(t, test.graph), 2), open(t, graph(t, test.graph), 2)
			whole.context = -1
			random := rand.New(rand.NewPCG(19, 20))
			want, src := test.pictures(random, NV12, test.width, test.height)
			got, _ := test.pictures(random, NV12, test.width, test.height)
			upscale(t, whole, want.Picture, src.Picture)
			upscale(t, split, got.Picture, src.Picture)
			if len(whole.windows) != 1 || len(split.windows) < 2 {
				t.Fatalf("got %d windows whole and %d split, want 1 and more", len(whole.windows), len(split.windows))
			}
			if where := difference(got.Picture, want.Picture); where != "" {
				t.Error(where)
			}
		})
	}
}

// What a generator says of its context is true: the middle row of a window that
// is no larger comes out as it does from the whole grid.
func TestBuiltinGeneratorsKeepToTheirRowsOfContext(t *testing.T) {
	eachKey(t, func(t *testing.T, key Key) {
		if !Available(key) {
			return
		}
		onnx, err := Builtin(key)
		if err != nil {
			t.Fatal(err)
		}
		g := open(t, onnx, 2)
		if g.context < 0 {
			t.Skipf("the built-in generator %v does not say its %q: ship one that does to test this", key, contextKey)
		}
		checkContext(t, g.session, g.context)
	})
}

func TestContextOfTestGraphIsAsSmallAsItSays(t *testing.T) {
	g := open(t, graph(t, "convolve"), 1)
	if g.context != 2 {
		t.Errorf("got %d rows of context, want 2", g.context)
	}
	checkContext(t, g.session, g.context)
}

func checkContext(t *testing.T, s *session, context int) {
	t.Helper()
	const width = 24
	run := func(input []byte) []byte {
		if err := s.bind(len(input)/width/inputChannels, width); err != nil {
			t.Fatal(err)
		}
		if s.contract.inputs == alignedChannels {
			input = align(input)
		}
		copy(s.input.bytes, input)
		if err := s.run(); err != nil {
			t.Fatal(err)
		}
		return bytes.Clone(s.output.bytes)
	}
	height, rows := 4*context+3, 2*context+1
	whole := make([]byte, height*width*inputChannels)
	fill(rand.New(rand.NewPCG(21, 22)), whole, 0, 255)
	want := run(whole)
	for first := range height - rows + 1 {
		got := run(whole[first*width*inputChannels : (first+rows)*width*inputChannels])
		row := func(tensor []byte, y int) []byte {
			return tensor[y*width*s.contract.channels : (y+1)*width*s.contract.channels]
		}
		if where := tensorDifference(row(got, context), row(want, first+context), width, s.contract.channels); where != "" {
			t.Errorf("row %d of the grid from a window of %d rows: %s", first+context, rows, where)
		}
	}
}
