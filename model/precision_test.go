package model

import (
	"math"
	"math/rand/v2"
	"testing"
)

// How near ten-bit pictures come to their originals, by the two ways that there
// are and by the detour over eight bits: luma PSNR in dB, of 1023.

// original returns a ten-bit sample, not rounded, of a picture of twice the size.
type original func(x, y float64) float64

func precisionPictures() map[string]original {
	random := rand.New(rand.NewPCG(81, 82))
	var phases, angles [24]float64
	for i := range phases {
		phases[i], angles[i] = 2*math.Pi*random.Float64(), 2*math.Pi*random.Float64()
	}
	return map[string]original{
		"gradient": func(x, y float64) float64 { return 300 + 0.31*x + 0.17*y },
		"soft":     func(x, y float64) float64 { return 512 + 180*math.Sin(x/60)*math.Cos(y/45) },
		"texture": func(x, y float64) float64 {
			sum := 512.0
			for i := range phases {
				period := 6 + 3*float64(i)
				sum += 160 / math.Sqrt(24) * math.Sin(2*math.Pi*(x*math.Cos(angles[i])+y*math.Sin(angles[i]))/period+phases[i])
			}
			return sum
		},
	}
}

const precisionWidth, precisionHeight = 192, 128 // of the picture that comes in

// precisionSource returns the picture that comes in: 2x2 samples of the original to one.
func precisionSource(of original) Picture {
	src := newGuarded(rand.New(rand.NewPCG(83, 84)), I420_10LE, precisionWidth, precisionHeight, 0, 0, 0).Picture
	eachSample(src, func(c component, x, y int) {
		v := 512.0
		if c == luma {
			v = 0
			for i := range 4 {
				v += of(float64(2*x+i%2), float64(2*y+i/2)) / 4
			}
		}
		setValue(src, c, x, y, int(math.Round(v)))
	})
	return src
}

func toEightBits(src Picture) Picture {
	dst := newGuarded(rand.New(rand.NewPCG(85, 86)), I420, src.Width, src.Height, 0, 0, 0).Picture
	eachSample(src, func(c component, x, y int) { setValue(dst, c, x, y, min(255, (value(src, c, x, y)+2)/4)) })
	return dst
}

// precisionOf returns the PSNR of luma, away from the border.
func precisionOf(of original, sample func(x, y int) int) float64 {
	var sum, count float64
	for y := 16; y < 2*precisionHeight-16; y++ {
		for x := 16; x < 2*precisionWidth-16; x++ {
			d := float64(sample(x, y)) - of(float64(x), float64(y))
			sum, count = sum+d*d, count+1
		}
	}
	return 10 * math.Log10(1023*1023*count/sum)
}

// precisions returns the PSNR of the ten-bit generator; of the eight-bit one, of
// which only what it adds to the copy of its input counts, added to the ten-bit
// copy; and of the eight-bit one alone.
func precisions(t testing.TB, key Key, of original) (ten, residual, detour float64) {
	onnx, err := Builtin(key)
	if err != nil {
		t.Fatal(err)
	}
	src := precisionSource(of)
	narrow := toEightBits(src)
	wide := newGuarded(rand.New(rand.NewPCG(87, 88)), I420_10LE, 2*src.Width, 2*src.Height, 0, 0, 0).Picture
	eight := newGuarded(rand.New(rand.NewPCG(89, 90)), I420, 2*src.Width, 2*src.Height, 0, 0, 0).Picture
	upscale(t, open(t, tenBit(t, key), 2), wide, src)
	upscale(t, open(t, onnx, 2), eight, narrow)
	ten = precisionOf(of, func(x, y int) int { return value(wide, luma, x, y) })
	residual = precisionOf(of, func(x, y int) int {
		return value(src, luma, x/2, y/2) + 4*(value(eight, luma, x, y)-value(narrow, luma, x/2, y/2))
	})
	detour = precisionOf(of, func(x, y int) int { return 4 * value(eight, luma, x, y) })
	return ten, residual, detour
}

// The reason for ten-bit generators: where pictures are smooth, eight bits show.
func TestTenBitsAreNearerThanEight(t *testing.T) {
	for name, of := range precisionPictures() {
		for _, clean := range []bool{false, true} {
			if name == "texture" && !clean {
				continue // of which a generator for coded pictures takes away more than eight bits do
			}
			ten, residual, detour := precisions(t, Key{Scale: 2, Tier: Balanced, Clean: clean}, of)
			t.Logf("%s, clean %v: %.2f dB; residual of eight bits %.2f dB, detour over eight bits %.2f dB", name, clean, ten, residual, detour)
			if least := map[string]float64{"gradient": 4, "soft": 2, "texture": 0}[name]; ten < detour+least || ten < residual {
				t.Errorf("%s, clean %v: got %.2f dB; residual of eight bits %.2f dB, detour over eight bits %.2f dB", name, clean, ten, residual, detour)
			}
		}
	}
}

// go test ./model -run '^$' -bench TenBitPrecision -benchtime 1x prints the figures
// of model/README.md.
func BenchmarkTenBitPrecision(b *testing.B) {
	for _, name := range []string{"gradient", "soft", "texture"} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				ten, residual, detour := precisions(b, Key{Scale: 2, Tier: Balanced, Clean: true}, precisionPictures()[name])
				b.ReportMetric(ten, "dB-ten-bit")
				b.ReportMetric(residual, "dB-residual")
				b.ReportMetric(detour, "dB-detour")
			}
		})
	}
}
