package element

import "gst-superres/model"

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
	all         = 0.9     // of the share: what is mixed in from there on costs more than anybody can tell from it
)

// detector decides from frame to frame whether video is clean. The zero value
// has seen none.
type detector struct {
	started bool
	clean   bool
	score   float32 // smoothed
	frames  int     // since one was measured
	// Shares of what a generator adds to plain enlargement; smoothed.
	cleanShare, codedShare float32
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

// judge takes what is said of the next frame. The first frame decides by itself.
func (d *detector) judge(frame model.Judgement) {
	d.cleanShare = d.departed(d.cleanShare, frame.Clean)
	d.codedShare = d.departed(d.codedShare, frame.Coded)
	d.decide(frame.Damage)
}

// decide takes the score of the next frame and returns whether the video is clean.
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

// departed returns a smoothed share after that of the next frame.
func (d *detector) departed(smoothed, share float32) float32 {
	if !d.started {
		return share
	}
	return smoothed + (share-smoothed)*latest
}

// share returns how far what the generator for the video makes is to depart from plain
// enlargement.
func (d *detector) share() float64 {
	share := d.codedShare
	if d.clean {
		share = d.cleanShare
	}
	if share > all {
		return 1
	}
	return float64(share)
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
