package report

import (
	"fmt"

	"gst-superres/model/complexity/measure"
	"gst-superres/model/complexity/network"
)

// Measure fills in what the network used on pictures: the patterns of about
// samples patches and the regions on lines straight lines. It returns the
// channels of every hidden layer that were never on, by the node of its switch.
// It returns an error where the pictures are too small.
func (r *Report) Measure(n *network.Network, cone network.Cone, pictures []*network.Tensor, samples, lines int) (map[int][]int, error) {
	patterns, err := measure.Sample(n, cone, pictures, samples)
	if err != nil {
		return nil, err
	}
	m := &Measured{Pictures: len(pictures), Patterns: patterns.Abundance()}
	m.Unseen, m.Estimated = m.Patterns.Unseen(), m.Patterns.Chao()
	never := map[int][]int{}
	for _, u := range patterns.Uses() {
		m.Entropy += u.Entropy
		never[u.Switch] = u.Never
		for i := range r.Layers {
			if r.Layers[i].unit == u.Switch {
				r.Layers[i].Use = &Use{On: u.On, Full: u.Full, Entropy: u.Entropy, Never: len(u.Never), Always: len(u.Always)}
			}
		}
	}
	m.Utilisation = utilisation(m.Entropy, r.Units)
	m.Lines = measure.Lines(n, cone, pictures, lines)
	r.Measured = m
	r.Notes = append(r.Notes, fmt.Sprintf(
		"Sampling: %d patches in square tiles spread evenly over the interior of %d pictures; %d lines between random places of two pictures. The same every time.",
		m.Patterns.Samples, m.Pictures, len(m.Lines)))
	return never, nil
}
