package model

import (
	"errors"
	"fmt"

	ort "github.com/yalue/onnxruntime_go"
)

// fallback is what a generator on another execution provider than the
// processor's has in hand: a device may be lost at any time, and no frame with it.
type fallback struct {
	provider string   // that runs the generator
	spare    *session // on the processor; nil: none, or it runs the generator already
	left     *session // of the provider that failed: it may not be fit to be closed in the middle of a stream
	lost     func(error)

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
func openSpare(wanted Options, provider *provider, channels, threads int) (*session, error) {
	if provider == nil || wanted.Spare == nil {
		return nil, nil
	}
	const name = "in place of a provider"
	inputs, outputs, err := ort.GetInputOutputInfoWithONNXData(wanted.Spare)
	if err != nil {
		return nil, refused(name, err)
	}
	spareChannels, err := checkContract(inputs, outputs)
	if err == nil && spareChannels != channels {
		err = errors.New("its output has other channels than that of the graph on the provider")
	}
	if err != nil {
		return nil, brokenContract(name, err)
	}
	spare, err := openSession(wanted.Spare, inputs[0].Name, outputs[0].Name, channels, threads, nil)
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
	reference, err := openSession(onnx, s.inputName, s.outputName, s.channels, threads, nil)
	if err != nil {
		return err
	}
	defer reference.close()
	if err := errors.Join(s.bind(height, width), reference.bind(height, width)); err != nil {
		return err
	}
	noise := uint32(1)
	for i := range s.input.bytes {
		noise = noise*1664525 + 1013904223
		s.input.bytes[i] = byte(noise >> 24)
	}
	copy(reference.input.bytes, s.input.bytes)
	if err := errors.Join(s.run(), reference.run()); err != nil {
		return err
	}
	for i, want := range reference.output.bytes {
		if got := s.output.bytes[i]; magnitude(int(got)-int(want)) > largestDisagreement {
			return fmt.Errorf("it computes something else than the processor: a sample is %d and should be %d", got, want)
		}
	}
	return nil
}

// Provider returns the name of the execution provider that runs the generator:
// [ProviderCPU] after another one has failed.
func (g *Generator) Provider() string { return g.provider }

// run computes the output tensor from the input tensor, on the processor if the
// provider fails.
func (g *Generator) run() error {
	err := g.session.run()
	if err == nil || g.spare == nil {
		return err
	}
	spare := g.spare
	g.spare = nil
	if spareErr := spare.bind(g.session.height, g.session.width); spareErr != nil {
		spare.close()
		return errors.Join(err, spareErr)
	}
	copy(spare.input.bytes, g.session.input.bytes)
	failed := providerFailed(g.provider, err)
	g.session, g.left = spare, g.session
	g.provider, g.wholeFrames = ProviderCPU, false
	if g.lost != nil {
		g.lost(failed)
	}
	return g.session.run()
}

func (f *fallback) close() {
	for _, s := range []*session{f.spare, f.left} {
		if s != nil {
			s.close()
		}
	}
	f.spare, f.left = nil, nil
}
