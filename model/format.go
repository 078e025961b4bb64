package model

import (
	"fmt"
	"strings"
)

// Format is the memory layout of a picture. The names and the order of the
// planes are those of GStreamer's GstVideoFormat. Samples of 10 bits lie in two
// bytes, the lower one first.
type Format int

// The layouts that the packers read and write.
const (
	I420      Format = iota // planes Y, U, V; chroma halved both ways
	YV12                    // planes Y, V, U; chroma halved both ways
	NV12                    // planes Y, UV interleaved; chroma halved both ways
	NV21                    // planes Y, VU interleaved; chroma halved both ways
	GRAY8                   // plane Y alone
	Y42B                    // planes Y, U, V; chroma halved in width
	I420_10LE               // I420 with 10 bits a sample, in the low bits
	P010_10LE               // NV12 with 10 bits a sample, in the high bits
	I422_10LE               // Y42B with 10 bits a sample, in the low bits
)

// layout is what the formats differ in.
type layout struct {
	name       string
	planes     int
	depth      int  // bits of a sample
	shift      int  // of a sample's lowest bit, in two bytes
	fullHeight bool // chroma has as many rows as luma
}

var layouts = [...]layout{
	I420:      {"I420", 3, 8, 0, false},
	YV12:      {"YV12", 3, 8, 0, false},
	NV12:      {"NV12", 2, 8, 0, false},
	NV21:      {"NV21", 2, 8, 0, false},
	GRAY8:     {"GRAY8", 1, 8, 0, false},
	Y42B:      {"Y42B", 3, 8, 0, true},
	I420_10LE: {"I420_10LE", 3, 10, 0, false},
	P010_10LE: {"P010_10LE", 2, 10, 6, false},
	I422_10LE: {"I422_10LE", 3, 10, 0, true},
}

func (f Format) known() bool { return f >= 0 && int(f) < len(layouts) }

// layout returns what is known of the format; of an unknown one, next to nothing.
func (f Format) layout() layout {
	if !f.known() {
		return layout{planes: 1, depth: 8}
	}
	return layouts[f]
}

// formatNames is a list of all formats for error texts.
func formatNames() string {
	var names []string
	for _, l := range layouts {
		names = append(names, l.name)
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// String returns the GStreamer name of the format.
func (f Format) String() string {
	if !f.known() {
		return fmt.Sprintf("Format(%d)", int(f))
	}
	return layouts[f].name
}

// Planes returns how many planes a picture of the format has: 3, 2 or 1.
func (f Format) Planes() int { return f.layout().planes }

// Depth returns the bits of a sample: 8 or 10.
func (f Format) Depth() int { return f.layout().depth }

// FullHeightChroma says whether chroma has as many rows as luma (4:2:2). A
// generator reads it at half the height and makes luma alone; see
// [Generator.Upscale].
func (f Format) FullHeightChroma() bool { return f.layout().fullHeight }

// SampleBytes returns the bytes of a sample: 1 or 2.
func (f Format) SampleBytes() int { return (f.layout().depth + 7) / 8 }

// PlaneSize returns the bytes of a row, and the number of rows, of a plane of a
// picture of width x height luma samples.
func (f Format) PlaneSize(plane, width, height int) (rowBytes, rows int) {
	if plane == 0 {
		return width * f.SampleBytes(), height
	}
	samples, rows := (width+1)/2, (height+1)/2
	if f.layout().planes == 2 {
		samples *= 2
	}
	if f.layout().fullHeight {
		rows = height
	}
	return samples * f.SampleBytes(), rows
}
