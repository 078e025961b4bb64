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

// contract is what a graph that keeps the tensor contract may choose.
type contract struct {
	inputs   int // channels of the input: inputChannels, or alignedChannels of a graph that was rewritten
	channels int // of the output: doubledChannels or restoredChannels
	depth    int // bits of a sample: 8 in tensors of uint8, 10 in tensors of uint16
}

// checkContract compares what a graph declares with the tensor contract and
// says the first thing that differs, as a clause: "its input ... ".
func checkContract(inputs, outputs []ort.InputOutputInfo) (contract, error) {
	kept := contract{inputs: inputChannels, depth: 8}
	elements := ort.TensorElementDataType(ort.TensorElementDataTypeUint8)
	if len(inputs) == 1 && inputs[0].DataType == ort.TensorElementDataTypeUint16 {
		kept.depth, elements = 10, ort.TensorElementDataTypeUint16
	}
	_, err := checkTensor("input", inputs, elements, inputChannels)
	if err == nil {
		kept.channels, err = checkTensor("output", outputs, elements, doubledChannels, restoredChannels)
	}
	return kept, err
}

// checkTensor checks the one tensor of a role, which has a type of elements and may
// have any of the numbers of channels, and returns which it has.
func checkTensor(role string, infos []ort.InputOutputInfo, elements ort.TensorElementDataType, channels ...int) (int, error) {
	if len(infos) != 1 {
		return 0, fmt.Errorf("it has %d %ss; exactly 1 is needed", len(infos), role)
	}
	info := infos[0]
	wanted := fmt.Sprintf("%s [n, h, w, %d] is needed", elementType(elements), channels[0])
	if len(channels) > 1 {
		wanted = fmt.Sprintf("%s [n, h, w, %d or %d] is needed", elementType(elements), channels[0], channels[1])
	}
	switch {
	case info.OrtValueType != ort.ONNXTypeTensor:
		return 0, fmt.Errorf("its %s %q is not a tensor; %s", role, info.Name, wanted)
	case info.DataType != elements:
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
	case ort.TensorElementDataTypeUint16:
		return "uint16"
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
