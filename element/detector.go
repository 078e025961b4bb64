package element

// Scores of damage go from 0 (clean) to 1 (damaged), with the border at 0.5. A
// choice stands until the smoothed score is well beyond the border, so that
// video near it does not go back and forth between two looks.
const (
	border      = 0.5
	codedAbove  = border + 0.1
	cleanBelow  = border - 0.1
	share       = 1.0 / 8 // of the latest frame in the smoothed score: it follows within some 8 frames
	notMeasured = -1      // stands for a score in statistics
)

// detector decides from frame to frame whether video is clean. The zero value
// has seen none.
type detector struct {
	started bool
	clean   bool
	score   float32 // smoothed
}

// decide takes the score of the next frame and returns whether the video is
// clean. The first frame decides by itself.
func (d *detector) decide(score float32) (clean bool) {
	if !d.started {
		d.started, d.score, d.clean = true, score, score < border
		return d.clean
	}
	d.score += (score - d.score) * share
	switch {
	case d.score > codedAbove:
		d.clean = false
	case d.score < cleanBelow:
		d.clean = true
	}
	return d.clean
}
