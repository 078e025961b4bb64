package network

import "math"

// Interval is a closed interval of reals.
type Interval struct {
	Low, High float64
}

// plus returns the interval of sums.
func (i Interval) plus(o Interval) Interval { return Interval{i.Low + o.Low, i.High + o.High} }

// times returns the interval of multiples by a number.
func (i Interval) times(v float64) Interval {
	if v < 0 {
		return Interval{i.High * v, i.Low * v}
	}
	return Interval{i.Low * v, i.High * v}
}

// with returns the smallest interval that holds a number as well.
func (i Interval) with(v float64) Interval { return Interval{min(i.Low, v), max(i.High, v)} }

func (i Interval) widened(by float64) Interval { return Interval{i.Low - by, i.High + by} }

func (i Interval) largest() float64 { return max(math.Abs(i.Low), math.Abs(i.High)) }
