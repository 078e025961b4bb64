package element

// #include "glue.h"
import "C"

import (
	"errors"
	"sync"

	"gst-superres/model"
)

// interruption ends a generator's work early when nobody waits for it any more:
// from the beginning of a flush to its end, and from a stop to the next start.
type interruption struct {
	mu       sync.Mutex
	flushing bool
	stopping bool
	working  *model.Generator // on the streaming thread, or nil
}

// upscale is the generator's, unless it is or gets interrupted.
func (i *interruption) upscale(g *model.Generator, dst, src model.Picture) error {
	if !i.begin(g) {
		return errInterrupted
	}
	defer i.end()
	return g.Upscale(dst, src)
}

var errInterrupted = &model.Error{Kind: model.Interrupted}

func (i *interruption) begin(g *model.Generator) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.flushing || i.stopping {
		return false
	}
	g.Resume()
	i.working = g
	return true
}

func (i *interruption) end() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.working = nil
}

// set changes what keeps generators from working.
func (i *interruption) set(reason *bool, interrupts bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	*reason = interrupts
	if interrupts && i.working != nil {
		i.working.Interrupt()
	}
}

func wasInterrupted(err error) bool {
	var cause *model.Error
	return errors.As(err, &cause) && cause.Kind == model.Interrupted
}

// superresInterrupt is called, on any thread, before the streaming thread has to
// end.
//
//export superresInterrupt
func superresInterrupt(self *C.GstSuperres) {
	defer recovered(self, "change_state")
	i := &filterOf(self).interruption
	i.set(&i.stopping, true)
}

// superresFlush is called at the beginning of a flush, beside the streaming
// thread, and at its end.
//
//export superresFlush
func superresFlush(self *C.GstSuperres, begins C.gboolean) {
	defer recovered(self, "sink_event")
	f := filterOf(self)
	f.interruption.set(&f.interruption.flushing, begins != 0)
	if begins == 0 {
		f.governing.Lock()
		f.governor.flushed(now())
		f.governing.Unlock()
	}
}
