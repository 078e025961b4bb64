package model

import (
	"errors"
	"fmt"
	"strconv"

	ort "github.com/yalue/onnxruntime_go"
)

// session runs one graph on ONNX Runtime, on tensors of its own that stay from frame to
// frame, so that a run allocates nothing in Go.
type session struct {
	*network
	inputName  string
	outputName string
	contract   contract

	bound         *bound // the tensors of the next run, or nil
	height, width int    // theirs, in positions of the grid; 0: none
	input, output *tensor
	clock         uint64 // counts how often tensors were taken up

	sizes           []*bound // of windows, in memory that they share
	inputs, outputs []byte   // that memory
	reserved        int      // positions that it is enough for

	options *ort.RunOptions // by which a run can be ended early
	caller  caller
}

// openSession prepares a graph that keeps the contract, for `threads` threads, the
// caller's own among them. The execution provider is one of the table, or nil for
// ONNX Runtime's own.
func openSession(onnx []byte, inputName, outputName string, kept contract, threads int, provider *provider) (*session, error) {
	opened, err := openNetwork(onnx, inputName, outputName, threads, provider)
	if err != nil {
		return nil, err
	}
	s := &session{network: opened, inputName: inputName, outputName: outputName, contract: kept}
	if s.options, err = ort.NewRunOptions(); err == nil {
		s.caller, err = newCaller(s.onnxruntime, s.options, inputName, outputName)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// spin is how long, in microseconds, a thread of the session looks out for work
// before it sleeps. It bridges the gaps between the layers of a frame, not the
// time between frames: at 30 frames a second ONNX Runtime's own setting, tens of
// milliseconds, costs 40% more processor time than this one, and none at all
// makes full speed 10% slower (480x360 on two cores). Versions of ONNX
// Runtime that do not know the entry ignore it.
const spin = "200"

func sessionOptions(threads int) (*ort.SessionOptions, error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		options.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll),
		options.SetExecutionMode(ort.ExecutionModeSequential),
		options.SetIntraOpNumThreads(threads),
		options.SetInterOpNumThreads(1),
		// A pattern of memory for every size of window adds up: 10 MB of sizes that reuse comes across.
		options.SetMemPattern(false),
		options.AddSessionConfigEntry("session.intra_op.spin_duration_us", spin),
	)
	if err != nil {
		_ = options.Destroy()
		return nil, err
	}
	return options, nil
}

// run computes the output tensor from the input tensor.
func (s *session) run() error {
	s.beginTurn()
	defer s.endTurn()
	return s.caller.run(s.input.call, s.output.call)
}

// beginTurn waits until the cores are to be had for work on all threads of the session.
func (s *session) beginTurn() {
	if s.shared {
		turns <- struct{}{}
	}
}

func (s *session) endTurn() {
	if s.shared {
		<-turns
	}
}

// probe runs the graph on the smallest grid and on one that is not square, and
// looks at what comes out: what a graph declares says nothing of how large its
// output will be.
func (s *session) probe() error {
	for _, size := range [][2]int{{1, 1}, {2, 3}} {
		input, err := newTensor(size[0], size[1], s.contract.inputs, s.contract.depth)
		if err != nil {
			return err
		}
		defer input.free()
		asGiven := ort.NewShape(1, int64(size[0]), int64(size[1]), inputChannels) // in the file, rewritten or not
		results := []ort.Value{nil}                                               // for ONNX Runtime to make
		if err := s.onnxruntime.Run([]ort.Value{input.value}, results); err != nil {
			return fmt.Errorf("it fails on an input of %v: %s", asGiven, innermost(err))
		}
		got, want := results[0].GetShape(), ort.NewShape(1, int64(size[0]), int64(size[1]), int64(s.contract.channels))
		_ = results[0].Destroy() // always nil
		if !got.Equals(want) {
			return fmt.Errorf("it makes an output of %v from an input of %v; %v is needed", got, asGiven, want)
		}
	}
	return nil
}

// contextKey is the entry of a graph's metadata that says how many rows of the
// half-resolution grid, above and below, a row of the output depends on: the
// radius of its receptive field. The entry is optional; with it, large pictures
// go through in windows.
const contextKey = "rows of context"

// context returns the value of the entry, or -1 if there is none.
func (s *session) context() (int, error) {
	metadata, err := s.onnxruntime.GetModelMetadata()
	if err != nil {
		return 0, err
	}
	defer metadata.Destroy()
	text, found, err := metadata.LookupCustomMetadataMap(contextKey)
	if err != nil || !found || text == "" {
		return -1, err
	}
	rows, err := strconv.Atoi(text)
	if err != nil || rows < 0 {
		return 0, fmt.Errorf("its metadata %q is %q, not a number of rows", contextKey, text)
	}
	return rows, nil
}

func (s *session) close() {
	s.caller.free()
	if s.options != nil {
		_ = s.options.Destroy() // always nil
	}
	s.release()
	s.leave()
}
