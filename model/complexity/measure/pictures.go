package measure

import (
	"fmt"
	"image"
	_ "image/jpeg" // so that image.Decode reads them
	_ "image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gst-superres/model/complexity/network"
)

// Pictures reads every PNG and JPEG file of a folder, in the order of their
// names, as inputs of a network; see Input.
func Pictures(n *network.Network, folder string) ([]*network.Tensor, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("the folder of pictures cannot be read: %w", err)
	}
	var out []*network.Tensor
	for _, e := range entries {
		kind := strings.ToLower(filepath.Ext(e.Name()))
		if e.IsDir() || !slices.Contains([]string{".png", ".jpg", ".jpeg"}, kind) {
			continue
		}
		path := filepath.Join(folder, e.Name())
		picture, err := read(path)
		if err != nil {
			return nil, fmt.Errorf("picture %s: %w", path, err)
		}
		t, err := Input(n, picture)
		if err != nil {
			return nil, fmt.Errorf("picture %s: %w", path, err)
		}
		out = append(out, t)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no .png, .jpg or .jpeg file in %s; give a folder that has some", folder)
	}
	return out, nil
}

func read(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	picture, _, err := image.Decode(f)
	return picture, err
}

// Input converts a picture to a network's input by its channels:
//
//	6  the 2x2 luma block and its chroma, on the grid of half the height and width
//	3  red, green, blue
//	1  luma
//
// Luma and chroma are ITU-R BT.601-7, 2.5.3, 8 bits, limited range; chroma is the
// mean of 2x2. Odd sizes lose their last row or column. Bytes stay 0..255 for a
// network that takes bytes, and become 0..1 for one that does not. It returns an
// error for other channels, for vectors, and for pictures smaller than 2x2.
func Input(n *network.Network, picture image.Image) (*network.Tensor, error) {
	channels := n.Nodes[0].Channels
	if n.Flat || (channels != 1 && channels != 3 && channels != 6) {
		return nil, fmt.Errorf("the network takes %d numbers a position; pictures fit 6 (the tensor contract), 3 (red, green, blue) or 1 (luma)", channels)
	}
	size := picture.Bounds().Size()
	if size.X < 2 || size.Y < 2 {
		return nil, fmt.Errorf("it is %dx%d; at least 2x2 is needed", size.X, size.Y)
	}
	white := 255.0
	if n.Bytes {
		white = 1
	}
	if channels == 6 {
		return blocks(picture, white), nil
	}
	t := network.NewTensor(network.Rect{Height: size.Y, Width: size.X}, channels)
	for y := range size.Y {
		for x := range size.X {
			r, g, b := rgb(picture, x, y)
			to := t.At(y, x)
			if channels == 3 {
				to[0], to[1], to[2] = float64(r)/white, float64(g)/white, float64(b)/white
			} else {
				to[0] = rounded(luma(r, g, b)) / white
			}
		}
	}
	return t, nil
}

// blocks packs a picture as the tensor contract has it.
func blocks(picture image.Image, white float64) *network.Tensor {
	size := picture.Bounds().Size()
	t := network.NewTensor(network.Rect{Height: size.Y / 2, Width: size.X / 2}, 6)
	for y := range t.Height {
		for x := range t.Width {
			to := t.At(y, x)
			var u, v float32
			for i := range 4 {
				r, g, b := rgb(picture, 2*x+i%2, 2*y+i/2)
				to[i] = rounded(luma(r, g, b)) / white
				u += 128 + float32(float32(float32(float32(-37.797)*r)-float32(float32(74.203)*g))+float32(112*b))/255
				v += 128 + float32(float32(float32(112*r)-float32(float32(93.786)*g))-float32(float32(18.214)*b))/255
			}
			to[4], to[5] = rounded(u/4)/white, rounded(v/4)/white
		}
	}
	return t
}

// The conversions to float32 keep compilers from fusing a product and a sum:
// the bytes are the same on every machine.

func luma(r, g, b float32) float32 {
	return 16 + float32(float32(float32(float32(65.481)*r)+float32(float32(128.553)*g))+float32(float32(24.966)*b))/255
}

func rounded(v float32) float64 {
	return min(max(math.RoundToEven(float64(v)), 0), 255)
}

// rgb returns bytes, 0..255; what is transparent is black.
func rgb(picture image.Image, x, y int) (r, g, b float32) {
	origin := picture.Bounds().Min
	r16, g16, b16, _ := picture.At(origin.X+x, origin.Y+y).RGBA()
	return float32(r16 >> 8), float32(g16 >> 8), float32(b16 >> 8)
}
