package model

// Damage estimates how much a codec has damaged a picture, from its luma: 0 is
// clean, 1 heavily damaged, 0.5 the border between the generator for the one and
// the one for the other. It looks at a bounded number of samples, and allocates
// nothing.
//
// Coding removes faint high frequencies first, so it looks at how faint the
// high frequencies of 4x4 blocks are, and at the steps across the edges of the
// 8x8 grid. A small network, fitted by model/train/damage to which of the two
// generators does better, weighs these statistics; generator/damage.py says what
// they are. A picture of less than 16x16 samples is called clean.
func Damage(p *Picture) float32 {
	if p.Width < 16 || p.Height < 16 {
		return 0
	}
	blocks := blockiness(p)
	if blocks > 0.5 {
		return 1
	}
	statistics := damageStatisticsOf(p)
	statistics[16] = max(blocks, -0.5)
	odds := damageLastBias
	for unit := range damageHidden {
		sum := damageBias[unit]
		for i, weight := range damageWeights[unit] {
			sum += weight * statistics[i]
		}
		if sum < 0 {
			sum *= 0.125
		}
		odds += damageLast[unit] * sum
	}
	// A sigmoid's shape without its exponential: only the order and the border count.
	return 0.5 + 0.5*odds/(1+max(odds, -odds))
}

const sampledBlocks = 4096 // at most, evenly spread

// damageStatisticsOf sums over 4x4 blocks in four bins by their activity. The
// last statistic, blockiness, is left to the caller.
func damageStatisticsOf(p *Picture) (statistics [damageStatistics]float32) {
	columns, rows := p.Width/4, p.Height/4
	stride := (columns*rows + sampledBlocks - 1) / sampledBlocks
	var count, finest, fine, faint [4]int
	blocks := 0
	for i := 0; i < columns*rows; i += stride {
		activity, c, hv := block4(p, i%columns*4, i/columns*4)
		bin := 3
		switch {
		case activity < 12:
			bin = 0
		case activity < 36:
			bin = 1
		case activity < 96:
			bin = 2
		}
		count[bin]++
		finest[bin] += min(c, 32)
		fine[bin] += min(hv, 128)
		if c <= 2 {
			faint[bin]++
		}
		blocks++
	}
	for bin := range count {
		n := float32(max(1, count[bin]))
		statistics[4*bin] = float32(count[bin]) / float32(blocks)
		statistics[4*bin+1] = float32(finest[bin]) / (32 * n)
		statistics[4*bin+2] = float32(fine[bin]) / (128 * n)
		statistics[4*bin+3] = float32(faint[bin]) / n
	}
	return statistics
}

// block4 returns the activity of the block at x, y, its coefficient that
// alternates in both directions, and the sum of the two that alternate in one.
func block4(p *Picture, x, y int) (activity, both, single int) {
	var alternating, horizontal, vertical int
	var above [4]int
	for r := range 4 {
		row := p.lumaRow(y + r)
		a, b, c, d := row.at(x), row.at(x+1), row.at(x+2), row.at(x+3)
		activity += magnitude(a-b) + magnitude(b-c) + magnitude(c-d)
		if r > 0 {
			activity += magnitude(a-above[0]) + magnitude(b-above[1]) + magnitude(c-above[2]) + magnitude(d-above[3])
		}
		above = [4]int{a, b, c, d}
		sum, turn := a+b+c+d, a-b+c-d
		horizontal += turn
		if r%2 == 0 {
			alternating, vertical = alternating+turn, vertical+sum
		} else {
			alternating, vertical = alternating-turn, vertical-sum
		}
	}
	return activity, magnitude(alternating), magnitude(horizontal) + magnitude(vertical)
}

// blockiness is how much larger steps between samples are across edges of the
// 8x8 grid than half-way between two edges; around 0 in a clean picture.
func blockiness(p *Picture) float32 {
	columns, rows := (p.Width-1)/8, (p.Height-1)/8
	stride := (columns*rows + sampledBlocks - 1) / sampledBlocks
	var across, between, edges int
	for i := 0; i < columns*rows; i += stride {
		x, y := (1+i%columns)*8, (1+i/columns)*8
		middle, above := p.lumaRow(y-4), p.lumaRow(y-5)
		edge, before := p.lumaRow(y), p.lumaRow(y-1)
		across += magnitude(middle.at(x)-middle.at(x-1)) + magnitude(edge.at(x-4)-before.at(x-4))
		between += magnitude(middle.at(x-4)-middle.at(x-5)) + magnitude(middle.at(x-4)-above.at(x-4))
		edges += 2
	}
	// Steps of noise alone, half a grey level, must not tell in flat pictures.
	return float32(2*across+edges)/float32(2*between+edges) - 1
}

// lumaRow is a row of luma, read in eight bits.
type lumaRow struct {
	samples []byte
	step    int // bytes of a sample
	shift   int // of its lowest bit of eight
}

func (p *Picture) lumaRow(y int) lumaRow {
	size := p.Format.SampleBytes()
	return lumaRow{p.row(0, y, p.Width*size), size, p.Format.layout().shift + 2}
}

func (r lumaRow) at(x int) int {
	if r.step == 1 {
		return int(r.samples[x])
	}
	return int((uint16(r.samples[2*x]) | uint16(r.samples[2*x+1])<<8) >> r.shift & 0xff)
}

func magnitude(n int) int { return max(n, -n) }
