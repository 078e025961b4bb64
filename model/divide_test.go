package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

var dividers = []float64{0, 0.01, 0.25, 0.5, 0.75, 0.99, 1}

// checkDivide divides and compares sample by sample.
func checkDivide(t *testing.T, random *rand.Rand, format Format, width, height int, divider float64) {
	t.Helper()
	dst, left := randomPicture(random, format, width, height), randomPicture(random, format, width, height)
	before := clone(dst.Picture)
	if err := Divide(dst.Picture, left.Picture, divider); err != nil {
		t.Fatal(err)
	}
	column := int(math.Floor(divider*float64((width+1)/2) + 0.5))
	line := column > 0 && column < (width+1)/2
	eachSample(dst.Picture, func(c component, x, y int) {
		at := x
		if c == luma {
			at = x / 2
		}
		var want int
		switch {
		case at < column:
			want = value(left.Picture, c, x, y)
		case at == column && line && c == luma:
			want = []int{16, 235}[x%2] << (format.Depth() - 8)
		case at == column && line:
			want = 128 << (format.Depth() - 8)
		default:
			want = value(before, c, x, y)
		}
		if got := value(dst.Picture, c, x, y); got != want {
			t.Fatalf("divider %v, x %d, y %d, channel %v: got %d, want %d", divider, x, y, c, got, want)
		}
	})
	dst.checkGuards(t)
	left.checkGuards(t)
}

func TestDivide(t *testing.T) {
	for _, format := range append(formats[:len(formats):len(formats)], newFormats...) {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%v/%dx%d", format, size[0], size[1]), func(t *testing.T) {
				for _, divider := range dividers {
					if size[0] > 300 && divider != 0.25 {
						continue // the small ones have shown it
					}
					checkDivide(t, rand.New(rand.NewPCG(71, 72)), format, size[0], size[1], divider)
				}
			})
		}
	}
}

func TestDivideOfOnePictureDrawsTheLineAlone(t *testing.T) {
	got := newGuarded(rand.New(rand.NewPCG(73, 74)), I420, 8, 2, 0, 99, 99)
	if err := Divide(got.Picture, got.Picture, 0.5); err != nil {
		t.Fatal(err)
	}
	if row := fmt.Sprint(got.row(0, 1, 8)); row != "[99 99 99 99 16 235 99 99]" {
		t.Error(row)
	}
}

func TestDivideRefuses(t *testing.T) {
	random := rand.New(rand.NewPCG(75, 76))
	dst, left := newGuarded(random, I420, 8, 6, 0, 0, 255).Picture, newGuarded(random, I420, 8, 6, 0, 0, 255).Picture
	for _, divider := range []float64{-0.1, 1.1, math.NaN()} {
		checkError(t, Divide(dst, left, divider), Failed, "side by side", fmt.Sprintf("the divider is at %v", divider))
	}
	left.Width = 7
	checkError(t, Divide(dst, left, 0.5), Failed, "the source is 7x6, the destination 8x6")
}

func TestDivideAllocatesNothing(t *testing.T) {
	dst, left := samePictures(rand.New(rand.NewPCG(77, 78)), P010_10LE, 641, 481)
	got := testing.AllocsPerRun(10, func() {
		if err := Divide(dst.Picture, left.Picture, 0.5); err != nil {
			t.Fatal(err)
		}
	})
	if got != 0 {
		t.Errorf("got %v allocations a frame, want 0", got)
	}
}

func FuzzDivide(f *testing.F) {
	f.Add(uint64(1), uint8(2), uint16(33), uint16(17), uint16(32768))
	f.Fuzz(func(t *testing.T, seed uint64, format uint8, width, height, divider uint16) {
		checkDivide(t, rand.New(rand.NewPCG(seed, 0)), Format(int(format)%len(layouts)), 1+int(width%300), 1+int(height%40), float64(divider)/65535)
	})
}
