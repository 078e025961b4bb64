package element

// #include "glue.h"
import "C"

import (
	"errors"
	"sync"

	"gst-superres/model"
)

// providerInUse is what has become of the execution provider that was asked for.
// Between start and stop it is one; when it fails it is not asked for again.
type providerInUse struct {
	mu      sync.Mutex
	failed  bool  // at the start or in the middle of the stream
	refusal error // not told yet
}

// takeRefusal returns, once, why the provider did not start.
func (p *providerInUse) takeRefusal() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	refusal := p.refusal
	p.refusal = nil
	return refusal
}

// fail notes a failure and answers whether it is the first.
func (p *providerInUse) fail() (first bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	first = !p.failed
	p.failed = true
	return first
}

// refuse notes that the provider cannot be had, to be told when no lock is held.
func (p *providerInUse) refuse(reason error) {
	if p.fail() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.refusal = reason
	}
}

func (p *providerInUse) hasFailed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

func (p *providerInUse) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed, p.refusal = false, nil
}

// openOnProvider opens a graph on the execution provider that the settings ask
// for, with the processor in reserve. Where the provider cannot be had, prepare
// says why, and the graph is opened on the processor.
func (f *filter) openOnProvider(name string, wanted settings, read func(twin bool) ([]byte, error)) (*model.Generator, error) {
	onnx, err := read(false)
	if err != nil {
		return nil, err
	}
	if err := model.LoadRuntime(pluginDirectory); err != nil {
		return nil, err
	}
	options := model.Options{Threads: wanted.threads}
	if model.OnCPU(wanted.provider) || f.provider.hasFailed() {
		return model.Open(onnx, name, options)
	}
	own := onnx
	if model.UsesTwin(wanted.provider) {
		if own, err = read(true); err != nil {
			return nil, err
		}
	}
	generator, err := model.Open(own, name, model.Options{
		Threads:      wanted.threads,
		Provider:     wanted.provider,
		Spare:        onnx,
		ProviderLost: f.providerLost,
	})
	var cause *model.Error
	if !errors.As(err, &cause) || cause.Kind != model.ProviderMissing && cause.Kind != model.ProviderFailed {
		return generator, err
	}
	f.provider.refuse(err)
	return model.Open(onnx, name, options)
}

// tellRefusal warns of a provider that could not be had, if that is not told yet.
func (f *filter) tellRefusal() {
	if refusal := f.provider.takeRefusal(); refusal != nil {
		f.warn(codeOf(refusal), "The generator runs on the CPU: "+refusal.Error(), "")
	}
}

// providerLost tells that the provider has failed in the middle of the stream. It
// is called on the streaming thread, by the frame that meets it.
func (f *filter) providerLost(err error) {
	if f.provider.fail() {
		f.warn(libraryFailed, "The generator goes on on the CPU: "+err.Error(), "")
	}
}

// providerOf returns what runs the generators of the choice that was handed over,
// before a frame tells; "" if there are none.
func (f *filter) providerOf(handedOver choice) string {
	next := f.next[handedOver.scale].Load()
	if next == nil {
		return ""
	}
	for _, engine := range next.engines {
		if engine != nil && engine.coded != nil {
			return engine.coded.Provider()
		}
	}
	return ""
}
