package element

// #include "glue.h"
import "C"

import (
	"fmt"

	"gst-superres/model"
)

// engine is what works on frames of one scale.
type engine struct {
	label string // as statistics call it: a tier, model, lanczos or linear
	look  string // of a built-in generator, else ""
	scale int

	// For coded video, which serves everything if there is no other, and for clean
	// video. Both are nil if no generator is wanted.
	coded, clean *model.Generator
}

// prepare opens the engine that the settings come down to, and hands it to the
// streaming thread, which takes it up with its next frame. Frames go on through
// the engine in use meanwhile, also if this fails.
func (f *filter) prepare() error {
	f.preparation.Lock()
	f.mu.Lock()
	wanted, depth := f.settings, f.depth
	f.mu.Unlock()
	choice := wanted.choose(model.Available)
	choice.depth = depth
	err := f.handOver(choice, wanted)
	f.preparation.Unlock()
	f.tellRefusal()
	if err != nil {
		f.keepScale(wanted.scale)
	}
	if err == nil && choice.substituted() {
		f.warn(resourceSettings, choice.substitution(), "")
	}
	return err
}

// handOver is prepare's part under the lock preparation.
func (f *filter) handOver(choice choice, wanted settings) error {
	if choice == f.prepared {
		return nil
	}
	opened, err := f.openLadder(choice, wanted)
	if err != nil {
		return err
	}
	changes := choice.scale != f.scaleOfCaps()
	if changes {
		if err := f.downstreamTakes(choice.scale); err != nil {
			return err
		}
	}
	f.prepared = choice
	// Caps of a scale are agreed on only after there is an engine for them.
	f.next[choice.scale].Store(opened)
	if changes {
		f.mu.Lock()
		f.scale = choice.scale
		f.mu.Unlock()
		C.gst_base_transform_reconfigure_src(&f.element.parent.element)
	}
	return nil
}

// plainly returns how the engine enlarges a frame that no generator is to make.
func (e *engine) plainly() method {
	if e.label == labelLinear {
		return linear
	}
	return lanczos
}

// open returns the engine of the choice. Its generators stay open until stop:
// going back to a tier costs nothing.
func (f *filter) open(choice choice, wanted settings) (*engine, error) {
	opened := &engine{label: choice.label, look: choice.look(), scale: choice.scale}
	if choice.label == labelLanczos || choice.label == labelLinear {
		return opened, nil
	}
	var err error
	if choice.label == labelModel {
		opened.coded, err = f.openGenerator(choice.path, choice, wanted, func(bool) ([]byte, error) { return model.ReadFile(choice.path) })
		return opened, err
	}
	if opened.coded, err = f.openBuiltin(choice.builtin, choice, wanted); err != nil {
		return nil, err
	}
	if clean := choice.forClean(); model.Available(clean) {
		opened.clean, err = f.openBuiltin(clean, choice, wanted)
	}
	return opened, err
}

func (f *filter) openBuiltin(key model.Key, choice choice, wanted settings) (*model.Generator, error) {
	name, read, twin := "built-in "+key.String(), model.Builtin, model.Twin
	if choice.depth > 8 {
		name, read = fmt.Sprintf("built-in %v for %d bits", key, choice.depth), model.BuiltinTenBit
		twin = read // made from the eight-bit graph, and as large
	}
	return f.openGenerator(name, choice, wanted, func(ofProvider bool) ([]byte, error) {
		if ofProvider {
			return twin(key)
		}
		return read(key)
	})
}

// openGenerator opens the ONNX graph that read returns, unless it is open. The
// name is what errors call it.
func (f *filter) openGenerator(name string, choice choice, wanted settings, read func(twin bool) ([]byte, error)) (*model.Generator, error) {
	generator, opened := f.generators[name]
	if !opened {
		var err error
		if generator, err = f.openOnProvider(name, wanted, read); err != nil {
			return nil, err
		}
		f.generators[name] = generator
		f.log(C.GST_LEVEL_INFO, "opened the generator %s on the provider %s", name, generator.Provider())
	}
	return generator, choice.suits(generator, name)
}

// prepareWhilePlaying prepares away from the streaming thread. The lock mu is
// held and the element is running.
func (f *filter) prepareWhilePlaying() {
	f.preparing.Add(1)
	go func() {
		defer f.preparing.Done()
		defer func() {
			if cause := recover(); cause != nil {
				f.reportPanic("a change of properties", cause)
			}
		}()
		injectFault("prepare")
		if err := f.prepare(); err != nil {
			// The stream goes on as it was: that is better than ending it.
			f.warn(codeOf(err), "The change could not be made, and video goes on without it: "+err.Error(), "")
		}
	}()
}

// keepScale sets the property scale back to the scale in use after a change to
// another one failed, so that later changes do not fail for it.
func (f *filter) keepScale(wanted int) {
	f.mu.Lock()
	back := f.settings.scale == wanted && wanted != f.scale
	if back {
		f.settings.scale = f.scale
	}
	f.mu.Unlock()
	if back {
		C.g_object_notify((*C.GObject)(C.gpointer(f.element)), scaleName)
	}
}

var scaleName = constant("scale")

// scaleOfCaps returns the scale that caps are agreed on for.
func (f *filter) scaleOfCaps() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.scale
}
