package element

// #include "glue.h"
import "C"

import (
	"gst-superres/model"
)

// engine enlarges frames. Both frames are mapped; dst is twice as wide and as
// high as src.
type engine struct {
	label string // as statistics call it
	upscaler
}

type upscaler interface {
	upscale(dst, src *C.GstVideoFrame) error
}

// neural is a generator of package model.
type neural struct{ generator *model.Generator }

func (n neural) upscale(dst, src *C.GstVideoFrame) error {
	return n.generator.Upscale(pictureOf(dst), pictureOf(src))
}

// prepare opens the engine that the settings come down to, and hands it to the
// streaming thread, which takes it up with its next frame. Frames go on through
// the engine in use meanwhile, also if this fails.
func (f *filter) prepare() error {
	f.preparation.Lock()
	f.mu.Lock()
	wanted := f.settings
	f.mu.Unlock()
	choice := wanted.choose(model.Available)
	err := f.handOver(choice, wanted)
	f.preparation.Unlock()
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
	opened, err := f.open(choice, wanted)
	if err != nil {
		return err
	}
	f.prepared = choice
	f.next.Store(&engine{choice.label, opened})
	return nil
}

// open returns the upscaler of the choice, which stays open until stop: going
// back to a tier costs nothing.
func (f *filter) open(choice choice, wanted settings) (upscaler, error) {
	if choice.label == labelLanczos {
		return f.openLanczos(wanted.threads)
	}
	if generator, opened := f.generators[choice.name()]; opened {
		return neural{generator}, nil
	}
	onnx, err := choice.read()
	if err != nil {
		return nil, err
	}
	if err := model.LoadRuntime(pluginDirectory); err != nil {
		return nil, err
	}
	generator, err := model.Open(onnx, choice.name(), wanted.threads)
	if err != nil {
		return nil, err
	}
	f.generators[choice.name()] = generator
	f.log(C.GST_LEVEL_INFO, "opened the generator %s", choice.name())
	return neural{generator}, nil
}

// name is what errors call the choice's generator.
func (c choice) name() string {
	if c.label == labelModel {
		return c.path
	}
	return "built-in " + c.builtin.String()
}

// read returns the choice's ONNX graph.
func (c choice) read() ([]byte, error) {
	if c.label == labelModel {
		return model.ReadFile(c.path)
	}
	return model.Builtin(c.builtin)
}

// prepareWhilePlaying prepares away from the streaming thread. The lock mu is
// held and the element is running.
func (f *filter) prepareWhilePlaying() {
	f.preparing.Add(1)
	go func() {
		defer f.preparing.Done()
		defer func() {
			if cause := recover(); cause != nil {
				f.reportPanic("a change of tier", cause)
			}
		}()
		injectFault("prepare")
		if err := f.prepare(); err != nil {
			// The stream goes on as it was: that is better than ending it.
			f.warn(codeOf(err), "The tier could not be changed, and video goes on without: "+err.Error(), "")
		}
	}()
}
