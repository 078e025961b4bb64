// Package network holds a piecewise linear network read from an ONNX graph, in
// a form that can be evaluated, bounded and counted.
//
// Every graph is split into affine maps and switches. A switch is a layer of
// units, each with one or two limits; between its limits a unit is affine. A
// quantised convolution is an integer convolution and a switch that scales,
// rounds and saturates, so eight-bit graphs are evaluated to the integer.
// Regions are those of the network without its rounding.
package network
