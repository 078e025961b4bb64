package model

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

// eachNewFormat runs a test for the formats of ten bits and of 4:2:2, in all sizes.
func eachNewFormat(t *testing.T, test func(t *testing.T, random *rand.Rand, format Format, width, height int)) {
	for _, format := range newFormats {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%v/%dx%d", format, size[0], size[1]), func(t *testing.T) {
				test(t, rand.New(rand.NewPCG(61, 62)), format, size[0], size[1])
			})
		}
	}
}

// element returns the i-th element of a tensor for the format.
func element(tensor []byte, format Format, i int) int {
	if format.Depth() == 8 {
		return int(tensor[i])
	}
	return int(binary.LittleEndian.Uint16(tensor[2*i:])) & 1023
}

// packersFor returns the contract of generators for the format, and its packers.
func packersFor(format Format, scale int) (contract, func([]byte, Picture, int, int, int), func(Picture, []byte, int, int, int)) {
	c := contract{inputs: inputChannels, channels: doubledChannels, depth: format.Depth()}
	if scale == 1 {
		c.channels = restoredChannels
	}
	packer, unpacker := c.packers()
	return c, packer, unpacker
}

func checkPackOf(t *testing.T, src *guarded) {
	t.Helper()
	_, packer, _ := packersFor(src.Format, 2)
	h, w := (src.Height+1)/2, (src.Width+1)/2
	size := h * w * inputChannels * src.Format.SampleBytes()
	memory := bytes.Repeat([]byte{0xa5}, guard+size+guard)
	got := memory[guard : guard+size]
	packer(got, src.Picture, 0, h/2, h)
	packer(got, src.Picture, 0, 0, h/2)
	for i := range h * w * inputChannels {
		x, y, channel := i/inputChannels%w, i/inputChannels/w, i%inputChannels
		a, b := element(got, src.Format, i), inputOf(src.Picture, x, y, channel)
		if src.Format.Depth() > 8 && binary.LittleEndian.Uint16(got[2*i:]) > 1023 {
			t.Fatalf("x %d, y %d, channel %d: more than ten bits", x, y, channel)
		}
		if a != b {
			t.Fatalf("x %d, y %d, channel %d: got %d, want %d", x, y, channel, a, b)
		}
	}
	for i, b := range append(bytes.Clone(memory[:guard]), memory[guard+size:]...) {
		if b != 0xa5 {
			t.Fatalf("guard byte %d of the tensor: got %d, want %d", i, b, 0xa5)
		}
	}
	src.checkGuards(t)
	if src.Format.Depth() == 8 {
		checkPacker(t, src, packAligned, align(got), alignedChannels)
	}
}

func checkUnpackOf(t *testing.T, random *rand.Rand, format Format, width, height, scale int) {
	t.Helper()
	c, _, unpacker := packersFor(format, scale)
	h, w := (height+1)/2, (width+1)/2
	tensor := make([]byte, h*w*c.channels*format.SampleBytes())
	fill(random, tensor, 0, 255)
	got := randomPicture(random, format, scale*width, scale*height)
	unpacker(got.Picture, tensor, 0, h/2, h)
	unpacker(got.Picture, tensor, 0, 0, h/2)
	eachSample(got.Picture, func(component component, x, y int) {
		if component != luma && format.FullHeightChroma() {
			plane, offset := at(got.Picture, component, x, y)
			if !bytes.Equal(got.Plane[plane][offset:offset+format.SampleBytes()], got.before[plane][guard+offset:guard+offset+format.SampleBytes()]) {
				t.Fatalf("x %d, y %d, channel %v was written", x, y, component)
			}
			return
		}
		want := outputOf(func(x, y, channel int) int { return element(tensor, format, (y*w+x)*c.channels+channel) }, scale, component, x, y)
		if v := value(got.Picture, component, x, y); v != want {
			t.Fatalf("x %d, y %d, channel %v: got %d, want %d", x, y, component, v, want)
		}
	})
	got.checkGuards(t)
}

func TestPackOfNewFormatsEqualsReference(t *testing.T) {
	eachNewFormat(t, func(t *testing.T, random *rand.Rand, format Format, width, height int) {
		checkPackOf(t, randomPicture(random, format, width, height))
	})
}

func TestUnpackOfNewFormatsEqualsReferenceAndWritesNothingElse(t *testing.T) {
	eachNewFormat(t, func(t *testing.T, random *rand.Rand, format Format, width, height int) {
		checkUnpackOf(t, random, format, width, height, 2)
		checkUnpackOf(t, random, format, width, height, 1)
	})
}

func FuzzPackOfNewFormats(f *testing.F) {
	f.Add(uint64(1), uint8(0), uint16(33), uint16(17))
	f.Fuzz(func(t *testing.T, seed uint64, format uint8, width, height uint16) {
		random := rand.New(rand.NewPCG(seed, 0))
		checkPackOf(t, randomPicture(random, newFormats[int(format)%len(newFormats)], 1+int(width%300), 1+int(height%40)))
	})
}

func FuzzUnpackOfNewFormats(f *testing.F) {
	f.Add(uint64(1), uint8(1), uint16(33), uint16(17), false)
	f.Fuzz(func(t *testing.T, seed uint64, format uint8, width, height uint16, doubled bool) {
		random := rand.New(rand.NewPCG(seed, 0))
		scale := 1
		if doubled {
			scale = 2
		}
		checkUnpackOf(t, random, newFormats[int(format)%len(newFormats)], 1+int(width%300), 1+int(height%40), scale)
	})
}

// Through graphs that copy channels, every sample comes out four times.
func TestUpscaleOfNewFormatsRepeatsEveryPixel(t *testing.T) {
	for _, threads := range []int{1, 3} {
		narrow, wide := open(t, graph(t, "nearest"), threads), open(t, graph(t, "nearest-ten-bit"), threads)
		eachNewFormat(t, func(t *testing.T, random *rand.Rand, format Format, width, height int) {
			g := narrow
			if format.Depth() > 8 {
				g = wide
			}
			got, src := randomPicture(random, format, 2*width, 2*height), randomPicture(random, format, width, height)
			upscale(t, g, got.Picture, src.Picture)
			eachSample(got.Picture, func(c component, x, y int) {
				if c != luma && format.FullHeightChroma() {
					return
				}
				if a, b := value(got.Picture, c, x, y), value(src.Picture, c, x/2, y/2); a != b {
					t.Fatalf("x %d, y %d, channel %v: got %d, want %d", x, y, c, a, b)
				}
			})
			got.checkGuards(t)
		})
	}
}

func TestUpscaleOfNewFormatsAllocatesNothing(t *testing.T) {
	for _, format := range newFormats {
		name := "nearest"
		if format.Depth() > 8 {
			name = "nearest-ten-bit"
		}
		g := open(t, graph(t, name), 2)
		dst, src := pictures(rand.New(rand.NewPCG(63, 64)), format, 321, 241)
		if got := testing.AllocsPerRun(10, func() { upscale(t, g, dst.Picture, src.Picture) }); got != 0 {
			t.Errorf("%v: got %v allocations a frame, want 0", format, got)
		}
	}
}

func checkBlendOf(t *testing.T, g *Generator, random *rand.Rand, format Format, width, height int, strength float64) {
	t.Helper()
	dst, plain := randomPicture(random, format, width, height), randomPicture(random, format, width, height)
	before := clone(dst.Picture)
	if err := g.Blend(dst.Picture, plain.Picture, strength); err != nil {
		t.Fatal(err)
	}
	eachSample(dst.Picture, func(c component, x, y int) {
		p, d := value(plain.Picture, c, x, y), value(before, c, x, y)
		want := int(float64(p) + strength*float64(d-p) + 0.5)
		if got := value(dst.Picture, c, x, y); got != want {
			t.Fatalf("x %d, y %d, channel %v: got %d, want %d", x, y, c, got, want)
		}
	})
	dst.checkGuards(t)
}

func TestBlendOfNewFormats(t *testing.T) {
	g := open(t, graph(t, "nearest"), 2)
	for _, strength := range []float64{0, 0.25, 0.6875, 1} {
		eachNewFormat(t, func(t *testing.T, random *rand.Rand, format Format, width, height int) {
			checkBlendOf(t, g, random, format, width, height, strength)
		})
	}
}

func FuzzBlendOfNewFormats(f *testing.F) {
	g, err := Open(graph(f, "nearest"), "under test", Options{Threads: 2})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = g.Close() })
	f.Add(uint64(1), uint8(2), uint16(33), uint16(17), uint8(128))
	f.Fuzz(func(t *testing.T, seed uint64, format uint8, width, height uint16, strength uint8) {
		random := rand.New(rand.NewPCG(seed, 0))
		checkBlendOf(t, g, random, newFormats[int(format)%len(newFormats)], 1+int(width%100), 1+int(height%40), float64(strength)/256)
	})
}

// Damage reads ten bits as eight.
func TestDamageOfTenBitsIsThatOfEight(t *testing.T) {
	for _, format := range []Format{Y42B, I420_10LE, P010_10LE, I422_10LE} {
		random := rand.New(rand.NewPCG(65, 66))
		narrow := newGuarded(random, I420, 64, 48, 0, 90, 140)
		wide := randomPicture(random, format, 64, 48)
		for y := range 48 {
			for x := range 64 {
				v := value(narrow.Picture, luma, x, y)
				if format.Depth() > 8 {
					v = 4*v + random.IntN(4)
				}
				setValue(wide.Picture, luma, x, y, v)
			}
		}
		if got, want := Judge(&wide.Picture), Judge(&narrow.Picture); got != want {
			t.Errorf("%v: got %+v, want %+v", format, got, want)
		}
	}
}
