package model

// rectangle is a part of the half-resolution grid: rows top..bottom, columns
// left..right.
type rectangle struct{ top, left, bottom, right int }

func (r rectangle) union(other rectangle) rectangle {
	return rectangle{
		min(r.top, other.top), min(r.left, other.left),
		max(r.bottom, other.bottom), max(r.right, other.right),
	}
}

// grown returns the rectangle with so many more positions on each side as lie
// within a grid.
func (r rectangle) grown(by, height, width int) rectangle {
	return rectangle{max(0, r.top-by), max(0, r.left-by), min(height, r.bottom+by), min(width, r.right+by)}
}

func (r rectangle) area() int { return (r.bottom - r.top) * (r.right - r.left) }

const (
	// runCost is what a run of the session costs beside its positions, in
	// positions. BenchmarkWindow shows it: about 70 on a processor without VNNI,
	// and more of the quicker positions of one with it. So little would not pay
	// for gathering windows of one size into a batch.
	runCost = 300

	// sizeStep is what the sides of windows are multiples of, so that few sizes
	// occur and their tensors stay bound.
	sizeStep = 8

	// mostRectangles is how many windows a frame is cut into at most.
	mostRectangles = 64
)

// cover gathers what has changed in a grid into rectangles that cost little to
// compute. It allocates nothing once its list has grown.
type cover struct {
	height, width int // of the grid
	context       int // positions around one that its output depends on
	largest       int // positions of a window at most
	list          []rectangle
}

func (c *cover) clear() { c.list = c.list[:0] }

// add puts a changed rectangle in, joined with those that cost less together with it than
// beside it.
func (c *cover) add(r rectangle) {
	for {
		best, saved := -1, 0
		for i, other := range c.list {
			saves := c.cost(r) + c.cost(other) - c.cost(r.union(other))
			if saves >= saved || best < 0 && len(c.list) == mostRectangles {
				best, saved = i, saves
			}
		}
		if best < 0 {
			c.list = append(c.list, r)
			return
		}
		r = r.union(c.list[best])
		last := len(c.list) - 1
		c.list[best] = c.list[last]
		c.list = c.list[:last]
	}
}

// cost returns what computing the changed rectangle costs, in positions.
func (c *cover) cost(changed rectangle) int {
	area := c.window(changed).area()
	if area > c.largest {
		return 1 << 40 // never together
	}
	return area + runCost
}

// total returns what all rectangles cost.
func (c *cover) total() (positions int) {
	for _, r := range c.list {
		positions += c.cost(r)
	}
	return positions
}

// window returns what the session must be given to compute all that a changed
// rectangle changes: as far again around that as an output position depends on.
// An edge of the window is an edge of the grid, where the session pads, or comes
// out wrong and is left out by right.
func (c *cover) window(changed rectangle) rectangle {
	w := changed.grown(2*c.context, c.height, c.width)
	w.top, w.bottom = roundSide(w.top, w.bottom, c.height)
	w.left, w.right = roundSide(w.left, w.right, c.width)
	return w
}

// roundSide makes the length from..to a multiple of sizeStep, or all there is.
func roundSide(from, to, all int) (int, int) {
	length := min(all, divideUp(to-from, sizeStep)*sizeStep)
	from = min(from, all-length)
	return from, from + length
}

// right returns the part of a window that comes out right: all but what is near
// an edge that is none of the grid.
func (c *cover) right(window rectangle) rectangle {
	if window.top > 0 {
		window.top += c.context
	}
	if window.left > 0 {
		window.left += c.context
	}
	if window.bottom < c.height {
		window.bottom -= c.context
	}
	if window.right < c.width {
		window.right -= c.context
	}
	return window
}
