package element

// The widths or heights that caps allow are runs of multiples of a step, as a
// GstIntRange holds them. A single size is a run from it to itself.

// Sizes of one direction that come in, and that go out.
const (
	smallestIn, largestIn   = 1, 4096
	smallestOut, largestOut = 2 * smallestIn, 2 * largestIn
)

// run is every multiple of step from least to most, both multiples of it.
type run struct{ least, most, step int }

func only(size int) run { return run{size, size, 1} }

// doubled returns the outgoing sizes of the incoming ones in r, and whether
// there are any.
func doubled(r run) (run, bool) {
	in, ok := r.within(smallestIn, largestIn)
	if !ok {
		return run{}, false
	}
	return run{2 * in.least, 2 * in.most, 2 * in.step}, true
}

// halved returns the incoming sizes whose doubles are in r, and whether there
// are any: odd outgoing sizes have none.
func halved(r run) (run, bool) {
	out, ok := r.within(smallestOut, largestOut)
	if !ok {
		return run{}, false
	}
	if out.least == out.most {
		return only(out.least / 2), out.least%2 == 0
	}
	if out.step%2 == 1 {
		out.step *= 2 // every other multiple of an odd step is odd
	}
	out, ok = out.within(smallestOut, largestOut)
	if !ok {
		return run{}, false
	}
	return run{out.least / 2, out.most / 2, out.step / 2}, true
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
