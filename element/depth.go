package element

import (
	"fmt"

	"gst-superres/model"
)

// followDepth makes the engine of a scale one for samples of so many bits, before
// the first frame of that depth: what was opened at the start, when no caps had
// come, is for eight. A change of properties from now on is for this depth too.
func (f *filter) followDepth(scale, depth int) error {
	f.preparation.Lock()
	defer f.preparation.Unlock()
	f.mu.Lock()
	f.depth = depth
	wanted := f.settings
	f.mu.Unlock()
	inUse := f.next[scale].Load()
	if inUse == nil {
		inUse = f.current[scale]
	}
	choice := inUse.choice
	if choice.depth == depth {
		return nil
	}
	choice.depth = depth
	opened, err := f.openLadder(choice, wanted)
	if err != nil {
		return err
	}
	if f.prepared == inUse.choice {
		f.prepared = choice
	}
	f.next[scale].Store(opened)
	return nil
}

// suits returns an error if a generator is not one for the choice's scale, and, if
// a depth is known, for samples of that.
func (c choice) suits(generator *model.Generator, name string) error {
	if generator.Scale() != c.scale {
		return &model.Error{
			Kind:    model.Contract,
			Problem: fmt.Sprintf("The generator %q is one for scale=%d, and scale=%d is set", name, generator.Scale(), c.scale),
			Remedy:  fmt.Sprintf("Set scale=%d, or set model to another file", generator.Scale()),
		}
	}
	if c.depth != 0 && generator.Depth() != c.depth {
		return &model.Error{
			Kind:    model.Contract,
			Problem: fmt.Sprintf("The generator %q works on samples of %d bits, and the video has %d", name, generator.Depth(), c.depth),
			Remedy:  "Put videoconvert and caps of such a format before superres, or set model to another file",
		}
	}
	return nil
}
