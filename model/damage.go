package model

// Damage estimates how much a codec has damaged a picture, from its luma: 0 is
// clean, 1 heavily damaged, 0.5 the border between generators for the one and
// for the other. It looks at a bounded number of samples, and allocates nothing.
//
// Codecs work in blocks, whose edges show where quantisers are coarse: it
// compares the steps between samples across edges of the 8x8 grid with those
// half-way between two edges, where a picture without blocks has the same.
func Damage(p *Picture) float32 {
	columns, rows := (p.Width-1)/blockSize, (p.Height-1)/blockSize // edges within the picture
	if columns < 1 || rows < 1 {
		return 0 // less than a block: nothing shows
	}
	// About so many edges at most are looked at, evenly spread.
	stride := 1
	for columns*rows > sampledEdges*stride {
		stride++
	}
	var across, between, edges int
	for i := 0; i < columns*rows; i += stride {
		x, y := (1+i%columns)*blockSize, (1+i/columns)*blockSize
		middle := y - blockSize/2
		row, above := p.row(0, middle, p.Width), p.row(0, middle-1, p.Width)
		across += step(row, x, row, x-1)
		between += step(row, x-blockSize/2, row, x-blockSize/2-1)
		column := x - blockSize/2
		across += step(p.row(0, y, p.Width), column, p.row(0, y-1, p.Width), column)
		between += step(row, column, above, column)
		edges += 2
	}
	// Steps of noise alone, half a grey level, must not tell in flat pictures.
	ratio := float32(2*across+edges) / float32(2*between+edges)
	return min(max(2*(ratio-1), 0), 1)
}

const (
	blockSize    = 8
	sampledEdges = 4096
)

func step(a []byte, x int, b []byte, y int) int {
	difference := int(a[x]) - int(b[y])
	return max(difference, -difference)
}
