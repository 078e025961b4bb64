package element

import (
	"fmt"

	"gst-superres/model"
)

// What statistics call the engines that are no built-in generator.
const (
	labelModel   = "model"
	labelLanczos = "lanczos"
	labelLinear  = "linear" // with tier=auto, where frames are late even with Lanczos
)

// choice is which engine the settings come down to.
type choice struct {
	label   string    // lanczos, linear, model, or the tier of builtin
	scale   int       // of the engine
	builtin model.Key // if label is that of a tier
	wanted  model.Key // what the settings ask of the built-in generators
	path    string    // of the file, if label is model
	depth   int       // bits of a sample of the video; 0: not known yet

	governed bool // between this and quicker ones, frame by frame
}

// choose decides between a given file, Lanczos and the built-in generators. Of
// a tier that has not the look that is wanted, the other look takes its place;
// of a tier that is not there at all, the nearest tier: of two equally near, the
// quicker, since late is worse than soft.
func (s settings) choose(available func(model.Key) bool) choice {
	tiers := tiersByNearness(s.tier)
	looks := [...]model.Look{model.Faithful, model.Crisp}
	if s.look == lookCrisp {
		looks = [...]model.Look{model.Crisp, model.Faithful}
	}
	wanted := model.Key{Scale: s.scale, Tier: tiers[0], Look: looks[0]}
	governed := s.tier == tierAuto
	if s.tier == tierLanczos {
		return choice{label: labelLanczos, scale: s.scale}
	}
	if s.model != "" {
		return choice{label: labelModel, scale: s.scale, path: s.model, governed: governed}
	}
	for _, tier := range tiers {
		for _, look := range looks {
			candidate := model.Key{Scale: s.scale, Tier: tier, Look: look}
			if available(candidate) {
				return choice{label: tier.String(), scale: s.scale, builtin: candidate, wanted: wanted, governed: governed}
			}
		}
	}
	return choice{label: labelLanczos, scale: s.scale, wanted: wanted}
}

func tiersByNearness(t tier) [3]model.Tier {
	switch t {
	case tierQuality:
		return [...]model.Tier{model.Quality, model.Balanced, model.Fast}
	case tierFast:
		return [...]model.Tier{model.Fast, model.Balanced, model.Quality}
	default:
		return [...]model.Tier{model.Balanced, model.Fast, model.Quality}
	}
}

// forClean returns the key of the generator that is made for clean video where
// the choice's own is made for coded video.
func (c choice) forClean() model.Key {
	key := c.builtin
	key.Clean = true
	return key
}

// look returns the look of a built-in generator, else "".
func (c choice) look() string {
	if c.builtin == (model.Key{}) {
		return ""
	}
	return c.builtin.Look.String()
}

// substituted says whether the choice is something else than what is wanted.
func (c choice) substituted() bool { return c.wanted != c.builtin }

// substitution is what to tell the user of a generator that is not built in.
func (c choice) substitution() string {
	wanted := fmt.Sprintf("tier=%v look=%v scale=%d", c.wanted.Tier, c.wanted.Look, c.wanted.Scale)
	used := "tier=" + c.label
	if c.label != labelLanczos {
		used += fmt.Sprintf(" look=%v", c.builtin.Look)
	}
	return fmt.Sprintf("No generator is built in for %s, so %s is used. Set %s to make that the choice, or set model to an ONNX file.", wanted, used, used)
}
