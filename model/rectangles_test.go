package model

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Whatever changes: each changed position lies in a rectangle, what depends on it
// comes out right in the window, and a window is within the grid and its limit.
func TestCoverComputesAllThatChanges(t *testing.T) {
	random := rand.New(rand.NewPCG(81, 82))
	for _, size := range [][2]int{{1, 1}, {7, 9}, {16, 40}, {180, 240}, {541, 961}} {
		for _, context := range []int{0, 1, 4, 6} {
			t.Run(fmt.Sprintf("%dx%d/context-%d", size[1], size[0], context), func(t *testing.T) {
				c := cover{height: size[0], width: size[1], context: context, largest: min(largestWindow, size[0]*size[1])}
				for range 20 {
					c.clear()
					var added []rectangle
					for range 1 + random.IntN(300) {
						top, left := random.IntN(size[0]), random.IntN(size[1])
						r := rectangle{top, left, min(top+8, size[0]), min(left+1+random.IntN(64), size[1])}
						added = append(added, r)
						c.add(r)
					}
					checkCover(t, &c, added)
				}
			})
		}
	}
}

func checkCover(t *testing.T, c *cover, added []rectangle) {
	t.Helper()
	if len(c.list) > mostRectangles {
		t.Fatalf("got %d rectangles, want at most %d", len(c.list), mostRectangles)
	}
	within := func(inner, outer rectangle) bool { return inner.union(outer) == outer }
	for _, r := range c.list {
		window := c.window(r)
		if !within(window, rectangle{0, 0, c.height, c.width}) {
			t.Fatalf("the window %v is not within %dx%d", window, c.width, c.height)
		}
		if affected := r.grown(c.context, c.height, c.width); !within(affected, c.right(window)) {
			t.Fatalf("a change in %v affects %v, and %v comes out right of %v", r, affected, c.right(window), window)
		}
	}
	for _, r := range added {
		found := false
		for _, other := range c.list {
			found = found || within(r, other)
		}
		if !found {
			t.Fatalf("the changed rectangle %v is in none of %v", r, c.list)
		}
	}
}

func TestCoverJoinsWhatLiesClose(t *testing.T) {
	c := cover{height: 180, width: 240, context: 4, largest: 180 * 240}
	for row := 40; row < 120; row += 8 {
		c.add(rectangle{row, 80, row + 8, 160})
	}
	if len(c.list) != 1 || c.list[0] != (rectangle{40, 80, 120, 160}) {
		t.Errorf("got %v for one blob, want one rectangle", c.list)
	}
	c.clear()
	c.add(rectangle{0, 0, 8, 8})
	c.add(rectangle{172, 232, 180, 240})
	if len(c.list) != 2 {
		t.Errorf("got %v for two corners, want two rectangles", c.list)
	}
}
