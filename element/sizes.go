package element

// The widths or heights that caps allow are runs of multiples of a step, as a
// GstIntRange holds them. A single size is a run from it to itself.

// Sizes of one direction that come in, and the largest that goes out.
const (
	smallestIn, largestIn = 1, 4096
	largestScale          = 2
	largestOut            = largestScale * largestIn
)

// run is every multiple of step from least to most, both multiples of it.
type run struct{ least, most, step int }

func only(size int) run { return run{size, size, 1} }

// outgoing returns the sizes that the incoming ones in r become at a scale, and
// whether there are any.
func outgoing(r run, scale int) (run, bool) {
	in, ok := r.within(smallestIn, largestIn)
	if !ok {
		return run{}, false
	}
	return run{scale * in.least, scale * in.most, scale * in.step}, true
}

// incoming returns the sizes that become the outgoing ones in r at a scale, 1 or
// 2, and whether there are any: odd outgoing sizes have none at scale 2.
func incoming(r run, scale int) (run, bool) {
	out, ok := r.within(scale*smallestIn, scale*largestIn)
	if !ok {
		return run{}, false
	}
	if out.least == out.most {
		return only(out.least / scale), out.least%scale == 0
	}
	if out.step%scale != 0 {
		out.step *= scale // every other multiple of an odd step is odd
	}
	out, ok = out.within(scale*smallestIn, scale*largestIn)
	if !ok {
		return run{}, false
	}
	return run{out.least / scale, out.most / scale, out.step / scale}, true
}

// within returns the multiples of r's step in r that lie in least..most, and
// whether there are any.
func (r run) within(least, most int) (run, bool) {
	least = max(least, r.least)
	most = min(most, r.most)
	least += (r.step - least%r.step) % r.step
	most -= most % r.step
	return run{least, most, r.step}, least <= most
}
