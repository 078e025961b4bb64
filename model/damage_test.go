package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// texture returns a picture of waves, an edge and noise, as a camera would give it.
func texture(format Format, width, height int) *guarded {
	random := rand.New(rand.NewPCG(41, 42))
	p := newGuarded(random, format, width, height, 5, 128, 128)
	for y := range height {
		for x := range width {
			value := 120 + 40*math.Sin(float64(x)*0.11+float64(y)*0.05) + 25*math.Cos(float64(y)*0.23) + random.NormFloat64()*2
			if math.Hypot(float64(x-width/2), float64(y-height/2)) < float64(height)/4 {
				value += 40
			}
			*sample(p.Picture, luma, x, y) = byte(min(max(value, 0), 255))
		}
	}
	return p
}

// flatten replaces each 8x8 block by its mean and a part of its slopes: what is
// left of a block at a very coarse quantiser.
func flatten(p Picture, kept float64) {
	for top := 0; top < p.Height; top += 8 {
		for left := 0; left < p.Width; left += 8 {
			sum, count := 0, 0
			each := func(do func(s *byte)) {
				for y := top; y < min(top+8, p.Height); y++ {
					for x := left; x < min(left+8, p.Width); x++ {
						do(sample(p, luma, x, y))
					}
				}
			}
			each(func(s *byte) { sum += int(*s); count++ })
			mean := float64(sum) / float64(count)
			each(func(s *byte) { *s = byte(mean + kept*(float64(*s)-mean)) })
		}
	}
}

func TestDamageTellsBlocksFromCleanPictures(t *testing.T) {
	for _, format := range []Format{I420, NV12, GRAY8} {
		for _, size := range [][2]int{{64, 48}, {161, 121}, {480, 360}, {1280, 720}} {
			t.Run(fmt.Sprintf("%v/%dx%d", format, size[0], size[1]), func(t *testing.T) {
				p := texture(format, size[0], size[1])
				picture := Judge(&p.Picture)
				flatten(p.Picture, 0.1)
				blocks := Judge(&p.Picture)
				if picture.Damage >= blocks.Damage || blocks.Damage <= 0.5 {
					t.Errorf("got %.2f for a picture and %.2f for its blocks, want more for blocks, above 0.5", picture.Damage, blocks.Damage)
				}
				if blocks.Coded != 1 {
					t.Errorf("of its blocks a share of %.2f is to be restored, want all", blocks.Coded)
				}
				p.checkGuards(t)
			})
		}
	}
}

func TestDamageOfAnyPictureIsFromZeroToOne(t *testing.T) {
	random := rand.New(rand.NewPCG(43, 44))
	for _, size := range sizes {
		for _, fill := range fills {
			p := newGuarded(random, GRAY8, size[0], size[1], 3, fill[0], fill[1])
			j := Judge(&p.Picture)
			for name, got := range map[string]float32{"damage": j.Damage, "coded": j.Coded, "clean": j.Clean, "repair": Repair(&p.Picture)} {
				if !(got >= 0 && got <= 1) {
					t.Errorf("%s of %dx%d of samples %d..%d: got %v", name, size[0], size[1], fill[0], fill[1], got)
				}
			}
		}
	}
}

func TestEstimatorsWeighTheStatisticsThatTheyAreGiven(t *testing.T) {
	for _, test := range []struct {
		name    string
		network *estimator
		want    int
	}{
		{"damage", &damageNetwork, pictureStatistics},
		{"coded share", &codedShareNetwork, pictureStatistics},
		{"clean share", &cleanShareNetwork, pictureStatistics},
		{"repair", &repairNetwork, 2 * sizeStatistics},
	} {
		for unit, weights := range test.network.weights {
			if len(weights) != test.want {
				t.Errorf("unit %d of %s: got %d weights, want %d", unit, test.name, len(weights), test.want)
			}
		}
	}
}

func TestEstimatorLeaksBelowZero(t *testing.T) {
	e := estimator{lastBias: 0.5}
	for unit := range e.weights {
		e.weights[unit] = make([]float32, 34)
	}
	e.weights[0][3], e.bias[0], e.last[0] = 2, 1, 10
	e.weights[15][33], e.last[15] = 1, -1
	for _, test := range []struct{ third, last, want float32 }{
		{1, 0, 0.5 + 30},          // (2 x 1 + 1) x 10
		{-1, 0, 0.5 - 1.25},       // (2 x -1 + 1) / 8 x 10
		{1, 8, 0.5 + 30 - 8},      // the last unit, above zero
		{1, -8, 0.5 + 30 + 8.0/8}, // and below
	} {
		var statistics [34]float32
		statistics[3], statistics[33] = test.third, test.last
		if got := e.odds(statistics[:]); got != test.want {
			t.Errorf("statistics %v and %v: got %v, want %v", test.third, test.last, got, test.want)
		}
	}
}

func TestDamageAllocatesNothing(t *testing.T) {
	p := texture(I420, 320, 240)
	if got := testing.AllocsPerRun(10, func() { Judge(&p.Picture); Repair(&p.Picture) }); got != 0 {
		t.Errorf("got %v allocations a frame, want 0", got)
	}
}

func BenchmarkDamage(b *testing.B) {
	for _, size := range append(benchmarkSizes, [2]int{4096, 4096}) {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			p := newGuarded(rand.New(rand.NewPCG(45, 46)), I420, size[0], size[1], 0, 0, 255)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				Judge(&p.Picture)
			}
			b.ReportMetric(1000*b.Elapsed().Seconds()/float64(b.N), "ms/frame")
		})
	}
}

// The statistics that the network was fitted to are computed in Python: these
// pictures and values are from generator/damage.py.
func TestDamageStatisticsAreThoseOfTheFit(t *testing.T) {
	for name, test := range map[string]struct {
		value func(x, y int) int
		want  [pictureStatistics]float32
	}{
		"busy": {
			func(x, y int) int { return (x*x*3 + y*7 + (x*y)%13*5) & 255 },
			[pictureStatistics]float32{12: 1, 13: 0.875, 14: 0.99364275, 16: 0.26791045, 29: 1, 30: 0.87174481, 31: 0.95572919, 32: 0.0625, 33: -0.42509505, 73: 1, 74: 0.83250326, 75: 0.033333335, 76: 0.79352033, 77: 0.0625, 78: 0.76423526, 79: 0.088141024, 80: 0.72313368, 81: 0.081944443, 82: 0.714643, 83: 0.094444446, 84: 0.72405326, 85: 0.059027776},
		},
		"slope": {
			func(x, y int) int { return (x + y) * 2 % 256 },
			[pictureStatistics]float32{8: 1, 10: 0.25, 11: 1, 29: 1, 31: 0.5, 32: 1, 60: 1, 61: 0.40000001, 62: 0.60000002, 63: 0.11111111, 64: 0.77777779, 66: 1, 67: 0.033333335, 68: 0.86666667, 70: 1, 72: 1},
		},
		"fine": {
			func(x, y int) int { return 100 + x*y%7 },
			[pictureStatistics]float32{8: 1, 9: 0.26210171, 10: 0.12821691, 16: -0.011152416, 21: 0.52083331, 22: 0.041250002, 23: 0.068125002, 24: 0.92000002, 25: 0.47916666, 26: 0.067934781, 27: 0.077445649, 28: 0.65217394, 33: -0.0625, 60: 1, 61: 0.079996742, 62: 0.2, 63: 0.066053599, 64: 0.12268519, 65: 0.06730143, 66: 0.10416666, 67: 0.035671659, 68: 0.26249999, 69: 0.035161674, 70: 0.26666668, 71: 0.054036457, 72: 0.13194445},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newGuarded(rand.New(rand.NewPCG(1, 2)), GRAY8, 70, 50, 0, 128, 128)
			for y := range 50 {
				for x := range 70 {
					*sample(p.Picture, luma, x, y) = byte(test.value(x, y))
				}
			}
			var got [pictureStatistics]float32
			sizesOf(&p.Picture, got[:2*sizeStatistics])
			whole := planeOf(&p.Picture, false)
			whole.transforms((*[transformStatistics]float32)(got[2*sizeStatistics:]))
			for i := range got {
				if math.Abs(float64(got[i]-test.want[i])) > 1e-5 {
					t.Errorf("statistic %d: got %g, want %g", i, got[i], test.want[i])
				}
			}
		})
	}
}
