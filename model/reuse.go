package model

import (
	"bytes"
	"encoding/binary"
)

// tileSide is the side, in positions of the half-resolution grid, of the squares
// in which frames are compared: the 16x16 luma samples of a codec's macroblock.
const tileSide = 4

// reuse is what a generator knows of the last frame. The kept output is always
// that of the kept input, position by position: so nothing but the kept input
// decides what of the output can stay, and seeks, flushes and other generators in
// between change nothing.
type reuse struct {
	kept  *bound // the whole grid
	valid bool   // the kept output is that of the kept input

	wanted    bool
	threshold int
	computed  int // positions that the last frame's sessions were given

	rows    []byte // one packed row for each row of tiles
	changed []bool // tiles that differ from the kept input
	cover   cover
	compare func(from, to int)
}

// SetReuse says whether calls of [Generator.Upscale] from now on compute only what
// differs from the last picture, which gives the same bytes. A generator that was
// just opened computes all.
//
// A sample counts as different if it is more than `threshold` levels (of 256,
// whatever the depth) from the one that the kept output was computed from, so that
// errors never add up; 0 is exact. Graphs that do not say their rows of context
// reuse only whole pictures.
func (g *Generator) SetReuse(wanted bool, threshold int) {
	g.reuse.wanted = wanted
	g.reuse.threshold = max(threshold, 0) << (g.depth - 8)
}

// Reused returns the share of the last picture, from 0 to 1, that was not
// computed anew.
func (g *Generator) Reused() float64 {
	if g.height*g.width == 0 {
		return 0
	}
	return max(0, 1-float64(g.reuse.computed)/float64(g.height*g.width))
}

// resize prepares for pictures of another size: of height x width positions.
func (r *reuse) resize(s *session, height, width, context int) error {
	r.forget(s)
	kept, err := s.ownBound(height, width)
	if err != nil {
		return err
	}
	s.release() // windows of the last size
	r.kept = kept
	rowBytes := len(kept.input.bytes) / height
	tileRows, tileColumns := divideUp(height, tileSide), divideUp(width, tileSide)
	r.rows = make([]byte, tileRows*rowBytes)
	r.changed = make([]bool, tileRows*tileColumns)
	r.cover = cover{
		height: height, width: width, context: context,
		largest: min(largestWindow, height*width),
		list:    make([]rectangle, 0, mostRectangles),
	}
	return nil
}

// forget gives the memory back.
func (r *reuse) forget(s *session) {
	if r.kept != nil {
		s.forget(r.kept)
	}
	r.kept, r.valid = nil, false
}

// take brings the picture src into the kept input. It returns whether the whole
// output has to be computed anew; if not, the plan of the layers or the cover has what
// has changed.
func (g *Generator) take() (whole bool) {
	r := &g.reuse
	valid := r.valid
	r.valid = false // until the output is that of the input again
	if !r.wanted || !valid || g.byLayers() && g.movesOn() {
		g.bands.run(0, g.height, g.width, g.pack)
		return true
	}
	clear(r.changed)
	if g.byLayers() {
		clear(g.layerwise.picture)
	}
	g.bands.run(0, divideUp(g.height, tileSide), tileSide*g.width, r.compare)
	if g.byLayers() {
		whole = g.layerwise.asOne(g.layerwise.start())
	} else {
		whole = g.coverChanges()
	}
	if whole && r.threshold > 0 {
		g.bands.run(0, g.height, g.width, g.pack)
	}
	return whole
}

// coverChanges brings what has changed into the cover, unless the whole output is to
// be computed anew.
func (g *Generator) coverChanges() (whole bool) {
	r := &g.reuse
	r.cover.clear()
	tileColumns := divideUp(g.width, tileSide)
	changed := 0
	for _, c := range r.changed {
		if c {
			changed++
		}
	}
	if changed == 0 {
		return false
	}
	// Changes all over need no rectangles to tell.
	whole = g.context < 0 || g.wholeFrames || 4*changed > 3*len(r.changed)
	if !whole {
		for row := 0; row*tileSide < g.height; row++ {
			r.coverRow(row, r.changed[row*tileColumns:(row+1)*tileColumns])
		}
		whole = r.cover.total() >= g.height*g.width+runCost*len(g.windows)
	}
	return whole
}

// coverRow adds the runs of changed tiles in a row of tiles to the cover.
func (r *reuse) coverRow(row int, changed []bool) {
	for from := 0; from < len(changed); from++ {
		if !changed[from] {
			continue
		}
		to := from + 1
		for to < len(changed) && changed[to] {
			to++
		}
		r.cover.add(rectangle{
			row * tileSide, from * tileSide,
			min((row+1)*tileSide, r.kept.height), min(to*tileSide, r.kept.width),
		})
		from = to
	}
}

// compareTiles compares rows from..to of tiles of the picture src with the kept
// input, marks those that differ and takes them over.
func (g *Generator) compareTiles(from, to int) {
	r := &g.reuse
	rowBytes := len(r.kept.input.bytes) / g.height
	tileBytes := tileSide * rowBytes / g.width
	tileColumns := divideUp(g.width, tileSide)
	byPosition := g.byLayers() && r.threshold == 0
	for tileRow := from; tileRow < to; tileRow++ {
		fresh := r.rows[tileRow*rowBytes : (tileRow+1)*rowBytes]
		marks := r.changed[tileRow*tileColumns : (tileRow+1)*tileColumns]
		first, last := tileRow*tileSide, min((tileRow+1)*tileSide, g.height)
		for row := first; row < last; row++ {
			g.packer(fresh, g.src, row, row, row+1)
			kept := r.kept.input.bytes[row*rowBytes : (row+1)*rowBytes]
			if bytes.Equal(fresh, kept) {
				continue
			}
			if byPosition {
				g.layerwise.markDifferent(row, fresh, kept)
			} else {
				g.markTiles(marks, fresh, kept, tileBytes)
			}
			if r.threshold == 0 {
				copy(kept, fresh)
			}
		}
		if r.threshold > 0 {
			g.takeTiles(marks, first, last, fresh)
		}
	}
}

// markTiles marks the tiles that differ in a row of the input tensor.
func (g *Generator) markTiles(marks []bool, fresh, kept []byte, tileBytes int) {
	for i := range marks {
		end := min((i+1)*tileBytes, len(fresh))
		if !marks[i] && g.differ(fresh[i*tileBytes:end], kept[i*tileBytes:end]) {
			marks[i] = true
		}
	}
}

// takeTiles brings the marked tiles of a row of tiles into the kept input, whole,
// where others stay as they were.
func (g *Generator) takeTiles(marks []bool, first, last int, fresh []byte) {
	rowBytes := len(fresh)
	tileBytes := tileSide * rowBytes / g.width
	for row := first; row < last; row++ {
		g.packer(fresh, g.src, row, row, row+1)
		kept := g.reuse.kept.input.bytes[row*rowBytes : (row+1)*rowBytes]
		for i, marked := range marks {
			if marked {
				end := min((i+1)*tileBytes, rowBytes)
				copy(kept[i*tileBytes:end], fresh[i*tileBytes:end])
				if g.byLayers() {
					g.layerwise.mark(row, i*tileSide, min((i+1)*tileSide, g.width))
				}
			}
		}
	}
}

// differ says whether samples are further apart than the threshold.
func (g *Generator) differ(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return false
	}
	if g.reuse.threshold == 0 {
		return true
	}
	if g.depth > 8 {
		for i := 0; i < len(a); i += 2 {
			if magnitude(int(binary.NativeEndian.Uint16(a[i:]))-int(binary.NativeEndian.Uint16(b[i:]))) > g.reuse.threshold {
				return true
			}
		}
		return false
	}
	for i := range a {
		if magnitude(int(a[i])-int(b[i])) > g.reuse.threshold {
			return true
		}
	}
	return false
}

// compute makes the kept output that of the kept input within the part `right` of
// a window.
func (g *Generator) compute(window, right rectangle) error {
	if g.interrupted.Load() {
		return g.wasInterrupted()
	}
	r := &g.reuse
	r.computed += window.area()
	if window.area() == g.height*g.width {
		g.session.take(r.kept)
		return g.session.run()
	}
	height, width := window.bottom-window.top, window.right-window.left
	if err := g.session.reserve(g.largestWindow()); err != nil {
		return err
	}
	if err := g.session.bind(height, width); err != nil {
		return err
	}
	copyRectangle(g.session.input, r.kept.input, 0, 0, window)
	if err := g.session.run(); err != nil {
		return err
	}
	copyRectangle(r.kept.output, g.session.output, right.top, right.left, rectangle{
		right.top - window.top, right.left - window.left, right.bottom - window.top, right.right - window.left,
	})
	return nil
}

// largestWindow returns how many positions the session is given at once at most,
// of a grid that it is not given whole.
func (g *Generator) largestWindow() int {
	largest := g.reuse.cover.largest
	if len(g.windows) > 1 {
		largest = max(largest, g.windowRows*g.width)
	}
	return largest
}

// copyRectangle copies a part of a tensor to the place top, left of another one.
func copyRectangle(dst, src *tensor, top, left int, part rectangle) {
	position := len(src.bytes) / (src.height * src.width)
	length := (part.right - part.left) * position
	for row := range part.bottom - part.top {
		to := ((top+row)*dst.width + left) * position
		from := ((part.top+row)*src.width + part.left) * position
		copy(dst.bytes[to:to+length], src.bytes[from:from+length])
	}
}
