package measure

import (
	"math"
	"math/rand/v2"

	"gst-superres/model/complexity/network"
)

// Patterns counts the activation patterns of a network's hidden layers.
//
// A pattern is kept as a 64-bit hash: for n distinct patterns two are taken for
// one with probability about n^2 / 2^65, one in a billion for 65 536.
type Patterns struct {
	network *network.Network
	cone    network.Cone
	layers  []layer
	seen    map[uint64]int
	samples int
}

// layer is a hidden layer while counting.
type layer struct {
	node    int
	scale   float64
	words   [][3]uint64 // random, one a channel and state
	offsets []uint64    // random and odd, one a position of the cone
	counts  [][3]int    // states seen, one a channel
}

// NewPatterns counts patterns in a cone of a network.
func NewPatterns(n *network.Network, cone network.Cone) *Patterns {
	random := rand.New(rand.NewPCG(1805, 10451)) // fixed: the same counts every time
	p := &Patterns{network: n, cone: cone, seen: map[uint64]int{}}
	scales := n.Scales()
	for _, l := range n.Layers {
		if !l.Hidden {
			continue
		}
		channels := n.Nodes[l.Switch].Channels
		y := layer{node: l.Switch, scale: scales[l.Switch], words: make([][3]uint64, channels), counts: make([][3]int, channels)}
		for c := range y.words {
			for s := range y.words[c] {
				y.words[c][s] = random.Uint64()
			}
		}
		for range cone[l.Switch].Positions() {
			y.offsets = append(y.offsets, random.Uint64()|1)
		}
		p.layers = append(p.layers, y)
	}
	return p
}

// Step returns the distance of input positions whose cones fall on positions of
// every layer: 1, or the product of the strides.
func (p *Patterns) Step() int {
	least := 1.0
	for _, s := range p.network.Scales() {
		least = min(least, s)
	}
	return int(math.Ceil(1/least - 1e-9))
}

// Tile returns the cone of rows x columns patches, Step apart, the first of them
// at an input position.
func (p *Patterns) Tile(top, left, rows, columns int) network.Cone {
	tile := make(network.Cone, len(p.cone))
	scales := p.network.Scales()
	for i, r := range p.cone {
		if r.Positions() == 0 {
			continue
		}
		tile[i] = network.Rect{
			Top: r.Top + shift(top, scales[i]), Left: r.Left + shift(left, scales[i]),
			Height: r.Height + shift((rows-1)*p.Step(), scales[i]), Width: r.Width + shift((columns-1)*p.Step(), scales[i]),
		}
	}
	return tile
}

func shift(positions int, scale float64) int { return int(math.Round(float64(positions) * scale)) }

// Add evaluates a tile and counts the patterns of its patches. input must cover
// the tile's cone of the input.
func (p *Patterns) Add(input *network.Tensor, top, left, rows, columns int) {
	wanted := map[int]bool{}
	for _, l := range p.layers {
		wanted[l.node] = true
	}
	values := p.network.Evaluate(p.Tile(top, left, rows, columns), input, true, wanted)
	hashes := make([]uint64, rows*columns)
	for i := range p.layers {
		p.layers[i].hash(p, values[p.layers[i].node], top, left, columns, hashes)
	}
	for _, h := range hashes {
		p.seen[h]++
	}
	p.samples += len(hashes)
}

// hash mixes the states of one layer into the hash of every patch of a tile.
func (l *layer) hash(p *Patterns, values *network.Tensor, top, left, columns int, hashes []uint64) {
	words := make([]uint64, values.Positions()) // of all channels at a position
	for i := range words {
		at := values.Data[i*values.Channels:][:values.Channels]
		for c, v := range at {
			s := p.network.State(l.node, v)
			l.counts[c][s]++
			words[i] += l.words[c][s]
		}
		words[i] = mix(words[i])
	}
	window := p.cone[l.node]
	for i := range hashes {
		y := window.Top + shift(top+i/columns*p.Step(), l.scale) - values.Top
		x := window.Left + shift(left+i%columns*p.Step(), l.scale) - values.Left
		h := uint64(0)
		for dy := range window.Height {
			row := words[(y+dy)*values.Width+x:][:window.Width]
			for dx, w := range row {
				h += w * l.offsets[dy*window.Width+dx]
			}
		}
		hashes[i] = mix(hashes[i] + h)
	}
}

// mix is the finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014).
func mix(v uint64) uint64 {
	v += 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// Abundance returns how often distinct patterns were seen so far.
func (p *Patterns) Abundance() Abundance {
	a := Abundance{Samples: p.samples, Distinct: len(p.seen)}
	for _, times := range p.seen {
		switch times {
		case 1:
			a.Once++
		case 2:
			a.Twice++
		}
	}
	return a
}

// Use is what one hidden layer did on the samples.
type Use struct {
	Switch   int     // node of the layer's switch
	On       float64 // share of unit states that are on
	Full     float64 // share at the upper limit
	Entropy  float64 // bits: sum over all units of the cone
	Never    []int   // channels that were never on (nor full)
	Always   []int   // channels that were on every time
	Observed int     // states seen of each channel
}

// Uses returns what every hidden layer did. The sum of their entropies is an
// upper estimate of log2 of the number of regions in effective use.
func (p *Patterns) Uses() []Use {
	var out []Use
	for _, l := range p.layers {
		u := Use{Switch: l.node}
		var total [3]int
		for c, counts := range l.counts {
			u.Observed = counts[0] + counts[1] + counts[2]
			for s, n := range counts {
				total[s] += n
			}
			u.Entropy += Entropy(counts[:]...) * float64(p.cone[l.node].Positions())
			switch u.Observed {
			case counts[network.Off]:
				u.Never = append(u.Never, c)
			case counts[network.On]:
				u.Always = append(u.Always, c)
			}
		}
		if all := total[0] + total[1] + total[2]; all > 0 {
			u.On, u.Full = float64(total[network.On])/float64(all), float64(total[network.Full])/float64(all)
		}
		out = append(out, u)
	}
	return out
}
