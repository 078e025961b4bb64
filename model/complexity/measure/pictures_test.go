package measure

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gst-superres/model/complexity/examples"
	"gst-superres/model/complexity/network"
	"gst-superres/model/complexity/onnx"
)

func taking(t *testing.T, element onnx.ElementType, shape ...int64) *network.Network {
	t.Helper()
	return build(t, examples.New(element, shape...).Relu().Finish())
}

func TestPicturesAreTheTrainingsPlanes(t *testing.T) {
	pictures, err := Pictures(taking(t, onnx.Uint8, 0, 0, 0, 6), "testdata")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/picture.planes")
	if err != nil {
		t.Fatal(err)
	}
	if len(pictures) != 1 || pictures[0].Height != 3 || pictures[0].Width != 4 {
		t.Fatalf("got %d pictures, want one of 4x3 positions", len(pictures))
	}
	for i, w := range want {
		c, y, x := i/12, i/4%3, i%4
		if got := pictures[0].At(y, x)[c]; got != float64(w) {
			t.Errorf("(%d, %d) channel %d: got %g, want %d", x, y, c, got, w)
		}
	}
}

func TestInputFollowsTheChannels(t *testing.T) {
	picture := image.NewRGBA(image.Rect(10, 20, 13, 23)) // odd, and not at the origin
	for y := 20; y < 23; y++ {
		for x := 10; x < 13; x++ {
			picture.Set(x, y, color.RGBA{255, 0, 51, 255})
		}
	}
	cases := []struct {
		name          string
		n             *network.Network
		height, width int
		want          []float64
	}{
		{"red, green, blue", taking(t, onnx.Float32, 0, 3, 0, 0), 3, 3, []float64{1, 0, 0.2}},
		{"luma", taking(t, onnx.Float32, 0, 1, 0, 0), 3, 3, []float64{86.0 / 255}},
		{"luma bytes", taking(t, onnx.Uint8, 0, 1, 0, 0), 3, 3, []float64{86}},
		{"blocks", taking(t, onnx.Uint8, 0, 0, 0, 6), 1, 1, []float64{86, 86, 86, 86, 113, 236}},
	}
	for _, c := range cases {
		got, err := Input(c.n, picture)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got.Height != c.height || got.Width != c.width {
			t.Errorf("%s: got %dx%d, want %dx%d", c.name, got.Width, got.Height, c.width, c.height)
		}
		for i, w := range c.want {
			if g := got.At(0, 0)[i]; g != w {
				t.Errorf("%s, channel %d: got %g, want %g", c.name, i, g, w)
			}
		}
	}
}

func TestPicturesThatDoNotFitAreRefused(t *testing.T) {
	empty := t.TempDir()
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "a.png"), []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	bytes := taking(t, onnx.Uint8, 0, 0, 0, 6)
	cases := []struct {
		name   string
		n      *network.Network
		folder string
		want   string
	}{
		{"no files", bytes, empty, "no .png"},
		{"no folder", bytes, filepath.Join(empty, "absent"), "cannot be read"},
		{"a broken file", bytes, broken, "a.png"},
		{"a vector", taking(t, onnx.Float32, 0, 3), "testdata", "takes 3 numbers"},
		{"four channels", taking(t, onnx.Float32, 0, 4, 0, 0), "testdata", "takes 4 numbers"},
	}
	for _, c := range cases {
		if _, err := Pictures(c.n, c.folder); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want one with %q", c.name, err, c.want)
		}
	}
	if _, err := Input(bytes, image.NewGray(image.Rect(0, 0, 1, 9))); err == nil {
		t.Error("a picture of 1x9 was taken")
	}
}
