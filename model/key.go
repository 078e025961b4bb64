package model

import "fmt"

// Tier names a built-in generator by its size. The zero value is Quality.
type Tier int

// The tiers, from the slowest to the fastest.
const (
	Quality Tier = iota
	Balanced
	Fast
)

// String returns the tier's name in lower case, as users write it.
func (t Tier) String() string {
	names := [...]string{"quality", "balanced", "fast"}
	if t < 0 || int(t) >= len(names) {
		return fmt.Sprintf("Tier(%d)", int(t))
	}
	return names[t]
}

// Look names a built-in generator by what it was trained for. The zero value is
// Faithful.
type Look int

// The looks.
const (
	Faithful Look = iota // the least error in every sample
	Crisp                // the sharpness of real pictures, against a discriminator
)

// String returns the look's name in lower case, as users write it.
func (l Look) String() string {
	names := [...]string{"faithful", "crisp"}
	if l < 0 || int(l) >= len(names) {
		return fmt.Sprintf("Look(%d)", int(l))
	}
	return names[l]
}

// Key names a built-in generator.
type Key struct {
	Scale int // 2: doubles; 1: restores, at the same size
	Tier  Tier
	Look  Look
	Clean bool // made for undamaged pictures; else for coded video
}

// String returns the name of the generator's file, without its ending:
// "balanced-faithful", "balanced-faithful-clean" or "restore-balanced-faithful".
func (k Key) String() string {
	name := fmt.Sprintf("%v-%v", k.Tier, k.Look)
	if k.Scale == 1 {
		name = "restore-" + name
	}
	if k.Clean {
		name += "-clean"
	}
	return name
}
