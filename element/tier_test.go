package element

import (
	"slices"
	"testing"

	"gst-superres/model"
)

func TestChoose(t *testing.T) {
	all := []model.Tier{model.Quality, model.Balanced, model.Fast}
	tests := []struct {
		settings    settings
		builtIn     []model.Tier
		label       string
		unavailable string
	}{
		{settings{tier: tierAuto}, all, "balanced", ""},
		{settings{tier: tierQuality}, all, "quality", ""},
		{settings{tier: tierBalanced}, all, "balanced", ""},
		{settings{tier: tierFast}, all, "fast", ""},
		{settings{tier: tierLanczos}, all, "lanczos", ""},
		{settings{tier: tierLanczos, model: "x.onnx"}, all, "lanczos", ""},
		{settings{tier: tierFast, model: "x.onnx"}, nil, "model", ""},
		{settings{tier: tierQuality}, []model.Tier{model.Balanced, model.Fast}, "balanced", "quality"},
		{settings{tier: tierQuality}, []model.Tier{model.Fast}, "fast", "quality"},
		{settings{tier: tierFast}, []model.Tier{model.Quality, model.Balanced}, "balanced", "fast"},
		{settings{tier: tierBalanced}, []model.Tier{model.Quality, model.Fast}, "fast", "balanced"},
		{settings{tier: tierAuto}, []model.Tier{model.Quality}, "quality", "balanced"},
		{settings{tier: tierAuto}, nil, "lanczos", "balanced"},
	}
	for _, test := range tests {
		got := test.settings.choose(func(t model.Tier) bool { return slices.Contains(test.builtIn, t) })
		if got.label != test.label || got.unavailable != test.unavailable {
			t.Errorf("choose of %+v with %v built in = %q instead of %q, want %q instead of %q",
				test.settings, test.builtIn, got.label, got.unavailable, test.label, test.unavailable)
		}
		builtIn := got.label != labelLanczos && got.label != labelModel
		if builtIn && got.builtin.String() != got.label {
			t.Errorf("choose of %+v = the generator %v under the label %q", test.settings, got.builtin, got.label)
		}
	}
}
