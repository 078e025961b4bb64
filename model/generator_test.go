package model

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
)

// graph returns one of the graphs of testdata/make.py.
func graph(t testing.TB, name string) []byte {
	t.Helper()
	onnx, err := os.ReadFile("testdata/" + name + ".onnx")
	if err != nil {
		t.Fatal(err)
	}
	return onnx
}

// open opens a graph for as long as the test runs.
func open(t testing.TB, onnx []byte, threads int) *Generator {
	t.Helper()
	g, err := Open(onnx, "under test", Options{Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// pictures returns a random source and a destination for its double.
func pictures(random *rand.Rand, format Format, width, height int) (dst, src *guarded) {
	return newGuarded(random, format, 2*width, 2*height, 5, 0, 255), newGuarded(random, format, width, height, 3, 0, 255)
}

// samePictures returns a random source and a destination of its size.
func upscale(t testing.TB, g *Generator, dst, src Picture) {
	t.Helper()
	if err := g.Upscale(dst, src); err != nil {
		t.Fatal(err)
	}
}

// Through a graph that copies channels every pixel comes out four times: planes
// to tensor to session to tensor to planes, for every format and odd sizes.
func TestUpscaleOfNearestGraphRepeatsEveryPixel(t *testing.T) {
	for _, threads := range []int{1, 2, 5} {
		g := open(t, graph(t, "nearest"), threads)
		for _, format := range formats {
			for _, size := range sizes {
				t.Run(fmt.Sprintf("%d-threads/%v/%dx%d", threads, format, size[0], size[1]), func(t *testing.T) {
					random := rand.New(rand.NewPCG(3, 4))
					got, src := pictures(random, format, size[0], size[1])
					want, _ := pictures(random, format, size[0], size[1])
					repeatPixels(want.Picture, src.Picture)
					upscale(t, g, got.Picture, src.Picture)
					if where := difference(got.Picture, want.Picture); where != "" {
						t.Error(where)
					}
					got.checkGuards(t)
					src.checkGuards(t)
				})
			}
		}
	}
}

// Through graphs that copy channels as they are, and turned by half: what comes
// in comes out, at its own place.
// turnBlocks turns each 2x2 block of luma by half, edges repeated, and exchanges
// U and V.
// The largest sizes that the element takes, looked at here and there.
func TestUpscaleOfLargestPictures(t *testing.T) {
	g := open(t, graph(t, "nearest"), 2)
	for _, size := range [][2]int{{4096, 4096}, {4096, 1}, {1, 4096}, {4095, 4095}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			dst, src := pictures(rand.New(rand.NewPCG(23, 24)), I420, size[0], size[1])
			upscale(t, g, dst.Picture, src.Picture)
			for y := 0; y < dst.Height; y += 1 + dst.Height/50 {
				for x := 0; x < dst.Width; x += 1 + dst.Width/50 {
					if got, want := *sample(dst.Picture, luma, x, y), *sample(src.Picture, luma, x/2, y/2); got != want {
						t.Fatalf("x %d, y %d, channel Y: got %d, want %d", x, y, got, want)
					}
				}
			}
		})
	}
}

func repeatPixels(dst, src Picture) {
	for y := range dst.Height {
		for x := range dst.Width {
			*sample(dst, luma, x, y) = *sample(src, luma, x/2, y/2)
		}
	}
	if src.Format == GRAY8 {
		return
	}
	for y := range (dst.Height + 1) / 2 {
		for x := range (dst.Width + 1) / 2 {
			for _, c := range []component{chromaU, chromaV} {
				*sample(dst, c, x, y) = *sample(src, c, x/2, y/2)
			}
		}
	}
}

// A picture of odd size is one of even size with its edge repeated, cropped.
func TestUpscaleOfOddSizeEqualsPaddedPictureCropped(t *testing.T) {
	g := open(t, graph(t, "convolve"), 2)
	random := rand.New(rand.NewPCG(5, 6))
	got, odd := pictures(random, I420, 33, 17)
	whole, even := pictures(random, I420, 34, 18)
	for y := range 18 {
		for x := range 34 {
			*sample(even.Picture, luma, x, y) = *sample(odd.Picture, luma, min(x, 32), min(y, 16))
		}
	}
	for y := range 9 {
		for x := range 17 {
			*sample(even.Picture, chromaU, x, y) = *sample(odd.Picture, chromaU, x, y)
			*sample(even.Picture, chromaV, x, y) = *sample(odd.Picture, chromaV, x, y)
		}
	}
	upscale(t, g, got.Picture, odd.Picture)
	upscale(t, g, whole.Picture, even.Picture)
	whole.Width, whole.Height = 66, 34
	if where := difference(got.Picture, whole.Picture); where != "" {
		t.Error(where)
	}
}

func TestUpscaleAfterSizeSwitchEqualsFreshGenerator(t *testing.T) {
	onnx, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	old := open(t, onnx, 2)
	session := old.session.onnxruntime
	random := rand.New(rand.NewPCG(7, 8))
	for _, size := range [][2]int{{64, 48}, {33, 17}, {1, 1}, {385, 289}, {64, 48}, {48, 64}, {48, 64}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			got, src := pictures(random, NV12, size[0], size[1])
			want, _ := pictures(random, NV12, size[0], size[1])
			upscale(t, old, got.Picture, src.Picture)
			upscale(t, open(t, onnx, 1), want.Picture, src.Picture)
			if where := difference(got.Picture, want.Picture); where != "" {
				t.Error(where)
			}
		})
	}
	if old.session.onnxruntime != session {
		t.Error("the session was opened again")
	}
}

func TestUpscaleAllocatesNothing(t *testing.T) {
	onnx, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	for _, threads := range []int{1, 2} {
		for _, format := range formats {
			t.Run(fmt.Sprintf("%d-threads/%v", threads, format), func(t *testing.T) {
				g := open(t, onnx, threads)
				// Large enough for two bands.
				dst, src := pictures(rand.New(rand.NewPCG(9, 10)), format, 321, 241)
				got := testing.AllocsPerRun(10, func() { upscale(t, g, dst.Picture, src.Picture) })
				if got != 0 {
					t.Errorf("got %v allocations a frame, want 0", got)
				}
			})
		}
	}
}

func TestGeneratorsWorkAtOnce(t *testing.T) {
	onnx := graph(t, "convolve")
	random := rand.New(rand.NewPCG(11, 12))
	want, src := pictures(random, I420, 200, 180)
	upscale(t, open(t, onnx, 1), want.Picture, src.Picture)
	var running sync.WaitGroup
	for range 4 {
		got, _ := pictures(random, I420, 200, 180)
		running.Add(1)
		go func() {
			defer running.Done()
			g, err := Open(onnx, "at once", Options{Threads: 2})
			if err != nil {
				t.Error(err)
				return
			}
			defer g.Close()
			for range 5 {
				if err := g.Upscale(got.Picture, src.Picture); err != nil {
					t.Error(err)
					return
				}
				if where := difference(got.Picture, want.Picture); where != "" {
					t.Error(where)
				}
			}
		}()
	}
	running.Wait()
}

func TestUpscaleRefusesPicturesThatDoNotFit(t *testing.T) {
	g := open(t, graph(t, "nearest"), 1)
	for _, test := range []struct {
		name    string
		change  func(dst, src *Picture)
		mention string
	}{
		{"other format", func(dst, _ *Picture) { dst.Format = YV12 }, "the source is I420, the destination YV12"},
		{"unknown format", func(dst, src *Picture) { dst.Format, src.Format = 9, 9 }, "Format(9)"},
		{"not twice as wide", func(dst, _ *Picture) { dst.Width = 15 }, "the source is 8x6, the destination 15x12"},
		{"not twice as high", func(dst, _ *Picture) { dst.Height = 10 }, "the source is 8x6, the destination 16x10"},
		{"empty", func(_, src *Picture) { src.Width = 0 }, "0x6 is below 1x1"},
		{"negative", func(_, src *Picture) { src.Height = -6 }, "8x-6 is below 1x1"},
		{"stride below the row", func(_, src *Picture) { src.Stride[1] = 3 }, "the stride 3 of its plane 1"},
		{"short plane", func(dst, _ *Picture) { dst.Plane[2] = dst.Plane[2][1:] }, "its plane 2 has 72 bytes"},
		{"no plane", func(_, src *Picture) { src.Plane[0] = nil }, "its plane 0 has 0 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dst, src := pictures(rand.New(rand.NewPCG(13, 14)), I420, 8, 6)
			test.change(&dst.Picture, &src.Picture)
			checkError(t, g.Upscale(dst.Picture, src.Picture), Failed, "under test", test.mention)
			dst.checkGuards(t)
		})
	}
}

func TestClosedGeneratorRefuses(t *testing.T) {
	g := open(t, graph(t, "nearest"), 2)
	dst, src := pictures(rand.New(rand.NewPCG(15, 16)), I420, 4, 4)
	upscale(t, g, dst.Picture, src.Picture)
	for range 2 {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	}
	checkError(t, g.Upscale(dst.Picture, src.Picture), Failed, "closed")
}
