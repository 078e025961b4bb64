package model

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gst-superres/model/complexity/onnx"
)

var everyKey = []Key{
	{Scale: 2, Tier: Balanced}, {Scale: 2, Tier: Balanced, Clean: true}, {Scale: 2, Tier: Balanced, Look: Crisp},
	{Scale: 2, Tier: Fast}, {Scale: 2, Tier: Fast, Clean: true}, {Scale: 1, Tier: Balanced},
}

// tenBit returns the ten-bit graph of a built-in generator.
func tenBit(t testing.TB, key Key) []byte {
	t.Helper()
	onnx, err := BuiltinTenBit(key)
	if err != nil {
		t.Fatal(err)
	}
	return onnx
}

func TestEveryGeneratorHasOneOfTenBits(t *testing.T) {
	for _, key := range everyKey {
		g := open(t, tenBit(t, key), 1)
		if g.Depth() != 10 || g.Scale() != key.Scale {
			t.Errorf("%v: got depth %d and scale %d, want 10 and %d", key, g.Depth(), g.Scale(), key.Scale)
		}
		if g.context < 0 {
			t.Errorf("%v says nothing of its rows of context", key)
		}
	}
}

func TestBuiltinTenBitNamesWhatIsNotThere(t *testing.T) {
	_, err := BuiltinTenBit(Key{Scale: 1, Tier: Quality})
	checkError(t, err, NotFound, "restore-quality-faithful")
}

// Samples that are four times those of eight bits come out as four times what the
// twin makes, as far as the twin's rounding lets one see.
func TestTenBitsAgreeWithTheTwin(t *testing.T) {
	for _, key := range everyKey {
		t.Run(key.String(), func(t *testing.T) {
			twin, err := os.ReadFile("weights/" + key.String() + "-float32.onnx")
			if err != nil {
				t.Fatal(err)
			}
			narrow, wide := open(t, twin, 2), open(t, tenBit(t, key), 2)
			random := rand.New(rand.NewPCG(51, 52))
			src := newGuarded(random, I420, 66, 46, 3, 0, 255)
			deep := newGuarded(random, I420_10LE, 66, 46, 6, 0, 255)
			eachSample(src.Picture, func(c component, x, y int) { setValue(deep.Picture, c, x, y, 4*value(src.Picture, c, x, y)) })
			got := newGuarded(random, I420_10LE, 66*key.Scale, 46*key.Scale, 6, 0, 255)
			want := newGuarded(random, I420, 66*key.Scale, 46*key.Scale, 3, 0, 255)
			upscale(t, wide, got.Picture, deep.Picture)
			upscale(t, narrow, want.Picture, src.Picture)
			finer := 0
			eachSample(want.Picture, func(c component, x, y int) {
				a, b := value(got.Picture, c, x, y), 4*value(want.Picture, c, x, y)
				if b < 1020 && magnitude(a-b) > 2 || b == 1020 && a < 1018 {
					t.Fatalf("x %d, y %d, channel %v: got %d, want %d or next to it", x, y, c, a, b)
				}
				if a%4 != 0 {
					finer++
				}
			})
			if finer == 0 {
				t.Error("every sample is a multiple of 4: the detour over eight bits was taken")
			}
		})
	}
}

func TestToTenBitRefuses(t *testing.T) {
	byteGraph, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	_, err = ToTenBit(byteGraph, "under test")
	checkError(t, err, Contract, "under test", `no constant "white"`)
	_, err = ToTenBit(tenBit(t, everyKey[0]), "under test")
	checkError(t, err, Contract, "uint8")
	_, err = ToTenBit([]byte("no graph"), "under test")
	checkError(t, err, NotONNX, "under test")
	graph, err := onnx.Decode(tenBitTwin(t))
	if err != nil {
		t.Fatal(err)
	}
	graph.Graph.Initializer("bias_0").Element = onnx.Int32
	_, err = ToTenBit(graph.Encode(), "under test")
	checkError(t, err, Contract, `"bias_0"`)
}

func tenBitTwin(t testing.TB) []byte {
	t.Helper()
	twin, err := os.ReadFile("weights/fast-faithful-float32.onnx")
	if err != nil {
		t.Fatal(err)
	}
	return twin
}

// Flat pictures of every level stay as they are, up to the border.
func TestTenBitsKeepFlatPicturesExactly(t *testing.T) {
	for _, key := range everyKey {
		g := open(t, tenBit(t, key), 2)
		for _, format := range []Format{I420_10LE, P010_10LE} {
			for _, levels := range [][3]int{{0, 0, 0}, {64, 512, 512}, {65, 513, 511}, {502, 301, 777}, {940, 960, 64}, {1023, 1023, 0}} {
				src, got := Picture{}, Picture{}
				src = newGuarded(rand.New(rand.NewPCG(1, 1)), format, 33, 17, 6, 0, 255).Picture
				got = newGuarded(rand.New(rand.NewPCG(1, 2)), format, 33*key.Scale, 17*key.Scale, 6, 0, 255).Picture
				eachSample(src, func(c component, x, y int) { setValue(src, c, x, y, levels[c]) })
				upscale(t, g, got, src)
				eachSample(got, func(c component, x, y int) {
					if v := value(got, c, x, y); v != levels[c] {
						t.Fatalf("%v %v x %d, y %d, channel %v: got %d, want %d", key, format, x, y, c, v, levels[c])
					}
				})
			}
		}
	}
}

func TestGeneratorRefusesAnotherDepth(t *testing.T) {
	bytes, wide := open(t, graph(t, "nearest"), 1), open(t, graph(t, "nearest-ten-bit"), 1)
	dst, src := pictures(rand.New(rand.NewPCG(55, 56)), I420_10LE, 8, 6)
	checkError(t, bytes.Upscale(dst.Picture, src.Picture), Failed, "samples of 8 bits, and I420_10LE has 10", "uint16")
	dst, src = pictures(rand.New(rand.NewPCG(55, 56)), Y42B, 8, 6)
	checkError(t, wide.Upscale(dst.Picture, src.Picture), Failed, "samples of 10 bits, and Y42B has 8", "uint8")
}

func TestDepthIsInTheNameOfNoFormatAlone(t *testing.T) {
	for format := range layouts {
		f := Format(format)
		if want := strings.Contains(f.String(), "10LE"); want != (f.Depth() == 10) || want != (f.SampleBytes() == 2) {
			t.Errorf("%v has %d bits in %d bytes", f, f.Depth(), f.SampleBytes())
		}
	}
	if got := fmt.Sprint(Format(99)); got != "Format(99)" {
		t.Error(got)
	}
}
