package model

// bound is an input and an output tensor of one size.
type bound struct {
	height, width int // in positions of the grid
	input, output *tensor
	used          uint64 // when the session took it up last
}

// mostBound is how many sizes of windows a session keeps tensors for. They
// share their memory, so one costs no more than ONNX Runtime's note of it.
const mostBound = 64

// ownBound returns tensors of a grid of height x width positions, in memory of
// their own.
func (s *session) ownBound(height, width int) (*bound, error) {
	input, err := newTensor(height, width, s.contract.inputs, s.contract.depth)
	if err != nil {
		return nil, err
	}
	output, err := newTensor(height, width, s.contract.channels, s.contract.depth)
	if err != nil {
		input.free()
		return nil, err
	}
	return &bound{height: height, width: width, input: input, output: output}, nil
}

// free gives the tensors back; a nil bound has none.
func (b *bound) free() {
	if b == nil {
		return
	}
	b.input.free()
	b.output.free()
}

// take makes the tensors those of the next run.
func (s *session) take(b *bound) {
	s.bound = b
	s.input, s.output, s.height, s.width = b.input, b.output, b.height, b.width
	s.clock++
	b.used = s.clock
}

// bind makes the tensors of the next run those of a grid of height x width
// positions. It does nothing if they are already; else their contents are lost.
// The session itself stays, and so do the latest sizes: going back to one of
// them allocates nothing.
func (s *session) bind(height, width int) error {
	if s.bound != nil && height == s.height && width == s.width {
		return nil
	}
	for _, b := range s.sizes {
		if height == b.height && width == b.width {
			s.take(b)
			return nil
		}
	}
	if err := s.reserve(height * width); err != nil {
		return err
	}
	if len(s.sizes) == mostBound {
		s.forgetOldest()
	}
	input, err := newTensorIn(s.inputs, height, width, s.contract.inputs, s.contract.depth)
	if err != nil {
		return err
	}
	output, err := newTensorIn(s.outputs, height, width, s.contract.channels, s.contract.depth)
	if err != nil {
		input.free()
		return err
	}
	b := &bound{height: height, width: width, input: input, output: output}
	s.sizes = append(s.sizes, b)
	s.take(b)
	return nil
}

// reserve makes the memory that windows share large enough for a number of
// positions.
func (s *session) reserve(positions int) error {
	if positions <= s.reserved {
		return nil
	}
	s.release()
	var err error
	if s.inputs, err = newMemory(tensorSize(1, positions, s.contract.inputs, s.contract.depth)); err != nil {
		return err
	}
	if s.outputs, err = newMemory(tensorSize(1, positions, s.contract.channels, s.contract.depth)); err != nil {
		freeMemory(s.inputs)
		s.inputs = nil
		return err
	}
	s.reserved = positions
	return nil
}

// release gives back the memory that windows share.
func (s *session) release() {
	for _, b := range s.sizes {
		s.forget(b)
	}
	s.sizes = s.sizes[:0]
	if s.reserved > 0 {
		freeMemory(s.inputs)
		freeMemory(s.outputs)
	}
	s.inputs, s.outputs, s.reserved = nil, nil, 0
}

func (s *session) forgetOldest() {
	oldest := 0
	for i, b := range s.sizes {
		if b.used < s.sizes[oldest].used {
			oldest = i
		}
	}
	s.forget(s.sizes[oldest])
	last := len(s.sizes) - 1
	s.sizes[oldest] = s.sizes[last]
	s.sizes = s.sizes[:last]
}

// forget frees tensors, which may be those of the next run.
func (s *session) forget(b *bound) {
	if s.bound == b {
		s.bound, s.input, s.output, s.height, s.width = nil, nil, nil, 0, 0
	}
	b.free()
}
