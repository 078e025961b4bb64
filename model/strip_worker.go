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
	inputs, outputs := 0, 0
	for _, layer := range layers {
		inputs, outputs = max(inputs, layer.inputs), max(outputs, layer.outputs)
	}
	for i, size := range [...]int{
		tensorSize(stripRows+2, stripWidths[0]+2, inputs, 8),
		tensorSize(stripRows, stripWidths[0], layers[0].inputs, 8),
		tensorSize(stripRows, stripWidths[0], outputs, 8),
	} {
		var err error
		if w.memory[i], err = newMemory(size); err != nil {
			w.free()
			return nil, err
		}
	}
	for i, layer := range layers {
		w.tensors = append(w.tensors, [len(stripWidths)]stripTensors{})
		for size, width := range stripWidths {
			t := &w.tensors[i][size]
			var errs [3]error
			t.input, errs[0] = newTensorIn(w.memory[0], stripRows+2, width+2, layer.inputs, 8)
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

// fill writes a segment of a strip's input, its border included: beyond the edges of the
// grid the picture repeats its edge, and features are zero.
func (l *layerwise) fill(strip, source []byte, p segment, width, channels int) {
	left, right := max(0, p.column-1), min(l.width, p.column+p.length+1)
	for i := range stripRows + 2 {
		to := strip[(i*(width+2)+p.at)*channels:][:(p.length+2)*channels]
		row := p.row - 1 + i
		if l.at == 0 {
			row = min(max(row, 0), l.height-1)
		}
		if row < 0 || row >= l.height {
			clear(to)
			continue
		}
		from := source[(row*l.width+left)*channels : (row*l.width+right)*channels]
		if left == p.column { // there is nothing to the left
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
func (l *layerwise) keep(features, strip []byte, p segment, width, channels int) {
	for i := range min(stripRows, l.height-p.row) {
		fresh := strip[(i*width+p.at)*channels:][:p.length*channels]
		kept := features[((p.row+i)*l.width+p.column)*channels:][:p.length*channels]
		if !l.all {
			if bytes.Equal(fresh, kept) {
				continue
			}
			markChanged(l.next[(p.row+i)*l.stride+p.column:][:p.length], fresh, kept, channels)
		}
		copy(kept, fresh)
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
