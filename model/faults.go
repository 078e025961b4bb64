//go:build faults

package model

// LoseProvider makes the next frame fail on the execution provider, as a device
// does that is taken away. It does nothing on the processor. It is for tests, which
// build with the tag faults.
func (g *Generator) LoseProvider() {
	if g.spare != nil {
		g.session.caller.spoil()
	}
}
