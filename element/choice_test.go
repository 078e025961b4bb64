package element

import (
	"slices"
	"strings"
	"testing"

	"gst-superres/model"
)

func TestChoose(t *testing.T) {
	all := strings.Fields("quality-faithful quality-crisp balanced-faithful balanced-crisp fast-faithful fast-crisp" +
		" restore-quality-faithful restore-balanced-faithful restore-balanced-crisp")
	for _, test := range []struct {
		settings    settings
		builtIn     []string
		label       string
		builtin     string // "": no generator that is built in
		substituted bool
	}{
		{settings{tier: tierAuto, scale: 2}, all, "balanced", "balanced-faithful", false},
		{settings{tier: tierQuality, scale: 2}, all, "quality", "quality-faithful", false},
		{settings{tier: tierBalanced, scale: 2}, all, "balanced", "balanced-faithful", false},
		{settings{tier: tierFast, scale: 2}, all, "fast", "fast-faithful", false},
		{settings{tier: tierFast, scale: 2, look: lookCrisp}, all, "fast", "fast-crisp", false},
		{settings{tier: tierLanczos, scale: 2}, all, "lanczos", "", false},
		{settings{tier: tierLanczos, scale: 1, look: lookCrisp}, all, "lanczos", "", false},
		{settings{tier: tierLanczos, scale: 2, model: "x.onnx"}, all, "lanczos", "", false},
		{settings{tier: tierFast, scale: 2, model: "x.onnx"}, nil, "model", "", false},
		{settings{tier: tierQuality, scale: 2}, []string{"balanced-faithful", "fast-faithful"}, "balanced", "balanced-faithful", true},
		{settings{tier: tierQuality, scale: 2}, []string{"fast-faithful"}, "fast", "fast-faithful", true},
		{settings{tier: tierFast, scale: 2}, []string{"quality-faithful", "balanced-faithful"}, "balanced", "balanced-faithful", true},
		{settings{tier: tierBalanced, scale: 2}, []string{"quality-faithful", "fast-faithful"}, "fast", "fast-faithful", true},
		{settings{tier: tierAuto, scale: 2}, []string{"quality-faithful"}, "quality", "quality-faithful", true},
		{settings{tier: tierAuto, scale: 2}, nil, "lanczos", "", true},
		// The tier counts more than the look.
		{settings{tier: tierFast, scale: 2, look: lookCrisp}, []string{"fast-faithful", "balanced-crisp"}, "fast", "fast-faithful", true},
		{settings{tier: tierAuto, scale: 2}, []string{"balanced-crisp", "fast-faithful"}, "balanced", "balanced-crisp", true},
		{settings{tier: tierQuality, scale: 2, look: lookCrisp}, []string{"balanced-faithful", "balanced-crisp"}, "balanced", "balanced-crisp", true},
		// A scale has its own generators.
		{settings{tier: tierAuto, scale: 1}, all, "balanced", "restore-balanced-faithful", false},
		{settings{tier: tierFast, scale: 1}, all, "balanced", "restore-balanced-faithful", true},
		{settings{tier: tierQuality, scale: 1, look: lookCrisp}, all, "quality", "restore-quality-faithful", true},
		{settings{tier: tierAuto, scale: 1}, []string{"balanced-faithful"}, "lanczos", "", true},
	} {
		got := test.settings.choose(func(k model.Key) bool { return slices.Contains(test.builtIn, k.String()) })
		builtin := ""
		if got.builtin != (model.Key{}) {
			builtin = got.builtin.String()
		}
		if got.label != test.label || builtin != test.builtin || got.substituted() != test.substituted || got.scale != test.settings.scale {
			t.Errorf("choose of %+v with %v built in = %q, generator %q at scale %d, substituted %v; want %q, %q, %d, %v", test.settings,
				test.builtIn, got.label, builtin, got.scale, got.substituted(), test.label, test.builtin, test.settings.scale, test.substituted)
		}
		if got.label == labelModel && got.path != test.settings.model {
			t.Errorf("choose of %+v = the file %q", test.settings, got.path)
		}
	}
}

func TestSubstitutionNamesWhatIsMissingAndWhatIsUsed(t *testing.T) {
	for _, test := range []struct {
		settings settings
		builtIn  string
		mentions []string
	}{
		{settings{tier: tierQuality, scale: 2, look: lookCrisp}, "balanced-crisp",
			[]string{"for tier=quality look=crisp scale=2", "Set tier=balanced look=crisp"}},
		{settings{tier: tierFast, scale: 2, look: lookCrisp}, "fast-faithful",
			[]string{"for tier=fast look=crisp scale=2", "Set tier=fast look=faithful"}},
		{settings{tier: tierAuto, scale: 1}, "", []string{"for tier=balanced look=faithful scale=1", "Set tier=lanczos to"}},
	} {
		got := test.settings.choose(func(k model.Key) bool { return k.String() == test.builtIn }).substitution()
		for _, mention := range test.mentions {
			if !strings.Contains(got, mention) {
				t.Errorf("substitution for %+v = %q, which does not mention %q", test.settings, got, mention)
			}
		}
	}
}
