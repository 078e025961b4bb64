package model

import "fmt"

// longRun is how many positions of the half-resolution grid make a run of a
// session that is worth ending early: those of a picture of 960x540, some 20 ms
// on two cores with VNNI. ONNX Runtime can be told to end a run only if it is
// given the tensors anew, for which the wrapper allocates some ten bytes four
// times; shorter runs use bound tensors and allocate nothing.
const longRun = 480 * 270

// Interrupt makes the call of [Generator.Upscale] under way, if there is one,
// end soon with an [*Error] of kind [Interrupted], and all later ones at once,
// until [Generator.Resume]. A long run ends after the layer that it is at. It may
// be called from any goroutine, not after Close.
func (g *Generator) Interrupt() {
	g.interrupted.Store(true)
	_ = g.session.options.Terminate() // always nil
}

// Resume ends what Interrupt began. No call of Upscale may be under way.
func (g *Generator) Resume() {
	if g.interrupted.Swap(false) {
		_ = g.session.options.UnsetTerminate() // always nil
	}
}

func (g *Generator) wasInterrupted() error {
	return &Error{
		Kind:    Interrupted,
		Problem: fmt.Sprintf("The generator %q was interrupted", g.name),
		Remedy:  "Call Resume, and give it the picture again",
	}
}
