// Package bounds counts the linear regions that a network with piecewise linear
// units can have: upper bounds, lower bounds on the maximum, the typical value.
//
// A network of rectifiers is a piecewise linear map. Its linear regions are the
// maximal connected sets of inputs on which it is affine; their number is its
// rectified linear complexity (Lei, Luo, Yau, Gu, arXiv:1805.10451, definition
// 4.2). Every count here is an exact integer, however large.
//
// Notation: n0 inputs, n_l units in hidden layer l of L, N units in all;
// C(d, n) = sum of binom(n, i) for i from 0 to d, the most cells into which n
// hyperplanes cut a space of d dimensions (Zaslavsky 1975).
package bounds
