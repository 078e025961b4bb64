package element

import (
	"testing"

	"gst-superres/model"
)

func TestDetector(t *testing.T) {
	// repeated returns a score again and again.
	repeated := func(score float32, times int) []float32 {
		scores := make([]float32, times)
		for i := range scores {
			scores[i] = score
		}
		return scores
	}
	alternating := repeated(0.2, 100)
	for i := 0; i < len(alternating); i += 2 {
		alternating[i] = 0.8
	}
	for _, test := range []struct {
		name     string
		scores   []float32
		clean    bool // in the end
		switches int  // after the first frame
	}{
		{"the first clean frame decides", []float32{0.49}, true, 0},
		{"the first coded frame decides", []float32{0.51}, false, 0},
		{"clean stays clean", repeated(0.1, 50), true, 0},
		{"coded stays coded", repeated(0.9, 50), false, 0},
		{"a little beyond the border is not enough", append(repeated(0.3, 1), repeated(0.58, 200)...), true, 0},
		{"nor on the other side", append(repeated(0.7, 1), repeated(0.42, 200)...), false, 0},
		{"clean becomes coded once", append(repeated(0.1, 10), repeated(0.9, 20)...), false, 1},
		{"coded becomes clean once", append(repeated(0.9, 10), repeated(0.1, 20)...), true, 1},
		{"one bad frame changes nothing", append(repeated(0.2, 10), append(repeated(1, 1), repeated(0.2, 10)...)...), true, 0},
		{"scores to and fro change nothing", alternating, false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var d detector
			clean, switches := false, 0
			for i, score := range test.scores {
				previous := clean
				clean = d.decide(score)
				if i > 0 && clean != previous {
					switches++
				}
			}
			if clean != test.clean || switches != test.switches {
				t.Errorf("clean %v after %d switches, want %v after %d", clean, switches, test.clean, test.switches)
			}
		})
	}
}

func TestDetectorFollowsWithinASecond(t *testing.T) {
	d := detector{started: true, clean: true, score: 0}
	for frame := 1; frame <= 30; frame++ {
		if !d.decide(1) {
			return
		}
	}
	t.Errorf("after 30 frames of score 1 the smoothed score is %v, and the video still clean", d.score)
}

func TestScoresAreFollowedSmoothly(t *testing.T) {
	var d detector
	if first := d.follow(0.5); first != 0.5 {
		t.Errorf("the first score is 0.5, and %v comes back", first)
	}
	previous := float32(0.5)
	for range 30 {
		next := d.follow(1)
		if next <= previous || next-previous > 0.13 {
			t.Fatalf("after %v comes %v: scores of 1 are to be approached in small steps", previous, next)
		}
		previous = next
	}
	if previous < 0.95 {
		t.Errorf("after 30 scores of 1: %v", previous)
	}
}

func TestSharesAreFollowedSmoothly(t *testing.T) {
	var d detector
	for i, want := range []float64{0.4, 0.55, 0.6625, 0.746875, 0.81015625, 0.8576171875, 0.893212890625, 1, 1} {
		frame := model.Judgement{Damage: 0.9, Coded: 1, Clean: 0.5}
		if i == 0 {
			frame.Coded = 0.4
		}
		d.judge(frame)
		if difference := d.share() - want; difference < -1e-6 || difference > 1e-6 {
			t.Errorf("frame %d: got %v, want %v", i, d.share(), want)
		}
	}
	for range 30 {
		d.judge(model.Judgement{Damage: 0.1, Coded: 1, Clean: 0.5})
	}
	if got := d.share(); got != 0.5 {
		t.Errorf("of video that has become clean: got %v, want the 0.5 of clean video", got)
	}
}

func TestEveryFourthFrameIsMeasured(t *testing.T) {
	var d detector
	for frame := range 13 {
		due := d.due()
		if due != (frame%4 == 0) {
			t.Errorf("frame %d: to be measured is %v", frame, due)
		}
		if due {
			d.decide(0.5)
		}
	}
	d.forget()
	if !d.due() {
		t.Error("the first frame after forgetting is not measured")
	}
}

func TestWhatIsFaithfulGoesAsFarAsMeasured(t *testing.T) {
	faithful, crisp := model.Faithful.String(), model.Crisp.String()
	for _, test := range []struct {
		name   string
		made   made
		wanted damage
		want   float64
	}{
		{"of coded video", made{look: faithful, damage: "coded", scale: 2, score: 0.8}, damageAuto, 0.5},
		{"what is crisp, all the way", made{look: crisp, damage: "coded", scale: 2, score: 0.8}, damageAuto, 1},
		{"what was asked for, all the way", made{look: faithful, damage: "clean", scale: 2, score: notMeasured}, damageClean, 1},
		{"without another generator, all the way", made{look: faithful, damage: "coded", scale: 2, score: notMeasured}, damageAuto, 1},
		{"a file's generator, all the way", made{scale: 2, score: notMeasured}, damageAuto, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := filter{detector: detector{started: true, codedShare: 0.5}}
			if got := f.measuredShare(&test.made, test.wanted, nil); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
