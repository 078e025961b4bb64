package element

// Scores of damage go from 0 (clean) to 1 (damaged), with the border at 0.5: there
// the generator for the one does as well as that for the other. What decoders say
// counts for nothing: where it moved the border, calls at high quality lost more than
// others gained. A choice stands until the smoothed score is well beyond the border,
// so that video near it does not go back and forth between two looks.
const (
	border      = 0.5
	margin      = 0.1
	interval    = 4       // every which frame is measured: that costs time, and damage comes and goes slowly
	latest      = 1.0 / 4 // of the latest score in the smoothed one: it follows within some 4 of them
	notMeasured = -1      // stands for a score in statistics
)

// detector decides from frame to frame whether video is clean. The zero value
// has seen none.
type detector struct {
	started bool
	clean   bool
	score   float32 // smoothed
	share   float32 // of what the generator adds to plain enlargement; smoothed
	frames  int     // since one was measured
}

// due says whether the next frame is to be measured: the first is, and then every
// fourth.
func (d *detector) due() bool {
	d.frames++
	if d.started && d.frames < interval {
		return false
	}
	d.frames = 0
	return true
}

// forget makes the next frame decide by itself.
func (d *detector) forget() { *d = detector{} }

// decide takes the score of the next frame and returns whether the video is
// clean. The first frame decides by itself.
func (d *detector) decide(score float32) (clean bool) {
	if !d.started {
		d.started, d.score, d.clean = true, score, score < border
		return d.clean
	}
	d.score += (score - d.score) * latest
	switch {
	case d.score > border+margin:
		d.clean = false
	case d.score < border-margin:
		d.clean = true
	}
	return d.clean
}

// depart takes the share of the next frame, before decide takes its score, and smooths
// it. The first frame's is its own.
func (d *detector) depart(share float32) {
	if !d.started {
		d.share = share
	}
	d.share += (share - d.share) * latest
	if d.share > 0.99 {
		d.share = 1 // which costs less than what nobody could tell from it
	}
}

// follow takes a score of the next frame and returns the smoothed one. The first
// frame's is its own.
func (d *detector) follow(score float32) float32 {
	if !d.started {
		d.started, d.score = true, score
	}
	d.score += (score - d.score) * latest
	return d.score
}
