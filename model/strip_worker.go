package model

import (
	"bytes"
	"errors"
)

// stripWorker has the tensors of one thread: of each layer, for each width of strips. They
// share their memory.
type stripWorker struct {
	memory  [3][]byte
	tensors [][len(stripWidths)]stripTensors
	err     error
}

type stripTensors struct{ input, picture, output *tensor }

func newStripWorker(layers []layer) (*stripWorker, error) {
	w := &stripWorker{}
	input, output := 0, 0
	for i := range layers {
		height, width := layers[i].reads(stripRows, stripWidths[0])
		input = max(input, tensorSize(height, width, layers[i].inputs, 8))
		output = max(output, tensorSize(stripRows, stripWidths[0], layers[i].outputs, 8))
	}
	for i, size := range [...]int{input, tensorSize(stripRows, stripWidths[0], layers[0].inputs, 8), output} {
		var err error
		if w.memory[i], err = newMemory(size); err != nil {
			w.free()
			return nil, err
		}
	}
	for i := range layers {
		layer := &layers[i]
		w.tensors = append(w.tensors, [len(stripWidths)]stripTensors{})
		for size, width := range stripWidths {
			t := &w.tensors[i][size]
			var errs [3]error
			rows, columns := layer.reads(stripRows, width)
			t.input, errs[0] = newTensorIn(w.memory[0], rows, columns, layer.inputs, 8)
			t.output, errs[1] = newTensorIn(w.memory[2], stripRows, width, layer.outputs, 8)
			if i == len(layers)-1 {
				t.picture, errs[2] = newTensorIn(w.memory[1], stripRows, width, layers[0].inputs, 8)
			}
			if err := errors.Join(errs[:]...); err != nil {
				w.free()
				return nil, err
			}
		}
	}
	return w, nil
}

func (w *stripWorker) free() {
	for _, sizes := range w.tensors {
		for _, t := range sizes {
			t.input.free()
			t.picture.free()
			t.output.free()
		}
	}
	for _, memory := range w.memory {
		if memory != nil {
			freeMemory(memory)
		}
	}
}

// reads returns the rows and columns of what a layer reads for so many positions, with the
// border that it sees.
func (s *layerShape) reads(height, width int) (rows, columns int) {
	return s.stride*height + 2*s.border, s.stride*width + 2*s.border
}

// fill writes a segment of a strip's input, its border included: beyond the edges of the
// grid the picture repeats its edge, and features are zero.
func (l *layerwise) fill(strip, source []byte, p segment, width int) {
	layer := &l.layers[l.at]
	channels, stride := layer.inputs, layer.stride
	height, gridWidth := stride*layer.fine*l.height, stride*layer.fine*l.width
	_, stripWidth := layer.reads(stripRows, width)
	rows, length := layer.reads(stripRows, p.length)
	first := stride*p.column - layer.border
	left, right := max(0, first), min(gridWidth, first+length)
	for i := range rows {
		to := strip[(i*stripWidth+stride*p.at)*channels:][:length*channels]
		row := stride*p.row - layer.border + i
		if l.at == 0 {
			row = min(max(row, 0), height-1)
		}
		if row < 0 || row >= height {
			clear(to)
			continue
		}
		from := source[(row*gridWidth+left)*channels : (row*gridWidth+right)*channels]
		if left > first { // there is nothing to the left
			l.edge(to[:channels], from[:channels])
			to = to[channels:]
		}
		copied := copy(to, from)
		if copied < len(to) {
			l.edge(to[copied:], from[len(from)-channels:])
		}
	}
}

// edge writes a position beyond the edge of the grid.
func (l *layerwise) edge(to, last []byte) {
	if l.at == 0 {
		copy(to, last)
	} else {
		clear(to)
	}
}

// keep takes over a segment of a strip's output and marks the positions that differ from
// what was kept.
func (l *layerwise) keep(features, strip []byte, p segment, width int) {
	layer := &l.layers[l.at]
	fine, channels := layer.makes()
	gridWidth, stride := fine*l.width, l.stride(fine)
	for i := range min(stripRows, layer.fine*l.height-p.row) {
		row := p.row + i
		fresh := strip[(i*width+p.at)*layer.outputs:][:p.length*layer.outputs]
		if layer.spread {
			for half := range 2 {
				at, position := (2*row+half)*stride+2*p.column, (2*row+half)*gridWidth+2*p.column
				keepPairs(l.next[at:][:2*p.length], features[position*channels:][:2*p.length*channels], fresh[2*half*channels:], channels, l.all)
			}
			continue
		}
		kept := features[(row*gridWidth+p.column)*channels:][:len(fresh)]
		if !l.all {
			if bytes.Equal(fresh, kept) {
				continue
			}
			markChanged(l.next[row*stride+p.column:][:p.length], fresh, kept, channels)
		}
		copy(kept, fresh)
	}
}

// keepPairs takes over a row of features that lie in pairs, with those of the next row
// between them, and marks the pairs that differ from what was kept, or all of them.
func keepPairs(marks, kept, fresh []byte, channels int, all bool) {
	pair := 2 * channels
	for k := 0; k < len(marks); k += 2 {
		from, to := fresh[k*pair:][:pair], kept[k*channels:][:pair]
		if all || !bytes.Equal(from, to) {
			marks[k], marks[k+1] = 1, 1
			copy(to, from)
		}
	}
}

// markChanged marks the positions that differ in two rows of features.
func markChanged(marks, a, b []byte, channels int) {
	if channels < 8 {
		for k := range marks {
			if !bytes.Equal(a[k*channels:(k+1)*channels], b[k*channels:(k+1)*channels]) {
				marks[k] = 1
			}
		}
		return
	}
	left, right := start(a[:len(marks)*channels]), start(b[:len(marks)*channels])
	for k := range marks {
		difference := uint64(0)
		for word := 0; word < channels; word += 8 {
			at := k*channels + min(word, channels-8) // the last word may overlap the one before
			difference |= load64(left, at) ^ load64(right, at)
		}
		if difference != 0 {
			marks[k] = 1
		}
	}
}

// copySegment copies a segment of the grid to its place in a strip, or back.
func copySegment(strip, whole []byte, p segment, width, gridWidth, gridHeight, channels int, back bool) {
	for i := range min(stripRows, gridHeight-p.row) {
		inStrip := strip[(i*width+p.at)*channels:][:p.length*channels]
		inGrid := whole[((p.row+i)*gridWidth+p.column)*channels:][:p.length*channels]
		if back {
			copy(inGrid, inStrip)
		} else {
			copy(inStrip, inGrid)
		}
	}
}
