// Command compare puts three views of one frame side by side in a labelled PNG:
// what arrived, enlarged by a bicubic; what superres made of it; and the original.
// Each label has the luma PSNR of the whole frame against the original.
//
//	compare -arrived a.i420 -doubled b.i420 -original c.i420 -width 480 -height 360 -crop 480,180,160,140 -zoom 2 -out d.png
//
// The three files are single frames in I420, BT.601, limited range; -width and
// -height are the size of the frame that arrived, half of the other two.
package main

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"

	scale "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"
)

const labelHeight = 34 // samples below each view

// view is one of the pictures with what is to be said about it.
type view struct {
	label   string
	picture *frame
}

func main() {
	arrived := flag.String("arrived", "", "file of the frame that arrived")
	doubled := flag.String("doubled", "", "file of the frame that superres made")
	original := flag.String("original", "", "file of the original frame")
	width := flag.Int("width", 480, "width of the frame that arrived, even")
	height := flag.Int("height", 360, "height of the frame that arrived, even")
	crop := flag.String("crop", "", "left,top,width,height of what to show, in samples of the original; empty shows all")
	zoom := flag.Int("zoom", 1, "how many samples of the PNG show one of the picture, each way; 1 or more")
	out := flag.String("out", "compare.png", "the PNG to write")
	flag.Parse()
	if err := run(*arrived, *doubled, *original, *width, *height, *crop, *zoom, *out); err != nil {
		fmt.Fprintf(os.Stderr, "compare: %v\n", err)
		os.Exit(1)
	}
}

func run(arrived, doubled, original string, width, height int, crop string, zoom int, out string) error {
	small, err := readFrame(arrived, width, height)
	if err != nil {
		return err
	}
	ours, err := readFrame(doubled, 2*width, 2*height)
	if err != nil {
		return err
	}
	source, err := readFrame(original, 2*width, 2*height)
	if err != nil {
		return err
	}
	bicubic := small.enlarged()
	area := image.Rect(0, 0, 2*width, 2*height)
	if crop != "" {
		var left, top, across, down int
		if n, _ := fmt.Sscanf(crop, "%d,%d,%d,%d", &left, &top, &across, &down); n != 4 {
			return fmt.Errorf("-crop is %q; want left,top,width,height", crop)
		}
		if area = image.Rect(left, top, left+across, top+down).Intersect(area); area.Empty() {
			return fmt.Errorf("-crop %s lies outside the picture of %dx%d", crop, 2*width, 2*height)
		}
	}
	sheet, err := lay(area, max(1, zoom),
		view{fmt.Sprintf("bicubic  %.1f dB", bicubic.psnr(source)), bicubic},
		view{fmt.Sprintf("superres  %.1f dB", ours.psnr(source)), ours},
		view{"original", source})
	if err != nil {
		return err
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(file, sheet); err != nil {
		return err
	}
	return file.Close()
}

// lay puts the area of each view in a row, zoomed by whole samples, with its label
// below.
func lay(area image.Rectangle, zoom int, views ...view) (image.Image, error) {
	const gap = 6
	typeface, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, err
	}
	face, err := opentype.NewFace(typeface, &opentype.FaceOptions{Size: 18, DPI: 72})
	if err != nil {
		return nil, err
	}
	width, height := zoom*area.Dx(), zoom*area.Dy()
	step := width + gap
	sheet := image.NewRGBA(image.Rect(0, 0, len(views)*step-gap, height+labelHeight))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.Gray{20}), image.Point{}, draw.Src)
	for i, v := range views {
		scale.NearestNeighbor.Scale(sheet, image.Rect(i*step, 0, i*step+width, height), v.picture.rgb(), area, draw.Src, nil)
		label := font.Drawer{Dst: sheet, Src: image.White, Face: face, Dot: fixed.P(i*step+8, height+23)}
		label.DrawString(v.label)
	}
	return sheet, nil
}

// enlarged doubles a frame with a bicubic (Catmull-Rom), plane by plane. Luma grows
// around the middle of the picture. Chroma is sited on the left luma column, so its
// grid begins a quarter of an enlarged chroma sample further left.
func (f *frame) enlarged() *frame {
	to := newFrame(2*f.width, 2*f.height)
	for i, from := range f.planes {
		scale.CatmullRom.Scale(to.planes[i], to.planes[i].Bounds(), from, from.Bounds(), draw.Src, nil)
		if i > 0 { // leaves the rim as it is, where nothing is left to shift in
			scale.CatmullRom.Transform(to.planes[i], f64.Aff3{2, 0, -0.25, 0, 2, 0}, from, from.Bounds(), draw.Src, nil)
		}
	}
	return to
}
