package model

import "fmt"

// Interrupt makes the call of [Generator.Upscale] under way, if there is one,
// end soon with an [*Error] of kind [Interrupted], and all later ones at once,
// until [Generator.Resume]. The call ends after the layer that it is at. Interrupt
// may be called from any goroutine, not after Close.
func (g *Generator) Interrupt() {
	g.interrupted.Store(true)
	g.exchange.Lock()
	defer g.exchange.Unlock()
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
