package model

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func samePictures(random *rand.Rand, format Format, width, height int) (dst, src *guarded) {
	return newGuarded(random, format, width, height, 5, 0, 255), newGuarded(random, format, width, height, 3, 0, 255)
}

func TestUpscaleOfRestoringGraphs(t *testing.T) {
	for _, threads := range []int{1, 3} {
		copies, turns := open(t, graph(t, "copy"), threads), open(t, graph(t, "turn"), threads)
		for _, format := range formats {
			for _, size := range sizes {
				t.Run(fmt.Sprintf("%d-threads/%v/%dx%d", threads, format, size[0], size[1]), func(t *testing.T) {
					random := rand.New(rand.NewPCG(25, 26))
					got, src := samePictures(random, format, size[0], size[1])
					upscale(t, copies, got.Picture, src.Picture)
					if where := difference(got.Picture, src.Picture); where != "" {
						t.Error("copied:", where)
					}
					want, _ := samePictures(random, format, size[0], size[1])
					turnBlocks(want.Picture, src.Picture)
					upscale(t, turns, got.Picture, src.Picture)
					if where := difference(got.Picture, want.Picture); where != "" {
						t.Error("turned:", where)
					}
					got.checkGuards(t)
					src.checkGuards(t)
				})
			}
		}
	}
}

func turnBlocks(dst, src Picture) {
	for y := range dst.Height {
		for x := range dst.Width {
			*sample(dst, luma, x, y) = *sample(src, luma, min(x^1, src.Width-1), min(y^1, src.Height-1))
		}
	}
	if src.Format == GRAY8 {
		return
	}
	for y := range (dst.Height + 1) / 2 {
		for x := range (dst.Width + 1) / 2 {
			*sample(dst, chromaU, x, y) = *sample(src, chromaV, x, y)
			*sample(dst, chromaV, x, y) = *sample(src, chromaU, x, y)
		}
	}
}

func TestRestoringAllocatesNothing(t *testing.T) {
	for _, format := range formats {
		t.Run(format.String(), func(t *testing.T) {
			g := open(t, graph(t, "convolve-restore"), 2)
			dst, src := samePictures(rand.New(rand.NewPCG(27, 28)), format, 321, 241)
			got := testing.AllocsPerRun(10, func() { upscale(t, g, dst.Picture, src.Picture) })
			if got != 0 {
				t.Errorf("got %v allocations a frame, want 0", got)
			}
		})
	}
}

func TestRestoringGeneratorRefusesADestinationOfAnotherSize(t *testing.T) {
	g := open(t, graph(t, "copy"), 1)
	dst, src := pictures(rand.New(rand.NewPCG(29, 30)), NV12, 8, 6)
	checkError(t, g.Upscale(dst.Picture, src.Picture), Failed, "the source is 8x6, the destination 16x12", "1 times as wide")
	dst.checkGuards(t)
}
