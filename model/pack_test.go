package model

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

var sizes = [][2]int{
	{1, 1}, {1, 2}, {2, 1}, {1, 9}, {9, 1}, {2, 2}, {3, 5}, {5, 3}, {7, 4}, {8, 8}, {15, 2}, {16, 3}, {17, 4},
	{33, 17}, {320, 1}, {385, 289},
}

// fills are the ranges that samples are drawn from: all, near 0 and near 255.
var fills = [][2]byte{{0, 255}, {0, 2}, {253, 255}}

// eachPicture runs a test for every format, size, row padding and fill.
func eachPicture(t *testing.T, test func(t *testing.T, random *rand.Rand, format Format, width, height, padding int, fill [2]byte)) {
	for _, format := range formats {
		for _, size := range sizes {
			for _, padding := range []int{0, 1, 13} {
				for _, fill := range fills {
					if size[0] > 100 && (padding == 1 || fill != fills[0]) {
						continue // the small ones have shown it, many times faster
					}
					name := fmt.Sprintf("%v/%dx%d/padding-%d/%d-%d", format, size[0], size[1], padding, fill[0], fill[1])
					t.Run(name, func(t *testing.T) {
						test(t, rand.New(rand.NewPCG(1, 2)), format, size[0], size[1], padding, fill)
					})
				}
			}
		}
	}
}

func TestPackEqualsReference(t *testing.T) {
	eachPicture(t, func(t *testing.T, random *rand.Rand, format Format, width, height, padding int, fill [2]byte) {
		src := newGuarded(random, format, width, height, padding, fill[0], fill[1])
		checkPack(t, src)
	})
}

func TestUnpackEqualsReferenceAndWritesNothingElse(t *testing.T) {
	eachPicture(t, func(t *testing.T, random *rand.Rand, format Format, width, height, padding int, samples [2]byte) {
		tensor := make([]byte, (height+1)/2*((width+1)/2)*doubledChannels)
		fill(random, tensor, samples[0], samples[1])
		checkUnpack(t, random, format, width, height, padding, tensor)
	})
}

func TestUnpackRestoredEqualsReferenceAndWritesNothingElse(t *testing.T) {
	eachPicture(t, func(t *testing.T, random *rand.Rand, format Format, width, height, padding int, samples [2]byte) {
		tensor := make([]byte, (height+1)/2*((width+1)/2)*restoredChannels)
		fill(random, tensor, samples[0], samples[1])
		checkUnpackRestored(t, random, format, width, height, padding, tensor)
	})
}

// checkPack packs in two bands, six channels a position and eight, and compares with
// the reference. The tensor has guard bytes around it.
func checkPack(t *testing.T, src *guarded) {
	t.Helper()
	want := referencePack(src.Picture)
	checkPacker(t, src, pack, want, inputChannels)
	checkPacker(t, src, packAligned, align(want), alignedChannels)
	src.checkGuards(t)
}

// align returns a tensor of six channels with two more, which are zero.
func align(tensor []byte) (aligned []byte) {
	for ; len(tensor) > 0; tensor = tensor[inputChannels:] {
		aligned = append(append(aligned, tensor[:inputChannels]...), 0, 0)
	}
	return aligned
}

func checkPacker(t *testing.T, src *guarded, packer func([]byte, Picture, int, int, int), want []byte, channels int) {
	t.Helper()
	memory := bytes.Repeat([]byte{0xa5}, guard+len(want)+guard)
	got := memory[guard : guard+len(want)]
	rows := (src.Height + 1) / 2
	packer(got, src.Picture, 0, rows/2, rows)
	packer(got, src.Picture, 0, 0, rows/2)
	if where := tensorDifference(got, want, (src.Width+1)/2, channels); where != "" {
		t.Fatalf("%d channels: %s", channels, where)
	}
	for i, b := range append(bytes.Clone(memory[:guard]), memory[guard+len(want):]...) {
		if b != 0xa5 {
			t.Fatalf("guard byte %d of the tensor of %d channels: got %d, want %d", i, channels, b, 0xa5)
		}
	}
}

// checkUnpack unpacks in two bands to twice width x height and compares.
func checkUnpack(t *testing.T, random *rand.Rand, format Format, width, height, padding int, tensor []byte) {
	t.Helper()
	got := newGuarded(random, format, 2*width, 2*height, padding, 0, 255)
	want := newGuarded(random, format, 2*width, 2*height, padding, 0, 255)
	referenceUnpack(want.Picture, tensor)
	rows := (height + 1) / 2
	unpackDoubled(got.Picture, tensor, 0, rows/2, rows)
	unpackDoubled(got.Picture, tensor, 0, 0, rows/2)
	if where := difference(got.Picture, want.Picture); where != "" {
		t.Fatal(where)
	}
	got.checkGuards(t)
}

// checkUnpackRestored unpacks in two bands to width x height and compares.
func checkUnpackRestored(t *testing.T, random *rand.Rand, format Format, width, height, padding int, tensor []byte) {
	t.Helper()
	got := newGuarded(random, format, width, height, padding, 0, 255)
	want := newGuarded(random, format, width, height, padding, 0, 255)
	referenceUnpackRestored(want.Picture, tensor)
	rows := (height + 1) / 2
	unpackRestored(got.Picture, tensor, 0, rows/2, rows)
	unpackRestored(got.Picture, tensor, 0, 0, rows/2)
	if where := difference(got.Picture, want.Picture); where != "" {
		t.Fatal(where)
	}
	got.checkGuards(t)
}

// One position, its bytes written out: the order of the channels itself.
func TestPackOrderOfChannels(t *testing.T) {
	y, u, v, uv, vu := []byte{1, 2, 3, 4}, []byte{5}, []byte{6}, []byte{5, 6}, []byte{6, 5}
	for _, test := range []struct {
		format Format
		planes [3][]byte
		want   []byte
	}{
		{I420, [3][]byte{y, u, v}, []byte{1, 2, 3, 4, 5, 6}},
		{YV12, [3][]byte{y, v, u}, []byte{1, 2, 3, 4, 5, 6}},
		{NV12, [3][]byte{y, uv}, []byte{1, 2, 3, 4, 5, 6}},
		{NV21, [3][]byte{y, vu}, []byte{1, 2, 3, 4, 5, 6}},
		{GRAY8, [3][]byte{y}, []byte{1, 2, 3, 4, 128, 128}},
	} {
		t.Run(test.format.String(), func(t *testing.T) {
			got := make([]byte, inputChannels)
			pack(got, Picture{test.format, 2, 2, test.planes, [3]int{2, 2, 2}}, 0, 0, 1)
			if !bytes.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestUnpackOrderOfChannels(t *testing.T) {
	tensor := make([]byte, doubledChannels)
	for i := range tensor {
		tensor[i] = byte(i)
	}
	y, u, v := tensor[:16], tensor[16:20], tensor[20:]
	uv, vu := []byte{16, 20, 17, 21, 18, 22, 19, 23}, []byte{20, 16, 21, 17, 22, 18, 23, 19}
	for _, test := range []struct {
		format Format
		want   [3][]byte
		stride [3]int
	}{
		{I420, [3][]byte{y, u, v}, [3]int{4, 2, 2}},
		{YV12, [3][]byte{y, v, u}, [3]int{4, 2, 2}},
		{NV12, [3][]byte{y, uv}, [3]int{4, 4}},
		{NV21, [3][]byte{y, vu}, [3]int{4, 4}},
		{GRAY8, [3][]byte{y}, [3]int{4}},
	} {
		t.Run(test.format.String(), func(t *testing.T) {
			dst := Picture{Format: test.format, Width: 4, Height: 4, Stride: test.stride}
			for plane, want := range test.want {
				dst.Plane[plane] = make([]byte, len(want))
			}
			unpackDoubled(dst, tensor, 0, 0, 1)
			for plane, want := range test.want {
				if got := dst.Plane[plane]; !bytes.Equal(got, want) {
					t.Errorf("plane %d: got %v, want %v", plane, got, want)
				}
			}
		})
	}
}

func TestUnpackRestoredOrderOfChannels(t *testing.T) {
	y, u, v, uv, vu := []byte{1, 2, 3, 4}, []byte{5}, []byte{6}, []byte{5, 6}, []byte{6, 5}
	for _, test := range []struct {
		format Format
		want   [3][]byte
	}{
		{I420, [3][]byte{y, u, v}},
		{YV12, [3][]byte{y, v, u}},
		{NV12, [3][]byte{y, uv}},
		{NV21, [3][]byte{y, vu}},
		{GRAY8, [3][]byte{y}},
	} {
		t.Run(test.format.String(), func(t *testing.T) {
			dst := Picture{Format: test.format, Width: 2, Height: 2, Stride: [3]int{2, 2, 2}}
			for plane, want := range test.want {
				dst.Plane[plane] = make([]byte, len(want))
			}
			unpackRestored(dst, []byte{1, 2, 3, 4, 5, 6}, 0, 0, 1)
			for plane, want := range test.want {
				if got := dst.Plane[plane]; !bytes.Equal(got, want) {
					t.Errorf("plane %d: got %v, want %v", plane, got, want)
				}
			}
		})
	}
}

func FuzzPack(f *testing.F) {
	f.Add(uint64(1), uint8(0), uint16(33), uint16(17), uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, format uint8, width, height uint16, padding uint8) {
		random := rand.New(rand.NewPCG(seed, 0))
		w, h := 1+int(width%300), 1+int(height%40)
		checkPack(t, newGuarded(random, formats[int(format)%len(formats)], w, h, int(padding), 0, 255))
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(uint64(1), uint8(2), uint16(33), uint16(17), uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, format uint8, width, height uint16, padding uint8) {
		random := rand.New(rand.NewPCG(seed, 0))
		w, h := 1+int(width%300), 1+int(height%40)
		tensor := make([]byte, (h+1)/2*((w+1)/2)*doubledChannels)
		fill(random, tensor, 0, 255)
		checkUnpack(t, random, formats[int(format)%len(formats)], w, h, int(padding), tensor)
	})
}

func FuzzUnpackRestored(f *testing.F) {
	f.Add(uint64(1), uint8(3), uint16(33), uint16(17), uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, format uint8, width, height uint16, padding uint8) {
		random := rand.New(rand.NewPCG(seed, 0))
		w, h := 1+int(width%300), 1+int(height%40)
		tensor := make([]byte, (h+1)/2*((w+1)/2)*restoredChannels)
		fill(random, tensor, 0, 255)
		checkUnpackRestored(t, random, formats[int(format)%len(formats)], w, h, int(padding), tensor)
	})
}
