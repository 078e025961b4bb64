package main

import (
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// flat is a frame of one luma and chroma.
func flat(width, height int, y, u, v uint8) *frame {
	f := newFrame(width, height)
	for i, value := range [3]uint8{y, u, v} {
		for j := range f.planes[i].Pix {
			f.planes[i].Pix[j] = value
		}
	}
	return f
}

// store writes a frame to a file and returns its path.
func store(t *testing.T, name string, f *frame) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	var bytes []byte
	for _, plane := range f.planes {
		bytes = append(bytes, plane.Pix...)
	}
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSheetHasThreeViewsInTheirColours(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.png")
	err := sheet{
		arrived: store(t, "a", flat(40, 30, 16, 128, 128)), doubled: store(t, "b", flat(80, 60, 235, 128, 128)),
		original: store(t, "c", flat(80, 60, 81, 90, 240)), width: 40, height: 30, crop: "10,10,10,8", zoom: 2, out: out,
	}.write()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sheet, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := sheet.Bounds().Size(); got.X != 3*20+2*6 || got.Y != 16+labelHeight {
		t.Errorf("the sheet is %v; want 72x%d", got, 16+labelHeight)
	}
	for i, want := range []color.RGBA{{0, 0, 0, 255}, {255, 255, 255, 255}, {254, 0, 0, 255}} {
		r, g, b, _ := sheet.At(26*i+10, 8).RGBA()
		if got := (color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}); got != want {
			t.Errorf("view %d is %v; want %v", i, got, want)
		}
	}
}

func TestFurtherViewsComeBeforeTheOriginal(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.png")
	err := sheet{
		more:     []file{{"black", store(t, "a", flat(80, 60, 16, 128, 128))}, {"white", store(t, "b", flat(80, 60, 235, 128, 128))}},
		original: store(t, "c", flat(80, 60, 81, 90, 240)), width: 40, height: 30, crop: "10,10,10,8", zoom: 1, figures: true, out: out,
	}.write()
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer written.Close()
	picture, err := png.Decode(written)
	if err != nil {
		t.Fatal(err)
	}
	if got := picture.Bounds().Dx(); got != 3*10+2*6 {
		t.Errorf("the sheet is %d wide; want 42", got)
	}
	for i, want := range []uint32{0, 255, 254} {
		if red, _, _, _ := picture.At(16*i+5, 4).RGBA(); red>>8 != want {
			t.Errorf("view %d has red %d; want %d", i, red>>8, want)
		}
	}
}

func TestEnlargedKeepsFlatPlanesAndSize(t *testing.T) {
	got := flat(6, 4, 90, 100, 150).enlarged()
	if got.width != 12 || got.height != 8 {
		t.Fatalf("size is %dx%d; want 12x8", got.width, got.height)
	}
	for i, want := range [3]uint8{90, 100, 150} {
		for j, value := range got.planes[i].Pix {
			if value != want {
				t.Fatalf("plane %d, sample %d is %d; want %d", i, j, value, want)
			}
		}
	}
}

func TestPSNRIsThatOfTheDifference(t *testing.T) {
	got := flat(16, 16, 100, 0, 0).psnr(flat(16, 16, 110, 0, 0))
	if want := 10 * math.Log10(255*255/100.0); math.Abs(got-want) > 1e-9 {
		t.Errorf("a difference of 10 everywhere is %g dB; want %g", got, want)
	}
	if got := flat(16, 16, 1, 0, 0).psnr(flat(16, 16, 1, 0, 0)); !math.IsInf(got, 1) {
		t.Errorf("equal frames have %g dB; want +Inf", got)
	}
}

func TestWrongInputsAreNamed(t *testing.T) {
	good := store(t, "a", flat(40, 30, 16, 128, 128))
	double := store(t, "b", flat(80, 60, 16, 128, 128))
	for _, c := range []struct {
		name, arrived, doubled, crop, want string
		width                              int
	}{
		{"missing file", "/nowhere/a", double, "", "/nowhere/a", 40},
		{"wrong size", double, double, "", "7200 bytes", 40},
		{"odd size", good, double, "", "41x30", 41},
		{"crop that is no crop", good, double, "1,2", `"1,2"`, 40},
		{"crop outside", good, double, "100,100,4,4", "80x60", 40},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := sheet{
				arrived: c.arrived, doubled: c.doubled, original: double, width: c.width, height: 30, crop: c.crop, zoom: 1,
				out: filepath.Join(t.TempDir(), "out.png"),
			}.write()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got the error %v; want one that contains %s", err, c.want)
			}
		})
	}
}
