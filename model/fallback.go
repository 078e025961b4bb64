package model

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// fallback is what a generator on another execution provider than the
// processor's has in hand: a device may be lost at any time, and no frame with it.
type fallback struct {
	provider string   // that runs the generator
	spare    *session // on the processor; nil: none, or it runs the generator already
	left     *session // of the provider that failed: it may not be fit to be closed in the middle of a stream
	lost     func(error)

	leftTensors *bound // what was bound to it

	exchange sync.Mutex // of the session, which Interrupt reads beside the call of Upscale that exchanges it

	// wholeFrames asks for one size of tensors as long as the frames have one: a
	// provider may compile a program for each.
	wholeFrames bool
}

func newFallback(provider *provider, spare *session, lost func(error)) fallback {
	if provider == nil {
		return fallback{provider: ProviderCPU}
	}
	return fallback{provider: provider.name, spare: spare, lost: lost, wholeFrames: true}
}

// openSpare opens the spare graph of a generator on a provider, if there is one.
func openSpare(wanted Options, provider *provider, kept contract, threads int) (*session, error) {
	if provider == nil || wanted.Spare == nil {
		return nil, nil
	}
	const name = "in place of a provider"
	inputs, outputs, err := ort.GetInputOutputInfoWithONNXData(wanted.Spare)
	if err != nil {
		return nil, refused(name, err)
	}
	own, err := checkContract(inputs, outputs)
	if err == nil && own != kept {
		err = errors.New("its tensors are others than those of the graph on the provider")
	}
	if err != nil {
		return nil, brokenContract(name, err)
	}
	spare, err := openSession(wanted.Spare, inputs[0].Name, outputs[0].Name, kept, threads, nil)
	if err != nil {
		return nil, refused(name, err)
	}
	return spare, nil
}

// largestDisagreement is by how many levels a sample may differ from the
// processor's: providers round where they may compute in 16 or 19 bits.
const largestDisagreement = 8

// agrees compares what a provider makes of noise with what the processor makes of
// it with the same graph. A provider may compute something else and say nothing:
// WebGPU does for convolutions of six channels, in ONNX Runtime 1.27 to 1.30.
func (s *session) agrees(onnx []byte, threads int) error {
	const height, width = 6, 8
	reference, err := openSession(onnx, s.inputName, s.outputName, s.contract, threads, nil)
	if err != nil {
		return err
	}
	defer reference.close()
	if err := errors.Join(s.bind(height, width), reference.bind(height, width)); err != nil {
		return err
	}
	noise := uint32(1)
	wide := s.contract.depth > 8
	for i := range s.input.bytes {
		noise = noise*1664525 + 1013904223
		s.input.bytes[i] = byte(noise >> 24)
		if wide && i%2 == 1 {
			s.input.bytes[i] &= 3 // the two upper bits of ten
		}
	}
	copy(reference.input.bytes, s.input.bytes)
	if err := errors.Join(s.run(), reference.run()); err != nil {
		return err
	}
	got, want, most := s.output.bytes, reference.output.bytes, largestDisagreement
	sample := func(b []byte) int { return int(b[0]) }
	step := 1
	if wide {
		sample, step, most = func(b []byte) int { return int(binary.NativeEndian.Uint16(b)) }, 2, 4*most
	}
	for i := 0; i < len(want); i += step {
		if got, want := sample(got[i:]), sample(want[i:]); magnitude(got-want) > most {
			return fmt.Errorf("it computes something else than the processor: a sample is %d and should be %d", got, want)
		}
	}
	return nil
}

// Provider returns the name of the execution provider that runs the generator:
// [ProviderCPU] after another one has failed.
func (g *Generator) Provider() string { return g.provider }

// takeSpare puts the spare session in the place of the one of a provider that has
// failed with an error. It answers whether there is one; tensors have to be made
// for it anew.
func (g *Generator) takeSpare(err error) bool {
	if g.spare == nil {
		return false
	}
	failed := providerFailed(g.provider, err)
	g.left, g.leftTensors = g.session, g.reuse.kept
	g.exchange.Lock()
	g.session, g.spare = g.spare, nil
	g.exchange.Unlock()
	g.reuse.kept, g.height, g.width = nil, 0, 0
	g.provider, g.wholeFrames = ProviderCPU, false
	if g.lost != nil {
		g.lost(failed)
	}
	return true
}

func (f *fallback) close() {
	f.leftTensors.free()
	for _, s := range []*session{f.spare, f.left} {
		if s != nil {
			s.close()
		}
	}
	f.spare, f.left, f.leftTensors = nil, nil, nil
}
