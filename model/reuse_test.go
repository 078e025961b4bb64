package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// A picture in memory that changes from frame to frame, and two generators of the
// same graph: one reuses, one computes all.
type pair struct {
	reusing, whole *Generator
	random         *rand.Rand
}

func newPair(t testing.TB, onnx []byte, threads int) *pair {
	p := &pair{reusing: open(t, onnx, threads), whole: open(t, onnx, threads), random: rand.New(rand.NewPCG(71, 72))}
	p.reusing.SetReuse(true, 0)
	return p
}

// check has both generators make a frame of the source and compares the bytes.
func (p *pair) check(t *testing.T, src *guarded) {
	t.Helper()
	scale := p.whole.Scale()
	got := newGuarded(p.random, src.Format, scale*src.Width, scale*src.Height, 6, 0, 255)
	want := newGuarded(p.random, src.Format, scale*src.Width, scale*src.Height, 6, 0, 255)
	if src.Format.FullHeightChroma() { // whose chroma is not the generators' to write
		if err := got.CopyChroma(want.Picture); err != nil {
			t.Fatal(err)
		}
	}
	upscale(t, p.reusing, got.Picture, src.Picture)
	upscale(t, p.whole, want.Picture, src.Picture)
	if where := difference(got.Picture, want.Picture); where != "" {
		t.Fatalf("%s; %.3f of the frame was reused", where, p.reusing.Reused())
	}
}

// put changes one luma sample.
func put(p Picture, x, y int) { p.Plane[0][y*p.Stride[0]+x*p.Format.SampleBytes()] ^= 0x55 }

// edit changes a part of a picture: a sample, a block or noise, in any plane.
func edit(random *rand.Rand, p Picture) {
	plane := random.IntN(p.Format.Planes())
	width, height := p.planeSize(plane)
	left, top := random.IntN(width), random.IntN(height)
	right, bottom := min(width, left+1+random.IntN(40)), min(height, top+1+random.IntN(40))
	if random.IntN(3) == 0 {
		right, bottom = left+1, top+1
	}
	if random.IntN(20) == 0 {
		left, top, right, bottom = 0, 0, width, height
	}
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			p.Plane[plane][y*p.Stride[plane]+x] ^= byte(1 << random.IntN(6))
		}
	}
}

// reuseSizes are around the edges of tiles, windows and their context.
var reuseSizes = [][2]int{{1, 1}, {3, 5}, {16, 16}, {17, 33}, {31, 15}, {64, 48}, {95, 97}, {129, 65}, {160, 120}, {201, 155}}

func TestReuseGivesTheBytesOfComputingAll(t *testing.T) {
	balanced, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	eight := append(slices.Clone(formats), Y42B)
	ten := []Format{I420_10LE, P010_10LE, I422_10LE}
	for _, test := range []struct {
		name    string
		onnx    []byte
		formats []Format
	}{
		{"balanced", balanced, eight}, {"convolve", graph(t, "convolve"), eight},
		{"convolve-restore", graph(t, "convolve-restore"), eight}, {"no context", graph(t, "nearest"), eight},
		{"fast of ten bits", tenBit(t, Key{Scale: 2, Tier: Fast}), ten},
		{"restored, of ten bits", tenBit(t, Key{Scale: 1, Tier: Balanced}), ten},
	} {
		p := newPair(t, test.onnx, 2)
		for _, format := range test.formats {
			for _, size := range reuseSizes {
				t.Run(fmt.Sprintf("%s/%v/%dx%d", test.name, format, size[0], size[1]), func(t *testing.T) {
					src := newGuarded(p.random, format, size[0], size[1], 4, 0, 255)
					for range 6 {
						p.check(t, src)
						for range p.random.IntN(3) {
							edit(p.random, src.Picture)
						}
					}
				})
			}
		}
	}
}

// One sample changes at a time, in the corners, along the edges and at the borders of
// tiles and of windows.
func TestReuseAfterAChangeOfOneSample(t *testing.T) {
	balanced, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	p := newPair(t, balanced, 2)
	const width, height = 211, 167
	src := newGuarded(p.random, NV12, width, height, 3, 0, 255)
	p.check(t, src)
	put(src.Picture, 0, 0)
	p.check(t, src) // the first change has all layers compute all
	for _, y := range []int{0, 1, 15, 16, 17, 31, 32, 80, 111, 112, height - 17, height - 2, height - 1} {
		for _, x := range []int{0, 1, 15, 16, 47, 48, 100, width - 16, width - 2, width - 1} {
			put(src.Picture, x, y)
			p.check(t, src)
			if p.reusing.Reused() < 0.5 {
				t.Errorf("a change at %d, %d: only %.2f of the frame was reused", x, y, p.reusing.Reused())
			}
		}
	}
}

func TestReuseOfTheSamePictureComputesNothing(t *testing.T) {
	for _, name := range []string{"convolve", "nearest"} {
		p := newPair(t, graph(t, name), 2)
		src := newGuarded(p.random, I420, 200, 180, 3, 0, 255)
		p.check(t, src)
		if got := p.reusing.Reused(); got != 0 {
			t.Errorf("%s: %v of the first frame was reused, want 0", name, got)
		}
		p.check(t, src)
		if got := p.reusing.Reused(); got != 1 {
			t.Errorf("%s: %v of the same frame was reused, want 1", name, got)
		}
		if got := p.whole.Reused(); got != 0 {
			t.Errorf("%s: without reuse %v was reused, want 0", name, got)
		}
	}
}

// Sizes, formats and settings alternate, as in a call whose bandwidth changes.
func TestReuseThroughSwitches(t *testing.T) {
	p := newPair(t, graph(t, "convolve"), 2)
	sources := []*guarded{
		newGuarded(p.random, I420, 160, 120, 3, 0, 255), newGuarded(p.random, NV21, 160, 120, 3, 0, 255),
		newGuarded(p.random, I420, 97, 33, 3, 0, 255), newGuarded(p.random, Y42B, 160, 120, 0, 0, 255),
	}
	for range 60 {
		src := sources[p.random.IntN(len(sources))]
		edit(p.random, src.Picture)
		p.reusing.SetReuse(p.random.IntN(4) > 0, 0)
		p.check(t, src)
	}
}

func TestReuseOfPicturesThatAreComputedInWindows(t *testing.T) {
	p := newPair(t, graph(t, "convolve"), 2)
	src := newGuarded(p.random, GRAY8, 2400, 1201, 3, 0, 255)
	for range 4 {
		p.check(t, src)
		put(src.Picture, p.random.IntN(2400), p.random.IntN(1201))
		put(src.Picture, p.random.IntN(2400), p.random.IntN(1201))
	}
	if p.reusing.Reused() < 0.9 {
		t.Errorf("two samples changed, and only %.3f was reused", p.reusing.Reused())
	}
	edit(p.random, src.Picture)
	fill(p.random, src.Plane[0], 0, 255)
	p.check(t, src)
}

// Within the threshold nothing is computed; small steps do not add up beyond it.
func TestReuseThreshold(t *testing.T) {
	p := newPair(t, graph(t, "nearest"), 1)
	p.reusing.context = 0 // of a graph that copies
	p.reusing.SetReuse(true, 4)
	src := newGuarded(p.random, I420, 64, 48, 0, 100, 100)
	dst := newGuarded(p.random, I420, 128, 96, 0, 0, 0)
	for step := range 30 {
		src.Plane[0][0], src.Plane[1][5] = byte(100+step), byte(100-step)
		upscale(t, p.reusing, dst.Picture, src.Picture)
		if got, want := int(dst.Plane[0][0]), 100+step; magnitude(got-want) > 4 {
			t.Fatalf("step %d: got luma %d for %d, more than 4 away", step, got, want)
		}
		if got, want := int(dst.Plane[1][10]), 100-step; magnitude(got-want) > 4 {
			t.Fatalf("step %d: got chroma %d for %d, more than 4 away", step, got, want)
		}
		if computes := step%5 == 0; step > 0 && computes == (p.reusing.Reused() == 1) {
			t.Errorf("step %d: %.2f was reused", step, p.reusing.Reused())
		}
	}
	p.reusing.SetReuse(true, 0)
	p.check(t, src)
}

// Bits of two bytes that are none of the sample's ten are no change that anybody sees.
func TestReuseOfTenBits(t *testing.T) {
	p := newPair(t, tenBit(t, Key{Scale: 2, Tier: Fast}), 1)
	src := newGuarded(p.random, I420_10LE, 64, 48, 0, 1, 1)
	p.check(t, src)
	src.Plane[0][101] ^= 0x80
	p.check(t, src)
	if got := p.reusing.Reused(); got != 1 {
		t.Errorf("a bit above the ten changed: %v was reused, want 1", got)
	}
	p.reusing.SetReuse(true, 2) // levels of 256: eight of 1024
	dst := newGuarded(p.random, I420_10LE, 128, 96, 0, 0, 0)
	for _, step := range []struct {
		more   int
		reused bool
	}{{8, true}, {1, false}, {8, true}} {
		setValue(src.Picture, luma, 40, 20, value(src.Picture, luma, 40, 20)+step.more)
		upscale(t, p.reusing, dst.Picture, src.Picture)
		if got := p.reusing.Reused() == 1; got != step.reused {
			t.Errorf("a sample changed by %d more levels of 1024: %v was reused", step.more, p.reusing.Reused())
		}
	}
}

func TestReuseAllocatesNothing(t *testing.T) {
	onnx, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	g := open(t, onnx, 2)
	g.SetReuse(true, 0)
	dst, src := pictures(rand.New(rand.NewPCG(9, 10)), I420, 321, 241)
	frame := func() {
		put(src.Picture, 5, 5)
		put(src.Picture, 200, 100)
		upscale(t, g, dst.Picture, src.Picture)
	}
	frame()
	if got := testing.AllocsPerRun(10, frame); got != 0 {
		t.Errorf("got %v allocations a frame, want 0", got)
	}
	if got := g.Reused(); got == 0 || got == 1 {
		t.Errorf("%v was reused, want a part", got)
	}
}

// Random edits: the same bytes as a generator that computes all.
func FuzzReuse(f *testing.F) {
	f.Add(uint64(1), uint8(64), uint8(48), uint8(0))
	f.Add(uint64(2), uint8(97), uint8(33), uint8(2))
	f.Add(uint64(3), uint8(1), uint8(200), uint8(4))
	f.Fuzz(func(t *testing.T, seed uint64, width, height, format uint8) {
		p := newPair(t, graph(t, "convolve"), 1)
		random := rand.New(rand.NewPCG(seed, 0))
		src := newGuarded(random, formats[int(format)%len(formats)], int(width)+1, int(height)+1, 1, 0, 255)
		for range 5 {
			p.check(t, src)
			for range random.IntN(4) {
				edit(random, src.Picture)
			}
		}
	})
}
