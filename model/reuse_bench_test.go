package model

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"
)

var benchmarkThreads = flag.Int("threads", runtime.NumCPU(), "threads of the generators in benchmarks of reuse")

// processorTime returns what the process has used of all processors. Ratios of it
// hold on a busy machine too, with one thread.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// content is what changes from one frame of a kind of video to the next.
var contents = []struct {
	name   string
	change func(random *rand.Rand, p Picture, frame int)
}{
	{"full motion", func(_ *rand.Rand, p Picture, frame int) { shift(p, frame, 0, 0, p.Width, p.Height) }},
	{"moving head", func(_ *rand.Rand, p Picture, frame int) { // a quarter of the picture
		shift(p, frame, p.Width/4, p.Height/3, 3*p.Width/4, 5*p.Height/6)
	}},
	{"screen share", func(random *rand.Rand, p Picture, frame int) { // a line of text and a pointer
		shift(p, frame, p.Width/8, p.Height/2, p.Width/8+16+frame%64, p.Height/2+16)
		x, y := random.IntN(p.Width-16), random.IntN(p.Height-16)
		shift(p, frame, x, y, x+16, y+16)
	}},
	{"static", func(*rand.Rand, Picture, int) {}},
}

// shift changes every luma sample of a part.
func shift(p Picture, frame, left, top, right, bottom int) {
	for y := top; y < bottom; y++ {
		row := p.row(0, y, p.Width)
		for x := left; x < right; x++ {
			row[x] += byte(3 + frame%5)
		}
	}
}

// BenchmarkReuse alternates frames of a content that are computed with reuse and
// whole: the ratio is of one run.
func BenchmarkReuse(b *testing.B) {
	onnx, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range [][2]int{{480, 360}, {1280, 720}} {
		for _, content := range contents {
			b.Run(fmt.Sprintf("%s/%dx%d", content.name, size[0], size[1]), func(b *testing.B) {
				reusing, whole := open(b, onnx, *benchmarkThreads), open(b, onnx, *benchmarkThreads)
				reusing.SetReuse(true, 0)
				random := rand.New(rand.NewPCG(91, 92))
				dst, src := pictures(random, I420, size[0], size[1])
				upscale(b, reusing, dst.Picture, src.Picture)
				upscale(b, whole, dst.Picture, src.Picture)
				var reuses, wholes, reusesUsed, wholesUsed time.Duration
				share := 0.0
				b.ReportAllocs()
				b.ResetTimer()
				for frame := range b.N {
					content.change(random, src.Picture, frame)
					begin, used := time.Now(), processorTime(b)
					upscale(b, reusing, dst.Picture, src.Picture)
					middle, usedMiddle := time.Now(), processorTime(b)
					upscale(b, whole, dst.Picture, src.Picture)
					reuses, wholes = reuses+middle.Sub(begin), wholes+time.Since(middle)
					reusesUsed, wholesUsed = reusesUsed+usedMiddle-used, wholesUsed+processorTime(b)-usedMiddle
					share += reusing.Reused()
				}
				b.ReportMetric(float64(b.N)/reuses.Seconds(), "fps")
				b.ReportMetric(float64(b.N)/wholes.Seconds(), "whole-fps")
				b.ReportMetric(wholes.Seconds()/reuses.Seconds(), "times-whole")
				b.ReportMetric(wholesUsed.Seconds()/max(reusesUsed.Seconds(), 1e-9), "processor-times-whole")
				b.ReportMetric(share/float64(b.N), "reused")
			})
		}
	}
}

// BenchmarkWindow shows what a run costs by its size: a part that is the same for
// all sizes, which runCost is, and a part for each position.
func BenchmarkWindow(b *testing.B) {
	onnx, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range [][2]int{{16, 16}, {32, 32}, {48, 48}, {64, 64}, {96, 96}, {160, 128}, {240, 180}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			g := open(b, onnx, *benchmarkThreads)
			if err := g.session.bind(size[1], size[0]); err != nil {
				b.Fatal(err)
			}
			fill(rand.New(rand.NewPCG(93, 94)), g.session.input.bytes, 0, 255)
			used := processorTime(b)
			for range b.N {
				if err := g.session.run(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((processorTime(b)-used).Microseconds())/float64(b.N), "processor-µs")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size[0]*size[1]), "ns/position")
		})
	}
}
