package element

import "time"

// pace tells how much time there is from one frame to the next: that of the
// caps' frame rate, or, where they have none, what lay between the latest frames.
type pace struct {
	nominal  time.Duration // of the caps; 0: they have none
	latest   time.Duration // running time of the latest frame
	started  bool
	smoothed time.Duration // 0: not known
}

// longestPause is the longest time between two frames that belong together.
const longestPause = time.Second

// next takes the running time of the next frame, or of its like if it has none, and
// returns the time to the one after it; 0: not known.
func (p *pace) next(running time.Duration, known bool) time.Duration {
	if p.nominal > 0 {
		return p.nominal
	}
	if !known {
		return p.smoothed
	}
	between := running - p.latest
	if p.started && between > 0 && between < longestPause {
		if p.smoothed == 0 {
			p.smoothed = between
		}
		p.smoothed += (between - p.smoothed) / 8
	}
	p.latest, p.started = running, true
	return p.smoothed
}

// negotiated takes the frame rate of caps; of none, times between frames count.
func (p *pace) negotiated(numerator, denominator int) {
	*p = pace{}
	if numerator > 0 {
		p.nominal = time.Duration(float64(denominator) / float64(numerator) * float64(time.Second))
	}
}
