package model

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A model file is hostile until it is shown to be small and self-contained. What
// is refused here, before ONNX Runtime sees the file, is whatever would let it
// reach beyond its own bytes or cost out of proportion to them.
const (
	largestFile    = 64 << 20 // bytes; the built-in generators have less than a thousandth
	largestTensor  = 64 << 20 // elements of a tensor in the file
	deepestMessage = 16       // messages within messages of a graph without subgraphs: fewer than 8
)

// Field numbers of ONNX's messages (onnx.proto) that admission looks at.
const (
	modelGraph        = 7
	modelTraining     = 20
	modelFunctions    = 25
	graphNode         = 1
	graphTensor       = 5
	graphSparse       = 15
	nodeOperator      = 4
	nodeAttribute     = 5
	attributeTensor   = 5
	attributeGraph    = 6
	attributeTensors  = 10
	attributeGraphs   = 11
	attributeSparse   = 22
	attributeSparses  = 23
	tensorDimensions  = 1
	tensorExternal    = 13
	tensorLocation    = 14
	locationInTheFile = 0
)

// Operators whose output is as large as a number in the file says, whatever comes
// in: ONNX Runtime would allocate it while it opens the file.
var boundless = []string{
	"Bernoulli", "ConstantOfShape", "Expand", "EyeLike", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
	"RandomUniformLike", "Range", "Tile",
}

// inadmissible is a sound ONNX file that asks for what no generator needs.
type inadmissible string

func (e inadmissible) Error() string { return string(e) }

// part looks at one field of a message: its content where it has a length, else
// its number.
type part func(field uint64, content []byte, number uint64, depth int) error

// admit returns nil for a file that ONNX Runtime may be given, an inadmissible
// for a sound file that it may not, and another error for what is no ONNX.
func admit(onnx []byte) error {
	if len(onnx) > largestFile {
		return inadmissible(fmt.Sprintf("it has %d bytes, and %d are the most", len(onnx), largestFile))
	}
	return eachField(onnx, 0, admitModel)
}

func admitModel(field uint64, content []byte, _ uint64, depth int) error {
	switch field {
	case modelGraph:
		return eachField(content, depth, admitGraph)
	case modelTraining, modelFunctions:
		return inadmissible("it has functions or training steps of its own")
	}
	return nil
}

func admitGraph(field uint64, content []byte, _ uint64, depth int) error {
	switch field {
	case graphNode:
		return eachField(content, depth, admitNode)
	case graphTensor:
		return admitTensor(content, depth)
	case graphSparse:
		return inadmissible("it has a sparse tensor")
	}
	return nil
}

func admitNode(field uint64, content []byte, _ uint64, depth int) error {
	switch field {
	case nodeOperator:
		if slices.Contains(boundless, string(content)) {
			return inadmissible(fmt.Sprintf("it has the operator %s, whose output has no bound", content))
		}
	case nodeAttribute:
		return eachField(content, depth, admitAttribute)
	}
	return nil
}

func admitAttribute(field uint64, content []byte, _ uint64, depth int) error {
	switch field {
	case attributeTensor, attributeTensors:
		return admitTensor(content, depth)
	case attributeGraph, attributeGraphs:
		return inadmissible("it has a graph within its graph: a loop or a condition")
	case attributeSparse, attributeSparses:
		return inadmissible("it has a sparse tensor")
	}
	return nil
}

// admitTensor refuses a tensor whose values lie in another file, and one that is
// larger than any of a generator.
func admitTensor(tensor []byte, depth int) error {
	elements := uint64(1)
	dimension := func(n uint64) error {
		if n != 0 && elements > largestTensor/n {
			return inadmissible(fmt.Sprintf("it has a tensor of more than %d elements", largestTensor))
		}
		elements *= n
		return nil
	}
	return eachField(tensor, depth, func(field uint64, content []byte, number uint64, _ int) error {
		switch {
		case field == tensorExternal, field == tensorLocation && number != locationInTheFile:
			return inadmissible("it keeps values of a tensor in another file")
		case field == tensorDimensions && content == nil:
			return dimension(number)
		case field == tensorDimensions:
			for len(content) > 0 {
				n, length := binary.Uvarint(content)
				if length <= 0 {
					return io.ErrUnexpectedEOF
				}
				if err := dimension(n); err != nil {
					return err
				}
				content = content[length:]
			}
		}
		return nil
	})
}

var errWireFormat = errors.New("it does not have protobuf's wire format")

// eachField calls look for the fields of a protobuf message in their order.
func eachField(message []byte, depth int, look part) error {
	if depth == deepestMessage {
		return inadmissible(fmt.Sprintf("its messages are nested more than %d deep", deepestMessage))
	}
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 || tag>>3 == 0 {
			return errWireFormat
		}
		message = message[n:]
		var content []byte
		var number uint64
		switch tag & 7 {
		case 0:
			if number, n = binary.Uvarint(message); n <= 0 {
				return errWireFormat
			}
		case 1:
			n = 8
		case 2:
			length, prefix := binary.Uvarint(message)
			if prefix <= 0 || length > uint64(len(message)-prefix) {
				return errWireFormat
			}
			n = prefix + int(length)
			content = message[prefix:n:n]
		case 5:
			n = 4
		default: // groups, which ONNX never had
			return errWireFormat
		}
		if n > len(message) {
			return errWireFormat
		}
		if err := look(tag>>3, content, number, depth+1); err != nil {
			return err
		}
		message = message[n:]
	}
	return nil
}
