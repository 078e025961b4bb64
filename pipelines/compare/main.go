// Command compare puts three views of one frame side by side in a labelled PNG:
// what arrived, enlarged by a bicubic; what superres made of it; and the original.
// Each label has the luma PSNR of the whole frame against the original.
//
//	compare -arrived a.i420 -doubled b.i420 -original c.i420 -width 480 -height 360 -crop 480,180,160,140 -zoom 2 -out d.png
//
// The files are single frames in I420, BT.601, limited range; -width and -height are
// the size of the frame that arrived, half of the others. With -view crisp=e.i420, as
// often as wanted, further frames of the doubled size come before the original; then
// the first two may be left out.
package main

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"strings"

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

// sheet is what to lay side by side, and how.
type sheet struct {
	arrived, doubled, original string // files
	more                       []file
	width, height              int    // of the frame that arrived
	crop                       string // as the flag says
	zoom                       int
	figures                    bool
	out                        string
}

// file is where a further frame lies, and its label.
type file struct{ label, path string }

func main() {
	var s sheet
	flag.StringVar(&s.arrived, "arrived", "", "file of the frame that arrived")
	flag.StringVar(&s.doubled, "doubled", "", "file of the frame that superres made")
	flag.StringVar(&s.original, "original", "", "file of the original frame")
	flag.IntVar(&s.width, "width", 480, "width of the frame that arrived, even")
	flag.IntVar(&s.height, "height", 360, "height of the frame that arrived, even")
	flag.StringVar(&s.crop, "crop", "", "left,top,width,height of what to show, in samples of the original; empty shows all")
	flag.IntVar(&s.zoom, "zoom", 1, "how many samples of the PNG show one of the picture, each way; 1 or more")
	flag.BoolVar(&s.figures, "figures", true, "put the PSNR into the labels")
	flag.StringVar(&s.out, "out", "compare.png", "the PNG to write")
	flag.Func("view", "LABEL=FILE: one more frame of the doubled size", func(text string) error {
		label, path, _ := strings.Cut(text, "=")
		if label == "" || path == "" {
			return fmt.Errorf("want LABEL=FILE")
		}
		s.more = append(s.more, file{label, path})
		return nil
	})
	flag.Parse()
	if err := s.write(); err != nil {
		fmt.Fprintf(os.Stderr, "compare: %v\n", err)
		os.Exit(1)
	}
}

// write reads the frames and writes the PNG.
func (s sheet) write() error {
	width, height := s.width, s.height
	var small *frame
	if s.arrived != "" {
		var err error
		if small, err = readFrame(s.arrived, width, height); err != nil {
			return err
		}
	}
	source, err := readFrame(s.original, 2*width, 2*height)
	if err != nil {
		return err
	}
	var views []view
	add := func(label string, picture *frame) {
		if s.figures {
			label = fmt.Sprintf("%s  %.1f dB", label, picture.psnr(source))
		}
		views = append(views, view{label, picture})
	}
	if small != nil {
		add("bicubic", small.enlarged())
	}
	large := s.more
	if s.doubled != "" {
		large = append([]file{{"superres", s.doubled}}, large...)
	}
	for _, one := range large {
		picture, err := readFrame(one.path, 2*width, 2*height)
		if err != nil {
			return err
		}
		add(one.label, picture)
	}
	views = append(views, view{"original", source})
	area := image.Rect(0, 0, 2*width, 2*height)
	if s.crop != "" {
		var left, top, across, down int
		if n, _ := fmt.Sscanf(s.crop, "%d,%d,%d,%d", &left, &top, &across, &down); n != 4 {
			return fmt.Errorf("-crop is %q; want left,top,width,height", s.crop)
		}
		if area = image.Rect(left, top, left+across, top+down).Intersect(area); area.Empty() {
			return fmt.Errorf("-crop %s lies outside the picture of %dx%d", s.crop, 2*width, 2*height)
		}
	}
	laid, err := lay(area, max(1, s.zoom), views...)
	if err != nil {
		return err
	}
	written, err := os.Create(s.out)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(written, laid); err != nil {
		return err
	}
	return written.Close()
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
