package measure

import (
	"slices"

	"gst-superres/model/complexity/network"
)

// Line returns the number of linear regions that the straight line from one
// input of a cone to another crosses: exactly, but for crossings closer than
// 1e-12 of its length, which count as one.
//
// Along a line every value is piecewise linear in t from 0 to 1. Layer by layer,
// its breakpoints so far are known, and what goes into the layer is linear
// between them; the values of t at which a unit passes a limit are interpolated
// and become breakpoints themselves. Hidden layers alone count. Eight-bit graphs
// are taken without their rounding.
func Line(n *network.Network, cone network.Cone, from, to *network.Tensor) int {
	s := &sweep{
		network: n, cone: cone, switches: map[int]bool{},
		points: []float64{0, 1}, values: make([][]*network.Tensor, len(n.Nodes)),
	}
	s.values[0] = []*network.Tensor{from, to}
	for _, l := range n.Layers {
		if l.Hidden {
			s.switches[l.Switch] = true
			s.last = l.Switch
		}
	}
	needed := n.Before(s.switches)
	s.readers = make([]int, len(n.Nodes))
	for i, node := range n.Nodes[:s.last+1] {
		for _, in := range node.Inputs {
			if needed[i] {
				s.readers[in] = i
			}
		}
	}
	return s.descend(1, false, needed)
}

// together is how many points go through the layers at once: enough to share
// what they share, and few enough that their values fit into some 100 MB.
const together = 64

// descend runs the nodes from one on and returns the number of pieces in the
// end. With known, the breakpoints of that node are among the points already.
func (s *sweep) descend(from int, known bool, needed []bool) int {
	for i := from; i <= s.last; i++ {
		if !needed[i] || s.cone[i].Positions() == 0 {
			continue
		}
		if s.switches[i] && !(known && i == from) {
			all := s.merge(s.crossings(i))
			if len(all) > together {
				return s.split(i, all, needed)
			}
			s.take(s, all)
		}
		s.run(i)
		for j := range i {
			if s.readers[j] <= i {
				s.values[j] = nil
			}
		}
	}
	return len(s.points) - 1
}

// split goes on part by part; neighbours share a point, and pieces add up.
func (s *sweep) split(at int, all []breakpoint, needed []bool) int {
	pieces := 0
	for first := 0; first < len(all)-1; first += together - 1 {
		part := *s
		part.take(s, all[first:min(first+together, len(all))])
		pieces += part.descend(at, true, needed)
	}
	return pieces
}

// sweep is a line while its breakpoints are being found.
type sweep struct {
	network  *network.Network
	cone     network.Cone
	switches map[int]bool        // of the hidden layers
	last     int                 // of them
	readers  []int               // node -> the last node that reads it
	points   []float64           // ascending, within 0..1
	values   [][]*network.Tensor // node -> its value at every point; nil where no longer needed
}

// run computes a node at every point.
func (s *sweep) run(node int) {
	inputs := s.network.Nodes[node].Inputs
	in := make([]*network.Tensor, len(inputs))
	s.values[node] = make([]*network.Tensor, len(s.points))
	for p := range s.points {
		for j, k := range inputs {
			in[j] = s.values[k][p]
		}
		s.values[node][p] = s.network.Apply(node, in, s.cone[node])
	}
}

// closest is the distance of two breakpoints that are told apart.
const closest = 1e-12

// crossings returns, for every piece between two points, the values of t at
// which a unit of a switch passes a limit, ascending.
func (s *sweep) crossings(node int) [][]float64 {
	input := s.values[s.network.Nodes[node].Inputs[0]]
	channels := s.network.Nodes[node].Channels
	thresholds := make([][]float64, channels)
	for c := range thresholds {
		thresholds[c] = s.network.Thresholds(node, c)
	}
	found := make([][]float64, len(s.points)-1)
	for p := range found {
		start, length := s.points[p], s.points[p+1]-s.points[p]
		tile := s.cone[node]
		for i := range tile.Positions() {
			y, x := tile.Top+i/tile.Width, tile.Left+i%tile.Width
			a, b := input[p].At(y, x), input[p+1].At(y, x)
			for c := range channels {
				for _, limit := range thresholds[c] {
					if before, after := a[c]-limit, b[c]-limit; before*after < 0 {
						found[p] = append(found[p], start+length*before/(before-after))
					}
				}
			}
		}
		slices.Sort(found[p])
	}
	return found
}

// breakpoint is a value of t: one of the points so far, or inside of a piece.
type breakpoint struct {
	t     float64
	old   bool
	index int // of the point, or of the point before the piece
}

// merge puts crossings, a list for each piece, between the points.
func (s *sweep) merge(crossings [][]float64) []breakpoint {
	var all []breakpoint
	for p, t := range s.points {
		all = append(all, breakpoint{t, true, p})
		if p == len(crossings) {
			break
		}
		for _, t := range crossings[p] {
			if t-all[len(all)-1].t >= closest && s.points[p+1]-t >= closest {
				all = append(all, breakpoint{t, false, p})
			}
		}
	}
	return all
}

// take makes breakpoints of another sweep the points of this one, with every
// value there: between two points all values are linear.
func (s *sweep) take(from *sweep, chosen []breakpoint) {
	points, values := make([]float64, len(chosen)), make([][]*network.Tensor, len(from.values))
	for i, b := range chosen {
		points[i] = b.t
	}
	for node, v := range from.values {
		if v == nil {
			continue
		}
		values[node] = make([]*network.Tensor, len(chosen))
		for i, b := range chosen {
			if b.old {
				values[node][i] = v[b.index]
				continue
			}
			share := (b.t - from.points[b.index]) / (from.points[b.index+1] - from.points[b.index])
			values[node][i] = between(v[b.index], v[b.index+1], share)
		}
	}
	s.points, s.values = points, values
}

func between(a, b *network.Tensor, share float64) *network.Tensor {
	out := network.NewTensor(a.Rect, a.Channels)
	for i := range out.Data {
		out.Data[i] = a.Data[i] + share*(b.Data[i]-a.Data[i])
	}
	return out
}
