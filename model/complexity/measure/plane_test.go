package measure

import "gst-superres/model/complexity/network"

// planeRegions counts the activation patterns of a network of two inputs in a
// square of half side limit, exactly: it cuts polygons by one unit after the
// other. The slow reference that the samplers are tested against. Every unit is
// affine on the polygons left by the layers before, so its values at their
// corners tell whether, and where, it cuts them.
func planeRegions(n *network.Network, limit float64) int {
	type corner [2]float64
	polygons := [][]corner{{{-limit, -limit}, {limit, -limit}, {limit, limit}, {-limit, limit}}}
	cone := n.Cone(1, 1)
	for _, l := range n.Layers {
		if !l.Hidden {
			continue
		}
		input := n.Nodes[l.Switch].Inputs[0]
		at := func(p corner) []float64 {
			x := &network.Tensor{Rect: cone[0], Channels: 2, Data: p[:]}
			return n.Evaluate(cone, x, true, map[int]bool{input: true})[input].Data
		}
		for c := range n.Nodes[l.Switch].Channels {
			for _, threshold := range n.Thresholds(l.Switch, c) {
				var cut [][]corner
				for _, polygon := range polygons {
					var sides [2][]corner // below, above
					for i, p := range polygon {
						q := polygon[(i+1)%len(polygon)]
						a, b := at(p)[c]-threshold, at(q)[c]-threshold
						if a <= 0 {
							sides[0] = append(sides[0], p)
						}
						if a >= 0 {
							sides[1] = append(sides[1], p)
						}
						if a*b < 0 {
							s := a / (a - b)
							m := corner{p[0] + s*(q[0]-p[0]), p[1] + s*(q[1]-p[1])}
							sides[0], sides[1] = append(sides[0], m), append(sides[1], m)
						}
					}
					for _, s := range sides {
						if len(s) >= 3 {
							cut = append(cut, s)
						}
					}
				}
				polygons = cut
			}
		}
	}
	return len(polygons)
}
