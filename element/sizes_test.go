package element

import (
	"fmt"
	"testing"
)

// every lists the sizes of a run, at most up to the limit.
func every(r run, limit int) map[int]bool {
	sizes := map[int]bool{}
	for size := r.least; size <= min(r.most, limit); size += r.step {
		sizes[size] = true
	}
	return sizes
}

func TestOutgoingAndIncomingAgreeWithEverySize(t *testing.T) {
	for scale := 1; scale <= largestScale; scale++ {
		t.Run(fmt.Sprintf("scale-%d", scale), func(t *testing.T) { checkSizes(t, scale) })
	}
}

func checkSizes(t *testing.T, scale int) {
	runs := []run{
		only(1), only(2), only(3), only(480), only(4095), only(4096), only(4097), only(8192), only(8193), only(1 << 30), only(0), only(-4),
		{1, 2, 1}, {1, 4096, 1}, {1, 1<<31 - 1, 1}, {0, 1<<31 - 1, 1}, {16, 4096, 16}, {15, 45, 15}, {3, 9, 3}, {4, 6, 2},
		{2, 8192, 2}, {5000, 9000, 1}, {8190, 8200, 10}, {7, 7 * 2000, 7}, {4097, 8191, 1}, {-64, 64, 1}, {-8, 8, 4},
	}
	const limit = 8300
	for _, r := range runs {
		given := every(r, limit)
		wantOutgoing, wantIncoming := map[int]bool{}, map[int]bool{}
		for in := smallestIn; in <= largestIn; in++ {
			if given[in] {
				wantOutgoing[scale*in] = true
			}
			if given[scale*in] {
				wantIncoming[in] = true
			}
		}
		compare(t, "outgoing", r, scale, outgoing, wantOutgoing)
		compare(t, "incoming", r, scale, incoming, wantIncoming)
	}
}

func compare(t *testing.T, name string, r run, scale int, resize func(run, int) (run, bool), want map[int]bool) {
	t.Helper()
	got, ok := resize(r, scale)
	if ok != (len(want) > 0) {
		t.Errorf("%s(%v) says %v, and there are %d sizes", name, r, ok, len(want))
		return
	}
	if !ok {
		return
	}
	sizes := every(got, 1<<20)
	for size := range want {
		if !sizes[size] {
			t.Errorf("%s(%v) = %v lacks %d", name, r, got, size)
			return
		}
	}
	for size := range sizes {
		if !want[size] {
			t.Errorf("%s(%v) = %v has %d too many", name, r, got, size)
			return
		}
	}
	if got.least%got.step != 0 || got.most%got.step != 0 {
		t.Errorf("%s(%v) = %v: GStreamer wants multiples of the step", name, r, got)
	}
}
