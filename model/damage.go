package model

import "math"

// Judgement is what Judge says of a picture.
type Judgement struct {
	// Damage is how much a codec has damaged it: 0 is clean, 1 heavily damaged, 0.5 the
	// border between the generator for the one and the one for the other.
	Damage float32
	// Coded and Clean are how far what the generator for coded video, or that for
	// clean video, makes is to depart from plain enlargement: 1 but for pictures so
	// soft, and so little damaged, that the generator would sharpen what is right.
	Coded, Clean float32
}

// Judge estimates of a picture that is to be doubled, from its luma, how damaged it
// is and how far to enhance it. It looks at a bounded number of samples, and
// allocates nothing.
//
// Coding removes faint high frequencies first, so it looks at how faint the
// high frequencies of 4x4 blocks are, and at the steps across the edges of the
// 8x8 grid, both in the luma and in the luma halved, and at what is left of all
// frequencies of 8x8 blocks. Three small networks weigh these statistics, one fitted
// by model/train/damage to which of the two generators does better, two by
// model/train/share to which mixture does best; generator/damage.py says what they
// are. A picture of less than 32x32 samples is called clean.
func Judge(p *Picture) Judgement {
	if p.Width < 32 || p.Height < 32 {
		return Judgement{Damage: 0, Coded: 1, Clean: 1}
	}
	var statistics [pictureStatistics]float32
	if blocks := sizesOf(p, statistics[:2*sizeStatistics]); blocks > 0.5 {
		return Judgement{Damage: 1, Coded: 1, Clean: 1}
	}
	whole := planeOf(p, false)
	whole.transforms((*[transformStatistics]float32)(statistics[2*sizeStatistics:]))
	odds := damageNetwork.odds(statistics[:])
	return Judgement{
		// A sigmoid's shape without its exponential: only the order and the border count.
		Damage: 0.5 + 0.5*odds/(1+max(odds, -odds)),
		Coded:  stretched(codedShareNetwork.share(statistics[:])),
		Clean:  stretched(cleanShareNetwork.share(statistics[:])),
	}
}

// stretched maps most shares to 1, which costs nothing: those from 0.8 on, which are
// as good, and 0.7 to 0.8 to what lies between.
func stretched(share float32) float32 {
	const kept, whole = 0.7, 0.8
	if share <= kept {
		return share
	}
	return min(1, kept+(share-kept)*(1-kept)/(whole-kept))
}

// Repair estimates how far the repair of a decoded picture, by the built-in
// generator of scale 1, is to replace it, so that the mixture is nearest to what was
// coded: from 0, for a picture that shows no coding, to 1. Where coding is hard
// to see, a repair takes away more than it gives back. It looks at what Judge looks
// at, but for the 8x8 blocks' frequencies, and allocates nothing; the network is
// model/train/repair's. A picture of less than 32x32 samples is repaired in full.
func Repair(p *Picture) float32 {
	if p.Width < 32 || p.Height < 32 {
		return 1
	}
	var statistics [2 * sizeStatistics]float32
	sizesOf(p, statistics[:])
	return repairNetwork.share(statistics[:])
}

const (
	sizeStatistics    = 17 // of the luma as it is, and again of it halved
	pictureStatistics = 2*sizeStatistics + transformStatistics
	estimatorUnits    = 64
)

// estimator is a small network of one hidden layer; each unit weighs all statistics.
type estimator struct {
	weights    [estimatorUnits][]float32
	bias, last [estimatorUnits]float32
	lastBias   float32
}

func (e *estimator) odds(statistics []float32) float32 {
	odds := e.lastBias
	for unit := range e.weights {
		sum := e.bias[unit]
		for i, weight := range e.weights[unit] {
			sum += weight * statistics[i]
		}
		if sum < 0 {
			sum *= 0.125
		}
		odds += e.last[unit] * sum
	}
	return odds
}

// share is the odds as a share, from 0 to 1.
func (e *estimator) share(statistics []float32) float32 {
	return float32(1 / (1 + math.Exp(-float64(e.odds(statistics)))))
}

const sampledBlocks = 1024 // at most, evenly spread

// strideOf returns every which of the places in rows and columns to look at. It
// shares no factor with the columns, so that all of them come to be seen.
func strideOf(columns, rows int) int {
	stride := (columns*rows + sampledBlocks - 1) / sampledBlocks
	for commonFactor(stride, columns) > 1 {
		stride++
	}
	return stride
}

// commonFactor returns the greatest number that divides both.
func commonFactor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// plane is luma that statistics are taken of, in eight bits: as it is, or halved.
type plane struct {
	samples       []byte
	stride        int
	width, height int
	ten           bool // two bytes a sample, with the lowest of the eight bits at shift
	shift         int
	halved        bool
}

func planeOf(p *Picture, halved bool) plane {
	luma := plane{p.Plane[0], p.Stride[0], p.Width, p.Height, p.Format.SampleBytes() == 2, p.Format.layout().shift + 2, halved}
	if halved {
		luma.width, luma.height = p.Width/2, p.Height/2
	}
	return luma
}

// fours returns four samples of a row.
func (p *plane) fours(x, y int) (a, b, c, d int) {
	if !p.halved {
		return p.four(x, y)
	}
	e, f, g, h := p.four(2*x, 2*y)
	i, j, k, l := p.four(2*x, 2*y+1)
	m, n, o, q := p.four(2*x+4, 2*y)
	r, s, t, u := p.four(2*x+4, 2*y+1)
	return (e + f + i + j + 2) >> 2, (g + h + k + l + 2) >> 2, (m + n + r + s + 2) >> 2, (o + q + t + u + 2) >> 2
}

// four returns four samples of a row that is not halved.
func (p *plane) four(x, y int) (a, b, c, d int) {
	if p.ten {
		row := p.samples[y*p.stride+2*x:][:8:8]
		sample := func(i int) int { return int((uint16(row[i])|uint16(row[i+1])<<8)>>p.shift) & 0xff }
		return sample(0), sample(2), sample(4), sample(6)
	}
	row := p.samples[y*p.stride+x:][:4:4]
	return int(row[0]), int(row[1]), int(row[2]), int(row[3])
}

// sizesOf fills in the statistics of a picture of at least 32x32, as it is and
// halved, and returns its blockiness, which is not limited as it is among them.
func sizesOf(p *Picture, statistics []float32) (blocks float32) {
	const each = sizeStatistics
	whole, half := planeOf(p, false), planeOf(p, true)
	whole.statistics((*[each]float32)(statistics[:each]))
	half.statistics((*[each]float32)(statistics[each : 2*each]))
	blocks = statistics[each-1]
	for _, last := range [...]int{each - 1, 2*each - 1} {
		statistics[last] = min(max(statistics[last], -0.5), 0.5)
	}
	return blocks
}

// binOf returns the bin of a block by its activity: how many of the borders it has reached.
func binOf(activity int, borders [3]int) int {
	bin := 0
	for bin < len(borders) && activity >= borders[bin] {
		bin++
	}
	return bin
}

// statistics sums over 4x4 blocks in four bins by their activity. The last one is
// the blockiness.
func (p *plane) statistics(statistics *[sizeStatistics]float32) {
	columns, rows := p.width/4, p.height/4
	stride := strideOf(columns, rows)
	var count, finest, fine, faint [4]int
	blocks := 0
	for i := 0; i < columns*rows; i += stride {
		activity, c, hv := p.block4(i%columns*4, i/columns*4)
		bin := binOf(activity, [...]int{12, 36, 96})
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
	statistics[4*len(count)] = p.blockiness()
}

// block4 returns the activity of the block at x, y, its coefficient that
// alternates in both directions, and the sum of the two that alternate in one.
func (p *plane) block4(x, y int) (activity, both, single int) {
	var alternating, horizontal, vertical int
	var above [4]int
	for r := range 4 {
		a, b, c, d := p.fours(x, y+r)
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
func (p *plane) blockiness() float32 {
	columns, rows := (p.width-1)/8, (p.height-1)/8
	stride := strideOf(columns, rows)
	var across, between, edges int
	for i := 0; i < columns*rows; i += stride {
		x, y := (1+i%columns)*8, (1+i/columns)*8
		_, left, centre, _ := p.fours(x-6, y-4) // the samples at x-5 and x-4 of the row in the middle
		_, above, _, _ := p.fours(x-5, y-5)     // at x-4
		_, _, before, at := p.fours(x-3, y-4)   // at x-1 and x
		edge, _, _, _ := p.fours(x-4, y)
		under, _, _, _ := p.fours(x-4, y-1)
		across += magnitude(at-before) + magnitude(edge-under)
		between += magnitude(centre-left) + magnitude(centre-above)
		edges += 2
	}
	// Steps of noise alone, half a grey level, must not tell in flat pictures.
	return float32(2*across+edges)/float32(2*between+edges) - 1
}

func magnitude(n int) int { return max(n, -n) }
