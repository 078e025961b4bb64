package main

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/color"
	"strings"
	"testing"
)

func TestFrameDependsOnItsNumberAlone(t *testing.T) {
	straight, direct := newScene(), newScene()
	for number := range 4 {
		straight.frame(number)
	}
	want := sha256.Sum256(straight.frame(40).bytes)
	if got := sha256.Sum256(direct.frame(40).bytes); got != want {
		t.Errorf("frame 40 after frames 0..3 and frame 40 alone differ: %x, %x", want, got)
	}
	if got := sha256.Sum256(direct.frame(41).bytes); got == want {
		t.Error("frames 40 and 41 are the same: nothing moves")
	}
}

func TestFrameIsInLegalRangeAndFull(t *testing.T) {
	film := newScene()
	frame := film.frame(70)
	luma := pictureWidth * pictureHeight
	if len(frame.bytes) != luma*3/2 {
		t.Fatalf("frame is %d bytes; want %d", len(frame.bytes), luma*3/2)
	}
	for i, v := range frame.bytes {
		if high := 235 + 5*min(1, i/luma); v < 16 || int(v) > high {
			t.Fatalf("byte %d is %d; want 16..%d", i, v, high)
		}
	}
	var seen [256]bool
	values := 0
	for _, v := range frame.bytes[:luma] {
		if !seen[v] {
			seen[v] = true
			values++
		}
	}
	if values < 180 {
		t.Errorf("luma takes %d values; a full picture takes nearly all of 220", values)
	}
	for y := range pictureHeight {
		for x := range pictureWidth {
			if a := film.picture.RGBAAt(x, y).A; a != 255 {
				t.Fatalf("(%d,%d) has opacity %d; the room must cover the picture", x, y, a)
			}
		}
	}
}

func TestACallsBackgroundStandsStill(t *testing.T) {
	film := newScene()
	film.call = true
	corner := func(number int) []byte {
		luma := film.frame(number).bytes
		var rows []byte
		for y := range 200 {
			rows = append(rows, luma[y*pictureWidth:y*pictureWidth+150]...)
		}
		return rows
	}
	if !bytes.Equal(corner(0), corner(75)) {
		t.Error("the upper left corner of frames 0 and 75 differs; only the person moves in a call")
	}
}

// The expected values are those of ITU-R BT.601 in limited range, rounded.
func TestConvertKnownColours(t *testing.T) {
	for _, c := range []struct {
		name    string
		colour  color.RGBA
		y, u, v uint8
	}{
		{"black", color.RGBA{0, 0, 0, 255}, 16, 128, 128},
		{"white", color.RGBA{255, 255, 255, 255}, 235, 128, 128},
		{"red", color.RGBA{255, 0, 0, 255}, 81, 90, 240},
		{"green", color.RGBA{0, 255, 0, 255}, 145, 54, 34},
		{"blue", color.RGBA{0, 0, 255, 255}, 41, 240, 110},
	} {
		t.Run(c.name, func(t *testing.T) {
			from := image.NewRGBA(image.Rect(0, 0, 4, 2))
			for i := 0; i < len(from.Pix); i += 4 {
				copy(from.Pix[i:], []uint8{c.colour.R, c.colour.G, c.colour.B, 255})
			}
			got := newYUV(4, 2)
			got.convert(from)
			want := append(bytes.Repeat([]byte{c.y}, 8), c.u, c.u, c.v, c.v)
			if !bytes.Equal(got.bytes, want) {
				t.Errorf("got %v; want %v", got.bytes, want)
			}
		})
	}
}

// Chroma lies beside the left luma column: an edge after column 2 gives the
// second chroma column a quarter of what is left of it.
func TestConvertChromaSite(t *testing.T) {
	from := image.NewRGBA(image.Rect(0, 0, 4, 2))
	for y := range 2 {
		for x := range 4 {
			from.SetRGBA(x, y, color.RGBA{0, 0, 0, 255})
			if x < 2 {
				from.SetRGBA(x, y, color.RGBA{0, 0, 255, 255})
			}
		}
	}
	got := newYUV(4, 2)
	got.convert(from)
	if u := got.bytes[8:10]; u[0] != 240 || u[1] != 156 {
		t.Errorf("U is %v; want [240 156] = 128 + 112*[1 1/4]", u)
	}
}

func TestStreamFormats(t *testing.T) {
	const frame = pictureWidth * pictureHeight * 3 / 2
	var bare, headed bytes.Buffer
	if err := run(&bare, "i420", false, 3, 2); err != nil {
		t.Fatal(err)
	}
	if bare.Len() != 2*frame {
		t.Errorf("two frames are %d bytes; want %d", bare.Len(), 2*frame)
	}
	if err := run(&headed, "y4m", false, 3, 1); err != nil {
		t.Fatal(err)
	}
	header, rest, _ := strings.Cut(headed.String(), "\n")
	if header != "YUV4MPEG2 W960 H720 F30:1 Ip A1:1 C420mpeg2" {
		t.Errorf("header is %q", header)
	}
	if got, ok := strings.CutPrefix(rest, "FRAME\n"); !ok || got != bare.String()[:frame] {
		t.Error("the frame in Y4M is not the one in I420")
	}
	if err := run(&bare, "bmp", false, 0, 1); err == nil || !strings.Contains(err.Error(), `"bmp"`) {
		t.Errorf("format bmp gives the error %v; want one that names it", err)
	}
}

func BenchmarkFrame(b *testing.B) {
	film := newScene()
	number := 0
	for b.Loop() {
		film.frame(number)
		number++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
}
