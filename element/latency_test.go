package element

import (
	"testing"
	"time"
)

func TestLatencyGrowsInSteps(t *testing.T) {
	var l latency
	for _, test := range []struct {
		needed, period time.Duration
		raised         bool
		told           time.Duration
	}{
		{3 * time.Millisecond, period, true, 5 * time.Millisecond},
		{5 * time.Millisecond, period, false, 5 * time.Millisecond},
		{11 * time.Millisecond, period, true, 15 * time.Millisecond},
		{2 * time.Millisecond, period, false, 15 * time.Millisecond},
		{400 * time.Millisecond, period, true, 35 * time.Millisecond},
		{900 * time.Millisecond, period, false, 35 * time.Millisecond},
	} {
		if raised := l.cover(test.needed, test.period); raised != test.raised || l.told != test.told {
			t.Errorf("%v needed: raised %v to %v, want %v, %v", test.needed, raised, l.told, test.raised, test.told)
		}
	}
}
