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
	s := &sweep{network: n, cone: cone, points: []float64{0, 1}, values: make([][]*network.Tensor, len(n.Nodes))}
	s.values[0] = []*network.Tensor{from, to}
	switches := map[int]bool{}
	last := 0
	for _, l := range n.Layers {
		if l.Hidden {
			switches[l.Switch] = true
			last = l.Switch
		}
	}
	needed := n.Before(switches)
	uses := make([]int, len(n.Nodes)) // index of the last node that reads it
	for i, node := range n.Nodes[:last+1] {
		for _, in := range node.Inputs {
			if needed[i] {
				uses[in] = i
			}
		}
	}
	for i := 1; i <= last; i++ {
		if !needed[i] || cone[i].Positions() == 0 {
			continue
		}
		if switches[i] {
			s.insert(s.crossings(i))
		}
		s.run(i)
		for j := range i {
			if uses[j] <= i {
				s.values[j] = nil
			}
		}
	}
	return len(s.points) - 1
}

// sweep is a line while its breakpoints are being found.
type sweep struct {
	network *network.Network
	cone    network.Cone
	points  []float64           // ascending, from 0 to 1
	values  [][]*network.Tensor // node -> its value at every point; nil where no longer needed
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

// insert makes breakpoints of crossings, a list for each piece, and interpolates
// every value there.
func (s *sweep) insert(crossings [][]float64) {
	var points []float64
	var pieces []int // the piece that a new point lies in, or -1 for an old one
	for p, t := range s.points {
		points, pieces = append(points, t), append(pieces, -1)
		if p == len(s.points)-1 {
			break
		}
		for _, t := range crossings[p] {
			if t-points[len(points)-1] >= closest && s.points[p+1]-t >= closest {
				points, pieces = append(points, t), append(pieces, p)
			}
		}
	}
	for node, values := range s.values {
		if values == nil {
			continue
		}
		wider := make([]*network.Tensor, 0, len(points))
		old := 0
		for i, p := range pieces {
			if p < 0 {
				wider = append(wider, values[old])
				old++
				continue
			}
			share := (points[i] - s.points[p]) / (s.points[p+1] - s.points[p])
			wider = append(wider, between(values[p], values[p+1], share))
		}
		s.values[node] = wider
	}
	s.points = points
}

func between(a, b *network.Tensor, share float64) *network.Tensor {
	out := network.NewTensor(a.Rect, a.Channels)
	for i := range out.Data {
		out.Data[i] = a.Data[i] + share*(b.Data[i]-a.Data[i])
	}
	return out
}
