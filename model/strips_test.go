package model

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Every position that is marked, or next to one that is, is computed by one strip, whose
// segments neither overlap nor touch.
func TestPlanCoversMarksAndTheirNeighbours(t *testing.T) {
	random := rand.New(rand.NewPCG(81, 82))
	var p plan
	for _, size := range [][2]int{{1, 1}, {3, 5}, {4, 8}, {5, 9}, {33, 31}, {90, 120}, {47, 700}, {9, 1300}} {
		for _, workers := range []int{1, 2, 5} {
			for _, share := range []float64{0, 0.001, 0.05, 0.4, 1} {
				t.Run(fmt.Sprintf("%dx%d/%d workers/%v", size[1], size[0], workers, share), func(t *testing.T) {
					checkPlan(t, random, &p, size[0], size[1], workers, share)
				})
			}
		}
	}
}

func checkPlan(t *testing.T, random *rand.Rand, p *plan, height, width, workers int, share float64) {
	stride := divideUp(width, 8) * 8
	marks := make([]byte, height*stride)
	for i := range marks {
		if i%stride < width && random.Float64() < share {
			marks[i] = 1
		}
	}
	p.make(marks, height, width, stride, workers)
	computed := make([]int, height*width)
	segments := 0
	for _, s := range p.strips {
		end := -2
		for _, each := range p.segments[s.from:s.to] {
			segments++
			if each.at < end+2 || each.at+each.length > stripWidths[s.width] || each.length < 1 {
				t.Fatalf("a segment of %d columns is at %d, after one that ends at %d, in a strip of %d", each.length, each.at, end, stripWidths[s.width])
			}
			end = each.at + each.length
			for row := each.row; row < min(each.row+stripRows, height); row++ {
				for column := each.column; column < each.column+each.length; column++ {
					computed[row*width+column]++
				}
			}
		}
	}
	if segments != len(p.segments) {
		t.Fatalf("the strips have %d of %d segments", segments, len(p.segments))
	}
	for row := range height {
		for column := range width {
			count := computed[row*width+column]
			if count > 1 || count == 0 && marked(marks, height, width, stride, row, column) {
				t.Fatalf("the position %d, %d is computed %d times", row, column, count)
			}
		}
	}
	if share == 0 && len(p.strips) > 0 {
		t.Fatalf("%d strips for no mark", len(p.strips))
	}
}

// marked says whether a position or one around it is marked.
func marked(marks []byte, height, width, stride, row, column int) bool {
	for y := max(0, row-1); y < min(height, row+2); y++ {
		for x := max(0, column-1); x < min(width, column+2); x++ {
			if marks[y*stride+x] != 0 {
				return true
			}
		}
	}
	return false
}
