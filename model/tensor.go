package model

import (
	"fmt"
	"syscall"

	ort "github.com/yalue/onnxruntime_go"
)

// tensor is one uint8 tensor [1, height, width, channels] in memory of the
// operating system. ONNX Runtime keeps its address from one run to the next,
// which it must not do with memory of Go's.
type tensor struct {
	bytes []byte
	value *ort.Tensor[uint8]
}

func newTensor(height, width, channels int) (*tensor, error) {
	bytes, err := syscall.Mmap(-1, 0, height*width*channels,
		syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("%d bytes for a tensor could not be had: %w", height*width*channels, err)
	}
	value, err := ort.NewTensor(ort.NewShape(1, int64(height), int64(width), int64(channels)), bytes)
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
