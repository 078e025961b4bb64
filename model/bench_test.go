package model

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"
)

// Benchmarks of each step of a frame and of all together, on as many threads as
// there are cores. B/s counts the bytes of the source and of the destination.

var benchmarkSizes = [][2]int{{320, 240}, {480, 360}, {640, 480}, {1280, 720}}

func eachBenchmark(b *testing.B, run func(b *testing.B, g *Generator, dst, src Picture)) {
	onnx, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		b.Fatal(err)
	}
	for _, format := range formats {
		for _, size := range benchmarkSizes {
			b.Run(fmt.Sprintf("%v/%dx%d", format, size[0], size[1]), func(b *testing.B) {
				g := open(b, onnx, runtime.NumCPU())
				dst, src := pictures(rand.New(rand.NewPCG(17, 18)), format, size[0], size[1])
				upscale(b, g, dst.Picture, src.Picture) // binds the tensors, warms the caches
				g.dst, g.src = dst.Picture, src.Picture
				bytes := 0
				for plane := range format.Planes() {
					width, height := src.planeSize(plane)
					bytes += 5 * width * height
				}
				b.SetBytes(int64(bytes))
				b.ReportAllocs()
				b.ResetTimer()
				run(b, g, dst.Picture, src.Picture)
				seconds := b.Elapsed().Seconds() / float64(b.N)
				b.ReportMetric(1000*seconds, "ms/frame")
				b.ReportMetric(1/seconds, "fps")
			})
		}
	}
}

func BenchmarkPack(b *testing.B) {
	eachBenchmark(b, func(b *testing.B, g *Generator, _, src Picture) {
		for range b.N {
			g.bands.run(0, (src.Height+1)/2, (src.Width+1)/2, g.pack)
		}
	})
}

func BenchmarkUnpack(b *testing.B) {
	eachBenchmark(b, func(b *testing.B, g *Generator, _, src Picture) {
		for range b.N {
			g.bands.run(0, (src.Height+1)/2, (src.Width+1)/2, g.unpack)
		}
	})
}

func BenchmarkUnpackRestored(b *testing.B) {
	eachBenchmark(b, func(b *testing.B, g *Generator, _, src Picture) {
		dst, _ := samePictures(rand.New(rand.NewPCG(47, 48)), src.Format, src.Width, src.Height)
		unpack := func(from, to int) { unpackRestored(dst.Picture, g.session.input.bytes, 0, from, to) }
		b.ResetTimer()
		for range b.N {
			g.bands.run(0, (src.Height+1)/2, (src.Width+1)/2, unpack)
		}
	})
}

func BenchmarkSession(b *testing.B) {
	eachBenchmark(b, func(b *testing.B, g *Generator, _, _ Picture) {
		for range b.N {
			if err := g.session.run(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkUpscale(b *testing.B) {
	eachBenchmark(b, func(b *testing.B, g *Generator, dst, src Picture) {
		for range b.N {
			upscale(b, g, dst, src)
		}
	})
}

// Ten bits a sample beside eight, by turns: the generators of one run compare.
func BenchmarkTenBit(b *testing.B) {
	onnx, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(91, 92))
	eight, ten := open(b, onnx, runtime.NumCPU()), open(b, tenBit(b, Key{Scale: 2, Tier: Balanced}), runtime.NumCPU())
	eightDst, eightSrc := pictures(random, I420, 480, 360)
	tenDst, tenSrc := pictures(random, I420_10LE, 480, 360)
	var took [2]time.Duration
	for range b.N {
		begin := time.Now()
		upscale(b, eight, eightDst.Picture, eightSrc.Picture)
		middle := time.Now()
		upscale(b, ten, tenDst.Picture, tenSrc.Picture)
		took[0] += middle.Sub(begin)
		took[1] += time.Since(middle)
	}
	b.ReportMetric(float64(took[1].Microseconds())/float64(b.N)/1000, "ms/frame")
	b.ReportMetric(float64(took[1])/float64(took[0]), "times-eight-bits")
}
