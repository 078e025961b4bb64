package element

// #include "glue.h"
import "C"

import (
	"fmt"

	"gst-superres/model"
)

// tier is a value of the property "tier".
type tier int

const (
	tierAuto     tier = C.SUPERRES_TIER_AUTO
	tierQuality  tier = C.SUPERRES_TIER_QUALITY
	tierBalanced tier = C.SUPERRES_TIER_BALANCED
	tierFast     tier = C.SUPERRES_TIER_FAST
	tierLanczos  tier = C.SUPERRES_TIER_LANCZOS
)

// settings are the values of the properties.
type settings struct {
	tier    tier
	model   string // path of an ONNX file; "": built-in
	threads int    // 0: one for each core
}

// What statistics call the two engines that are no built-in generator.
const (
	labelModel   = "model"
	labelLanczos = "lanczos"
)

// choice is which engine the settings come down to.
type choice struct {
	label       string     // lanczos, model, or the name of builtin
	builtin     model.Tier // if label is neither lanczos nor model
	unavailable string     // the tier that was asked for, if this is only the nearest
}

// choose decides between a given file, Lanczos and the built-in generators.
// Where no generator is built in for a tier, the nearest one takes its place:
// of two equally near, the quicker, since late is worse than soft.
func (s settings) choose(available func(model.Tier) bool) choice {
	if s.tier == tierLanczos {
		return choice{label: labelLanczos}
	}
	if s.model != "" {
		return choice{label: labelModel}
	}
	var order [3]model.Tier
	switch s.tier {
	case tierQuality:
		order = [...]model.Tier{model.Quality, model.Balanced, model.Fast}
	case tierFast:
		order = [...]model.Tier{model.Fast, model.Balanced, model.Quality}
	default:
		order = [...]model.Tier{model.Balanced, model.Fast, model.Quality}
	}
	for i, candidate := range order {
		if available(candidate) {
			found := choice{label: candidate.String(), builtin: candidate}
			if i > 0 {
				found.unavailable = order[0].String()
			}
			return found
		}
	}
	return choice{label: labelLanczos, unavailable: order[0].String()}
}

// substitution is what to tell the user of a tier that is not available.
func (c choice) substitution() string {
	return fmt.Sprintf("No generator is built in for tier=%s, so tier=%s is used. Set tier=%s to make that the choice, or set model to an ONNX file.", c.unavailable, c.label, c.label)
}
