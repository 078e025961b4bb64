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
	call  callable
	lent  bool // the memory is another's

	height, width int
}

func newTensor(height, width, channels, depth int) (*tensor, error) {
	memory, err := newMemory(tensorSize(height, width, channels, depth))
	if err != nil {
		return nil, err
	}
	t, err := newTensorIn(memory, height, width, channels, depth)
	if err != nil {
		freeMemory(memory)
		return nil, err
	}
	t.lent = false
	return t, nil
}

// newTensorIn makes a tensor of the first bytes of the memory, which must outlive
// it.
func newTensorIn(memory []byte, height, width, channels, depth int) (*tensor, error) {
	bytes := memory[:tensorSize(height, width, channels, depth)]
	shape := ort.NewShape(1, int64(height), int64(width), int64(channels))
	var value ort.Value
	var err error
	if depth > 8 {
		value, err = ort.NewTensor(shape, unsafe.Slice((*uint16)(start(bytes)), len(bytes)/2))
	} else {
		value, err = ort.NewTensor(shape, bytes)
	}
	if err != nil {
		return nil, err
	}
	call, err := newCallable(value)
	if err != nil {
		_ = value.Destroy() // always nil
		return nil, err
	}
	return &tensor{bytes: bytes, value: value, call: call, lent: true, height: height, width: width}, nil
}

func tensorSize(height, width, channels, depth int) int {
	return height * width * channels * ((depth + 7) / 8)
}

// free gives the memory back, if it is the tensor's; a nil tensor has none.
func (t *tensor) free() {
	if t == nil {
		return
	}
	_ = t.value.Destroy()
	if !t.lent {
		freeMemory(t.bytes)
	}
}

func newMemory(size int) ([]byte, error) {
	memory, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("%d bytes for a tensor could not be had: %w", size, err)
	}
	return memory, nil
}

func freeMemory(memory []byte) {
	_ = syscall.Munmap(memory) // fails only for what was never mapped
}
