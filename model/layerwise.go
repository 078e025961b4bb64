package model

import (
	"errors"
	"sync/atomic"
	"syscall"
)

// layerwise computes a generator layer by layer, and of each layer the positions that
// depend on something that has changed: it keeps what every layer made of the last
// picture. A layer's output that comes out as it was (features are bytes, and what is
// below zero is zero) changes nothing further on, so less is computed than lies within
// the receptive field of the changes.
type layerwise struct {
	layers  []layer
	workers []*stripWorker

	height, width int      // of the half-resolution grid
	small         bool     // what the layers keep of such a picture is within the limits
	features      [][]byte // what each layer but the last made: rows, columns, channels; nil until needed
	memory        []byte   // of all of them
	valid         bool     // they are those of the kept input
	much          bool     // the last picture had changed much
	picture       []byte   // marks of the positions of the kept input that have changed, see stride
	marks         []byte   // of those of what the layer reads
	next          []byte   // of those of what it makes
	plan          plan
	computed      int // positions of the last picture, as many as a whole one has if all layers compute all

	// What the call under way works on.
	at         int // the layer
	all        bool
	kept       *bound
	taken      atomic.Int64 // strips of the layer
	failed     atomic.Bool
	work       func(from, to int)
	isStopping func() bool
}

// layer is one layer of the generator in ONNX Runtime, on one thread.
type layer struct {
	network *network
	caller  caller
	layerShape
}

// openLayerwise prepares the layers of a generator; nil if its graph cannot be split. Runs
// end early by the options of the generator's session.
func openLayerwise(graph []byte, s *session, threads int, isStopping func() bool) (*layerwise, error) {
	graphs, err := splitLayers(graph)
	if err != nil {
		return nil, nil // such a graph is computed in windows
	}
	l := &layerwise{isStopping: isStopping}
	l.work = l.computeStrips
	for _, each := range graphs {
		opened, err := openNetwork(each.graph, layerInput, layerOutput, 1, nil)
		if err != nil {
			l.close()
			return nil, err
		}
		l.layers = append(l.layers, layer{network: opened, layerShape: each.layerShape})
		one := &l.layers[len(l.layers)-1]
		if one.caller, err = newCaller(opened.onnxruntime, s.options, layerInput, layerOutput); err != nil {
			l.close()
			return nil, err
		}
	}
	l.layers[len(l.layers)-1].caller.readBeside(layerPicture)
	for range threads {
		w, err := newStripWorker(l.layers)
		if err != nil {
			l.close()
			return nil, err
		}
		l.workers = append(l.workers, w)
	}
	return l, nil
}

// mostKept is about how many bytes the layers may keep of a picture: those of one of
// 1920x1080 with balanced, of one of 848x480 with quality.
const mostKept = 96 << 20

// resize prepares for pictures of another size, if they are not too large.
func (l *layerwise) resize(height, width int) {
	l.forget()
	l.height, l.width = height, width
	l.picture, l.marks, l.next = nil, nil, nil
	_, whole := l.sizes()
	if l.small = height*width <= largestWindow && whole <= mostKept; !l.small {
		return
	}
	finest := 1
	for i := range l.layers {
		fine, _ := l.layers[i].makes()
		finest = max(finest, fine)
	}
	size := finest * height * l.stride(finest)
	l.picture, l.marks, l.next = make([]byte, height*l.stride(1)), make([]byte, size), make([]byte, size)
}

// stride returns the bytes of a row of marks of a grid that is `fine` times as fine as the
// half-resolution grid: a byte a position, and none beyond them up to a multiple of 8.
func (l *layerwise) stride(fine int) int { return divideUp(fine*l.width, 8) * 8 }

// forget gives the memory of the features back.
func (l *layerwise) forget() {
	if l.memory != nil {
		freeMemory(l.memory)
	}
	l.memory, l.features, l.valid = nil, nil, false
}

// close ends the use of the layers; a nil one has none.
func (l *layerwise) close() {
	if l == nil {
		return
	}
	l.forget()
	for _, w := range l.workers {
		w.free()
	}
	for i := range l.layers {
		l.layers[i].caller.free()
		l.layers[i].network.leave()
	}
}

// renew makes the kept output that of the kept input, after start found something to do.
// Without features of the picture before it computes all.
func (l *layerwise) renew(kept *bound, b *bands) error {
	if err := l.reserve(); err != nil {
		return err
	}
	l.kept, l.all, l.valid = kept, !l.valid, false
	l.failed.Store(false)
	effort, whole := 0, 0 // products
	for i := range l.layers {
		switch {
		case l.all:
			l.planAll(i)
		case i > 0:
			l.goOn(i)
		}
		clear(l.next)
		l.at = i
		l.taken.Store(0)
		b.run(0, len(l.workers), smallestBand, l.work) // one for each thread
		if l.failed.Load() {
			return l.reason()
		}
		effort += l.plan.positions() * l.layers[i].products
		whole += l.layers[i].fine * l.layers[i].fine * l.layers[i].products
	}
	l.computed, l.valid = min(effort/whole, l.height*l.width), true
	return nil
}

// reserve takes the memory for the features, when they are needed first.
func (l *layerwise) reserve() error {
	if l.features != nil {
		return nil
	}
	sizes, whole := l.sizes()
	memory, err := newMemory(whole)
	if err != nil {
		return err
	}
	// A strip touches rows that lie apart, and there are more of them than a processor has entries
	// for pages of 4 kB: a tenth of a frame's time.
	_ = syscall.Madvise(memory, syscall.MADV_HUGEPAGE) // where there are none, nothing is lost
	l.memory = memory
	for _, size := range sizes {
		l.features = append(l.features, memory[:size:size])
		memory = memory[size:]
	}
	return nil
}

// sizes returns the bytes of the features of each layer but the last, and of all.
func (l *layerwise) sizes() (sizes []int, whole int) {
	for i := range l.layers[:len(l.layers)-1] {
		fine, channels := l.layers[i].makes()
		size := fine * l.height * fine * l.width * channels
		sizes, whole = append(sizes, size), whole+size
	}
	return sizes, whole
}

func (l *layerwise) reason() error {
	var first error
	for _, w := range l.workers {
		if first == nil {
			first = w.err
		}
		w.err = nil
	}
	return first
}

// computeStrips is the work of the workers from..to: strips of the layer, while there are any.
func (l *layerwise) computeStrips(from, to int) {
	for _, w := range l.workers[from:to] {
		for !l.failed.Load() {
			i := int(l.taken.Add(1)) - 1
			if i >= len(l.plan.strips) {
				break
			}
			if w.err = l.compute(w, l.plan.strips[i]); w.err != nil {
				l.failed.Store(true)
			}
		}
	}
}

// compute makes one strip of the layer: from what the layer before made, or the picture,
// through ONNX Runtime, to where it is kept.
func (l *layerwise) compute(w *stripWorker, s strip) error {
	if l.isStopping() {
		return errStopping
	}
	layer, tensors, width := &l.layers[l.at], &w.tensors[l.at][s.width], stripWidths[s.width]
	segments := l.plan.segments[s.from:s.to]
	source := l.kept.input.bytes
	if l.at > 0 {
		source = l.features[l.at-1]
	}
	for _, p := range segments {
		l.fill(tensors.input.bytes, source, p, width)
	}
	if tensors.picture == nil {
		if err := layer.caller.run(tensors.input.call, tensors.output.call); err != nil {
			return err
		}
		for _, p := range segments {
			l.keep(l.features[l.at], tensors.output.bytes, p, width)
		}
		return nil
	}
	for _, p := range segments {
		copySegment(tensors.picture.bytes, l.kept.input.bytes, p, width, l.width, l.height, l.layers[0].inputs, false)
	}
	if err := layer.caller.runBeside(tensors.input.call, tensors.picture.call, tensors.output.call); err != nil {
		return err
	}
	for _, p := range segments {
		copySegment(tensors.output.bytes, l.kept.output.bytes, p, width, l.width, l.height, layer.outputs, true)
	}
	return nil
}

var errStopping = errors.New("it was interrupted")
