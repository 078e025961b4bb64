package model

import (
	"fmt"
	"syscall"
	"unsafe"

	ort "github.com/yalue/onnxruntime_go"
)

// tensor is one tensor [1, height, width, channels] of uint8, or of uint16 for
// samples of ten bits, in memory of the operating system. ONNX Runtime keeps its address from one run to the next,
// which it must not do with memory of Go's.
type tensor struct {
	bytes []byte
	value ort.Value
}

func newTensor(height, width, channels, depth int) (*tensor, error) {
	size := height * width * channels * ((depth + 7) / 8)
	bytes, err := syscall.Mmap(-1, 0, size,
		syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("%d bytes for a tensor could not be had: %w", size, err)
	}
	shape := ort.NewShape(1, int64(height), int64(width), int64(channels))
	var value ort.Value
	if depth > 8 {
		value, err = ort.NewTensor(shape, unsafe.Slice((*uint16)(start(bytes)), size/2))
	} else {
		value, err = ort.NewTensor(shape, bytes)
	}
	if err != nil {
		_ = syscall.Munmap(bytes)
		return nil, err
	}
	return &tensor{bytes, value}, nil
}

// free gives the memory back; a nil tensor has none. Nothing may be bound to it.
func (t *tensor) free() {
	if t == nil {
		return
	}
	_ = t.value.Destroy()
	_ = syscall.Munmap(t.bytes) // fails only for what was never mapped
}
