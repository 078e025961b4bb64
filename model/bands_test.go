package model

import (
	"fmt"
	"sync"
	"testing"
)

func TestBandsCoverEveryRowOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 8} {
		b := newBands(workers)
		defer b.close()
		for _, rows := range []int{1, 2, 3, 7, 100} {
			t.Run(fmt.Sprintf("%d-workers/%d-rows", workers, rows), func(t *testing.T) {
				var lock sync.Mutex
				times := make([]int, rows)
				b.run(0, rows, smallestBand, func(from, to int) {
					lock.Lock()
					defer lock.Unlock()
					for row := from; row < to; row++ {
						times[row]++
					}
				})
				for row, n := range times {
					if n != 1 {
						t.Errorf("row %d: got %d times, want 1", row, n)
					}
				}
			})
		}
	}
}

func TestBandsRaiseAPanicWhereTheCallerCanRecover(t *testing.T) {
	b := newBands(4)
	defer b.close()
	for _, bad := range []int{0, 2, 3} {
		got := func() (reason any) {
			defer func() { reason = recover() }()
			b.run(0, 4, smallestBand, func(from, to int) {
				if from == bad {
					panic("in a band")
				}
			})
			return nil
		}()
		if got != "in a band" {
			t.Errorf("band %d: got %v, want the panic of the band", bad, got)
		}
	}
	b.run(0, 4, smallestBand, func(from, to int) {}) // and it goes on
}
