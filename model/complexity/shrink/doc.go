// Package shrink makes a network smaller without changing what it computes.
//
// A unit that is never on gives out zero, and is taken away with its weights.
// Units that are always on are affine: where some of them are a linear
// combination of the others they are folded into those, and a layer of nothing
// else is folded into the next (Serra, Kumar, Ramalingam, "Lossless compression
// of deep neural networks", CPAIOR 2020, arXiv:2001.00218).
//
// Never and always are certified by interval bounds over every input in the
// domain. Units that were only observed to be off, on samples, are removed where
// the caller names them, and are marked as such. The result is verified by
// evaluating both networks.
package shrink
