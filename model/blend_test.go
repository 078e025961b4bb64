package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

var strengths = []float64{0, 1.0 / 65536, 0.1, 0.25, 1.0 / 3, 0.5, 0.75, 0.9, 65535.0 / 65536, 1}

// blended is the formula: the strength as it is taken, to 1/65536.
func blended(of, plain byte, strength float64) byte {
	strength = math.Round(strength*65536) / 65536
	return byte(math.Floor(float64(plain) + strength*(float64(of)-float64(plain)) + 0.5))
}

// Every pair of samples, at every place in a word, beside extremes that would
// borrow and carry.
func TestBlendRowEqualsFormulaForEveryPair(t *testing.T) {
	for _, strength := range strengths {
		for of := range 256 {
			for _, other := range []byte{0, 255} {
				dst, plain, want := make([]byte, 259), make([]byte, 259), make([]byte, 259)
				for i := range dst {
					dst[i], plain[i] = byte(of), byte(i)
					if i%2 == 1 {
						dst[i], plain[i] = other, 255-other
					}
					want[i] = blended(dst[i], plain[i], strength)
				}
				blendRow(dst, plain, uint64(math.Round(strength*65536)))
				for i := range dst {
					if dst[i] != want[i] {
						t.Fatalf("strength %v, sample %d, %d over %d: got %d, want %d", strength, i, of, plain[i], dst[i], want[i])
					}
				}
			}
		}
	}
}

func TestBlendOfPictures(t *testing.T) {
	for _, threads := range []int{1, 3} {
		g := open(t, graph(t, "nearest"), threads)
		eachPicture(t, func(t *testing.T, random *rand.Rand, format Format, width, height, padding int, fill [2]byte) {
			dst := newGuarded(random, format, width, height, padding, fill[0], fill[1])
			plain := newGuarded(random, format, width, height, padding/2, fill[0], fill[1])
			checkBlend(t, g, dst, plain, 0.3)
		})
	}
}

// checkBlend blends, and compares with the formula applied to each byte.
func checkBlend(t *testing.T, g *Generator, dst, plain *guarded, strength float64) {
	t.Helper()
	want := newGuarded(rand.New(rand.NewPCG(0, 0)), dst.Format, dst.Width, dst.Height, 0, 0, 255)
	for plane := range dst.Format.Planes() {
		width, height := dst.planeSize(plane)
		for y := range height {
			a, b, c := dst.row(plane, y, width), plain.row(plane, y, width), want.row(plane, y, width)
			for x := range c {
				c[x] = blended(a[x], b[x], strength)
			}
		}
	}
	if err := g.Blend(dst.Picture, plain.Picture, strength); err != nil {
		t.Fatal(err)
	}
	if where := difference(dst.Picture, want.Picture); where != "" {
		t.Error(where)
	}
	dst.checkGuards(t)
	plain.checkGuards(t)
}

func TestBlendAtItsEnds(t *testing.T) {
	g := open(t, graph(t, "nearest"), 2)
	random := rand.New(rand.NewPCG(31, 32))
	for _, test := range []struct {
		strength float64
		ofDst    bool
	}{{0, false}, {1, true}} {
		dst, plain := samePictures(random, NV12, 65, 33)
		want := plain.Picture
		if test.ofDst {
			before, _ := samePictures(random, NV12, 65, 33)
			for plane := range 2 {
				copy(before.Plane[plane], dst.Plane[plane])
			}
			want = before.Picture
		}
		if err := g.Blend(dst.Picture, plain.Picture, test.strength); err != nil {
			t.Fatal(err)
		}
		if where := difference(dst.Picture, want); where != "" {
			t.Errorf("strength %v: %s", test.strength, where)
		}
	}
}

func TestBlendRefuses(t *testing.T) {
	g := open(t, graph(t, "nearest"), 1)
	for _, test := range []struct {
		name     string
		change   func(dst, plain *Picture)
		strength float64
		mention  string
	}{
		{"another size", func(_, plain *Picture) { plain.Width = 7 }, 0.5, "the source is 7x6, the destination 8x6"},
		{"another format", func(dst, _ *Picture) { dst.Format = YV12 }, 0.5, "the source is I420, the destination YV12"},
		{"a short plane", func(_, plain *Picture) { plain.Plane[0] = nil }, 0.5, "its plane 0 has 0 bytes"},
		{"a strength below 0", func(_, _ *Picture) {}, -0.1, "the strength is -0.1"},
		{"a strength above 1", func(_, _ *Picture) {}, 1.5, "the strength is 1.5"},
		{"no number", func(_, _ *Picture) {}, math.NaN(), "the strength is NaN"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dst, plain := samePictures(rand.New(rand.NewPCG(33, 34)), I420, 8, 6)
			test.change(&dst.Picture, &plain.Picture)
			checkError(t, g.Blend(dst.Picture, plain.Picture, test.strength), Failed, "under test", test.mention)
		})
	}
	dst, plain := samePictures(rand.New(rand.NewPCG(35, 36)), I420, 8, 6)
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	checkError(t, g.Blend(dst.Picture, plain.Picture, 0.5), Failed, "closed")
}

func TestBlendAllocatesNothing(t *testing.T) {
	g := open(t, graph(t, "nearest"), 2)
	dst, plain := samePictures(rand.New(rand.NewPCG(37, 38)), I420, 641, 481)
	got := testing.AllocsPerRun(10, func() {
		if err := g.Blend(dst.Picture, plain.Picture, 0.5); err != nil {
			t.Fatal(err)
		}
	})
	if got != 0 {
		t.Errorf("got %v allocations a frame, want 0", got)
	}
}

func FuzzBlend(f *testing.F) {
	g, err := Open(graph(f, "nearest"), "under test", Options{Threads: 2})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = g.Close() })
	f.Add(uint64(1), uint8(2), uint16(33), uint16(17), uint8(3), uint16(32768))
	f.Fuzz(func(t *testing.T, seed uint64, format uint8, width, height uint16, padding uint8, strength uint16) {
		random := rand.New(rand.NewPCG(seed, 0))
		w, h, layout := 1+int(width%300), 1+int(height%40), formats[int(format)%len(formats)]
		dst, plain := newGuarded(random, layout, w, h, int(padding), 0, 255), newGuarded(random, layout, w, h, int(padding/2), 0, 255)
		checkBlend(t, g, dst, plain, float64(strength)/65535)
	})
}

func BenchmarkBlend(b *testing.B) {
	for _, size := range benchmarkSizes {
		b.Run(fmt.Sprintf("to-%dx%d", 2*size[0], 2*size[1]), func(b *testing.B) {
			g := open(b, graph(b, "nearest"), 2)
			dst, plain := samePictures(rand.New(rand.NewPCG(39, 40)), I420, 2*size[0], 2*size[1])
			b.SetBytes(int64(2 * size[0] * 2 * size[1] * 3 / 2))
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				if err := g.Blend(dst.Picture, plain.Picture, 0.5); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(1000*b.Elapsed().Seconds()/float64(b.N), "ms/frame")
		})
	}
}
