package model

const (
	// stripRows are the rows of the grid that a strip computes. Fewer fit changes better,
	// and more of what is gathered is border.
	stripRows = 2

	// mostGap is how many columns between two segments of a strip are computed rather than
	// left out: two are lost between segments in any case.
	mostGap = 3
)

// stripWidths are the columns that strips compute: of few sizes, so that their tensors
// stay. A wide one is less work a position and stays, with its border, within a core's
// second-level cache: 32 channels are 66 kB in, nine times 8 bytes a position for ONNX
// Runtime to find them by, and 33 kB out.
var stripWidths = [...]int{512, 256, 64}

// segment is a run of positions of the grid that a strip computes.
type segment struct {
	row, column int // of the grid, its first
	length      int // columns
	at          int // its first column in the strip
}

// strip is a picture that one run of a layer makes: segments of the grid of stripRows rows
// side by side. Between two of them are two columns that come out wrong.
type strip struct {
	width    int // an index of stripWidths
	from, to int // its segments
}

// plan covers the positions of the grid that a layer has to compute with strips. It
// allocates nothing once its lists have grown.
type plan struct {
	segments []segment
	strips   []strip
	columns  int // of all segments, with what is lost between them
	line     []byte
}

// make plans for what depends on the positions of a grid that are marked (not 0): these
// and those around them. Rows of marks are stride bytes, a multiple of 8, of which those
// from `width` on are 0. Strips are cut so that `workers` have something to do.
func (p *plan) make(marks []byte, height, width, stride, workers int) {
	p.segments, p.strips, p.columns = p.segments[:0], p.strips[:0], 0
	if len(p.line) != stride {
		p.line = make([]byte, stride)
	}
	for row := 0; row < height; row += stripRows {
		first, last := max(0, row-1), min(height, row+stripRows+1)
		if p.gather(marks[first*stride:last*stride], stride) {
			p.addRuns(row, width)
		}
	}
	p.cut(workers)
}

// gather sets the line to what is marked in any of the rows, and returns whether
// anything is.
func (p *plan) gather(rows []byte, stride int) bool {
	line, marks := start(p.line), start(rows)
	found := uint64(0)
	for at := 0; at < stride; at += 8 {
		word := uint64(0)
		for row := 0; row < len(rows); row += stride {
			word |= load64(marks, row+at)
		}
		store64(line, at, word)
		found |= word
	}
	return found != 0
}

// addRuns adds the segments of a row of strips that the line's marks reach.
func (p *plan) addRuns(row, width int) {
	from, to := -1, -1 // of the run so far
	for column := 0; column < width; column++ {
		if column&7 == 0 && load64(start(p.line), column) == 0 {
			column += 7
			continue
		}
		if p.line[column] == 0 {
			continue
		}
		if from >= 0 && column-1 > to+mostGap {
			p.addSegment(row, from, to)
			from = -1
		}
		if from < 0 {
			from = max(0, column-1)
		}
		to = min(width, column+2)
	}
	if from >= 0 {
		p.addSegment(row, from, to)
	}
}

func (p *plan) addSegment(row, from, to int) {
	p.segments = append(p.segments, segment{row: row, column: from, length: to - from})
	p.columns += to - from + 2
}

// cut lays the segments into strips, some of them in two. Wide strips come first: towards
// the end narrower ones keep all workers busy.
func (p *plan) cut(workers int) {
	left := p.columns
	for next := 0; next < len(p.segments); {
		s := strip{width: widthFor(left, workers), from: next}
		width, at := stripWidths[s.width], 0
		for ; next < len(p.segments) && (at == 0 || width-at > mostGap); next++ {
			if p.segments[next].length > width-at {
				p.split(next, width-at)
			}
			p.segments[next].at = at
			at += p.segments[next].length + 2
		}
		s.to = next
		for s.width < len(stripWidths)-1 && at-2 <= stripWidths[s.width+1] {
			s.width++
		}
		p.strips = append(p.strips, s)
		left -= at
	}
}

// widthFor returns the width of the next strip when so many columns are left, as an index
// of stripWidths.
func widthFor(left, workers int) int {
	for i, width := range stripWidths[:len(stripWidths)-1] {
		if left >= workers*width {
			return i
		}
	}
	return len(stripWidths) - 1
}

// split makes two segments of one, the first of so many columns.
func (p *plan) split(i, length int) {
	p.segments = append(p.segments, segment{})
	copy(p.segments[i+1:], p.segments[i:])
	p.segments[i].length = length
	p.segments[i+1].column += length
	p.segments[i+1].length -= length
}

// positions returns how many positions the strips compute.
func (p *plan) positions() (count int) {
	for _, s := range p.strips {
		count += stripRows * stripWidths[s.width]
	}
	return count
}
