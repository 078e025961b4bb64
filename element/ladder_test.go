package element

import (
	"slices"
	"strings"
	"testing"

	"gst-superres/model"
)

func TestStepsOfAChoice(t *testing.T) {
	for _, test := range []struct {
		settings settings
		builtIn  string
		want     [stepCount]string
	}{
		{settings{tier: tierAuto, scale: 2}, "balanced-faithful fast-faithful balanced-crisp", [stepCount]string{"", "balanced-faithful", "fast-faithful", "lanczos", "linear"}},
		{settings{tier: tierAuto, scale: 2, look: lookCrisp}, "balanced-faithful fast-faithful balanced-crisp", [stepCount]string{"", "balanced-crisp", "fast-faithful", "lanczos", "linear"}},
		{settings{tier: tierAuto, scale: 2}, "quality-faithful balanced-faithful", [stepCount]string{"quality-faithful", "balanced-faithful", "", "lanczos", "linear"}},
		{settings{tier: tierAuto, scale: 2, look: lookCrisp}, "quality-faithful balanced-crisp fast-faithful", [stepCount]string{"", "balanced-crisp", "fast-faithful", "lanczos", "linear"}},
		{settings{tier: tierAuto, scale: 2, look: lookCrisp}, "quality-crisp balanced-crisp fast-crisp", [stepCount]string{"quality-crisp", "balanced-crisp", "fast-crisp", "lanczos", "linear"}},
		{settings{tier: tierAuto, scale: 1}, "balanced-faithful restore-balanced-crisp", [stepCount]string{"", "restore-balanced-crisp", "", "lanczos", ""}},
		{settings{tier: tierAuto, scale: 2}, "", [stepCount]string{"", "", "", "lanczos"}},
		{settings{tier: tierAuto, scale: 2, model: "x.onnx"}, "balanced-faithful fast-faithful", [stepCount]string{"", "model", "", "lanczos", "linear"}},
		{settings{tier: tierBalanced, scale: 2}, "balanced-faithful fast-faithful", [stepCount]string{"", "balanced-faithful", "", ""}},
		{settings{tier: tierFast, scale: 2, model: "x.onnx"}, "", [stepCount]string{"", "model", "", ""}},
		{settings{tier: tierLanczos, scale: 2}, "balanced-faithful", [stepCount]string{"", "", "", "lanczos"}},
	} {
		available := func(k model.Key) bool { return slices.Contains(strings.Fields(test.builtIn), k.String()) }
		var got [stepCount]string
		for s, each := range test.settings.choose(available).steps(available) {
			got[s] = each.label
			if each.builtin != (model.Key{}) {
				got[s] = each.builtin.String()
			}
		}
		if got != test.want {
			t.Errorf("%+v with %q built in: %q, want %q", test.settings, test.builtIn, got, test.want)
		}
	}
}

func TestQualityOfSteps(t *testing.T) {
	some := &engine{}
	l := &ladder{engines: [stepCount]*engine{stepBalanced: some, stepFast: some, stepLanczos: some}}
	for s, want := range map[step]int{stepBalanced: 1000000, stepFast: 666666, stepLanczos: 333333} {
		if got := l.qualityOf(s); got != want {
			t.Errorf("step %d: %d, want %d", s, got, want)
		}
	}
}

func TestCutsOfAScene(t *testing.T) {
	var s scene
	for i, frame := range []struct {
		luma byte
		cut  bool
	}{{10, false}, {10, false}, {30, false}, {100, true}, {100, false}} {
		picture := grey(5, 3)
		for j := range picture.Plane[0] {
			picture.Plane[0][j] = frame.luma
		}
		if got := s.cut(picture); got != frame.cut {
			t.Errorf("frame %d of luma %d: cut %v", i, frame.luma, got)
		}
	}
	s.forget()
	if s.cut(grey(5, 3)) {
		t.Error("after forgetting, the first frame is a cut")
	}
}

// A generator makes one frame at a time, so that one which the streaming thread may have is not to be timed.
func TestGeneratorsInUseAreNotTimed(t *testing.T) {
	balanced, fast := new(model.Generator), new(model.Generator)
	l := ladder{}
	l.engines[stepBalanced] = &engine{coded: balanced}
	l.engines[stepFast] = &engine{coded: fast}
	l.engines[stepLanczos] = &engine{}
	for _, test := range []struct {
		busy []*model.Generator
		want *model.Generator
	}{
		{nil, balanced},
		{[]*model.Generator{balanced}, fast},
		{[]*model.Generator{fast}, balanced},
		{[]*model.Generator{balanced, fast}, nil},
	} {
		if got := l.idle(test.busy); got != test.want {
			t.Errorf("of balanced %p and fast %p, with %v in use, %p is timed; want %p", balanced, fast, test.busy, got, test.want)
		}
	}
}
