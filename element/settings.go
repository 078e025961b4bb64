package element

// #include "glue.h"
import "C"

import "gst-superres/model"

// tier is a value of the property "tier".
type tier int

const (
	tierAuto     tier = C.SUPERRES_TIER_AUTO
	tierQuality  tier = C.SUPERRES_TIER_QUALITY
	tierBalanced tier = C.SUPERRES_TIER_BALANCED
	tierFast     tier = C.SUPERRES_TIER_FAST
	tierLanczos  tier = C.SUPERRES_TIER_LANCZOS
)

// look is a value of the property "look".
type look int

const (
	lookFaithful look = C.SUPERRES_LOOK_FAITHFUL
	lookCrisp    look = C.SUPERRES_LOOK_CRISP
)

// damage is a value of the property "damage".
type damage int

const (
	damageAuto  damage = C.SUPERRES_DAMAGE_AUTO
	damageClean damage = C.SUPERRES_DAMAGE_CLEAN
	damageCoded damage = C.SUPERRES_DAMAGE_CODED
)

// settings are the values of the properties.
type settings struct {
	tier    tier
	look    look
	scale   int    // 2: doubles; 1: restores, at the same size
	model   string // path of an ONNX file; "": built-in
	threads int    // 0: one for each core

	provider string // of ONNX Runtime, as it is written; "auto": the processor's

	// What each frame asks for anew.
	strength float64 // 0: plain; 1: the generator's own
	damage   damage
	compare  bool    // plain on the left of the divider
	divider  float64 // 0: left edge; 1: right edge
	budget   float64 // share of the time between frames that a frame may take

	reuse          bool // what has not changed since the last frame is not computed again
	reuseThreshold int  // levels by which a sample may be off without counting as changed
}

// defaults are the settings of a new element.
var defaults = settings{
	tier:     tierAuto,
	look:     C.SUPERRES_DEFAULT_LOOK,
	scale:    C.SUPERRES_DEFAULT_SCALE,
	strength: 1,
	damage:   damageAuto,
	provider: model.ProviderAuto,
	divider:  0.5,
	budget:   C.SUPERRES_DEFAULT_BUDGET,
	reuse:    true,
}

// needsPlain says whether a generator's frame needs the plain one beside it: to mix
// or compare with, or for the chroma that no generator makes.
func (s *settings) needsPlain(format model.Format) bool {
	return s.strength < 1 || s.compare || format.FullHeightChroma()
}
