package model

import (
	"fmt"
	"slices"

	ort "github.com/yalue/onnxruntime_go"
)

// Channels of the tensors at one position of the half-resolution grid.
const (
	inputChannels    = 6  // 4 luma, U, V
	restoredChannels = 6  // the same, of an output of the input's size
	doubledChannels  = 24 // 16 luma, 4 U, 4 V, of an output twice as wide and high
)

// checkContract compares what a graph declares with the tensor contract and
// says the first thing that differs, as a clause: "its input ... ". It returns
// how many channels the output has.
func checkContract(inputs, outputs []ort.InputOutputInfo) (channels int, err error) {
	if _, err := checkTensor("input", inputs, inputChannels); err != nil {
		return 0, err
	}
	return checkTensor("output", outputs, doubledChannels, restoredChannels)
}

// checkTensor checks the one tensor of a role, which may have any of the numbers
// of channels, and returns which it has.
func checkTensor(role string, infos []ort.InputOutputInfo, channels ...int) (int, error) {
	if len(infos) != 1 {
		return 0, fmt.Errorf("it has %d %ss; exactly 1 is needed", len(infos), role)
	}
	info := infos[0]
	wanted := fmt.Sprintf("uint8 [n, h, w, %d] is needed", channels[0])
	if len(channels) > 1 {
		wanted = fmt.Sprintf("uint8 [n, h, w, %d or %d] is needed", channels[0], channels[1])
	}
	switch {
	case info.OrtValueType != ort.ONNXTypeTensor:
		return 0, fmt.Errorf("its %s %q is not a tensor; %s", role, info.Name, wanted)
	case info.DataType != ort.TensorElementDataTypeUint8:
		return 0, fmt.Errorf("its %s %q has elements of type %s; %s", role, info.Name, elementType(info.DataType), wanted)
	case len(info.Dimensions) != 4:
		return 0, fmt.Errorf("its %s %q has %d dimensions; %s", role, info.Name, len(info.Dimensions), wanted)
	case !slices.Contains(channels, int(info.Dimensions[3])):
		return 0, fmt.Errorf("its %s %q has %s channels in the last dimension; %s",
			role, info.Name, dimension(info.Dimensions[3]), wanted)
	}
	for i, name := range [...]string{"n", "h", "w"} {
		// ONNX Runtime reports -1 for a symbolic dimension.
		if size := info.Dimensions[i]; size != -1 {
			return 0, fmt.Errorf("its %s %q fixes %s at %d; n, h and w must be symbolic", role, info.Name, name, size)
		}
	}
	return int(info.Dimensions[3]), nil
}

func dimension(size int64) string {
	if size < 0 {
		return "a symbolic number of"
	}
	return fmt.Sprint(size)
}

// elementType returns ONNX's own name for the commoner element types.
func elementType(t ort.TensorElementDataType) string {
	switch t {
	case ort.TensorElementDataTypeUint8:
		return "uint8"
	case ort.TensorElementDataTypeInt8:
		return "int8"
	case ort.TensorElementDataTypeFloat:
		return "float32"
	case ort.TensorElementDataTypeFloat16:
		return "float16"
	default:
		return t.String()
	}
}
