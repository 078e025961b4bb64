package model

const (
	transformBins       = 4
	transformBands      = 6
	transformStatistics = transformBins * (1 + 2*transformBands)
)

// bandOf is the band of a coefficient by the sum of its row and column: 1 and 2,
// 3 and 4, 5 and 6, 7 and 8, 9 to 11, 12 to 14.
var bandOf = [15]int{-1, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5}

// coefficientsOf is how many coefficients of a block a band has.
var coefficientsOf = [transformBands]int{5, 9, 13, 15, 15, 6}

// transforms sums over 8x8 blocks in four bins by their activity: of each bin its
// share of the blocks, and of each band of frequencies the mean of the
// coefficients, limited, and the share of those that are next to nothing, as
// quantisation leaves them.
func (p *plane) transforms(statistics *[transformStatistics]float32) {
	columns, rows := p.width/8, p.height/8
	stride := strideOf(columns, rows)
	var count [transformBins]int
	var sums, faint [transformBins][transformBands]int
	blocks := 0
	var block [64]int32
	for i := 0; i < columns*rows; i += stride {
		p.walsh(i%columns*8, i/columns*8, &block)
		var limited, small [transformBands]int
		activity := 0
		for at := 1; at < len(block); at++ {
			value := magnitude(int(block[at]))
			band := bandOf[at/8+at%8]
			activity += value
			limited[band] += min(value, 256)
			if value <= 4 {
				small[band]++
			}
		}
		bin := binOf(activity, [...]int{192, 640, 1760})
		count[bin]++
		for band := range limited {
			sums[bin][band] += limited[band]
			faint[bin][band] += small[band]
		}
		blocks++
	}
	for bin := range count {
		of := statistics[bin*(1+2*transformBands):]
		of[0] = float32(count[bin]) / float32(blocks)
		for band, coefficients := range coefficientsOf {
			n := float32(max(1, count[bin]*coefficients))
			of[1+2*band] = float32(sums[bin][band]) / (256 * n)
			of[2+2*band] = float32(faint[bin][band]) / n
		}
	}
}

// walsh is the Walsh-Hadamard transform of the block at x, y: rows and columns in
// the order of their changes of sign.
func (p *plane) walsh(x, y int, block *[64]int32) {
	for r := range 8 {
		a, b, c, d := p.fours(x, y+r)
		e, f, g, h := p.fours(x+4, y+r)
		row := (*[8]int32)(block[8*r:])
		row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7] = walsh8(
			int32(a), int32(b), int32(c), int32(d), int32(e), int32(f), int32(g), int32(h))
	}
	for c := range 8 {
		block[c], block[c+8], block[c+16], block[c+24], block[c+32], block[c+40], block[c+48], block[c+56] = walsh8(
			block[c], block[c+8], block[c+16], block[c+24], block[c+32], block[c+40], block[c+48], block[c+56])
	}
}

// walsh8 multiplies with the rows of the Hadamard matrix of eight, those of fewer changes of sign first.
func walsh8(a, b, c, d, e, f, g, h int32) (k0, k1, k2, k3, k4, k5, k6, k7 int32) {
	a, e = a+e, a-e
	b, f = b+f, b-f
	c, g = c+g, c-g
	d, h = d+h, d-h
	a, c = a+c, a-c
	b, d = b+d, b-d
	e, g = e+g, e-g
	f, h = f+h, f-h
	return a + b, e + f, g + h, c + d, c - d, g - h, e - f, a - b
}
