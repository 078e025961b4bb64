// Package onnx reads and writes the parts of an ONNX graph that the analysis of
// a network needs: nodes, attributes, constants, inputs and outputs.
//
// The field numbers are those of onnx.proto (ONNX 1.16, IR version 10). Fields
// that the package does not know are kept as they came and written back, so
// that decoding and encoding a model changes nothing that it says.
package onnx
