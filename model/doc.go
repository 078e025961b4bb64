// Package model doubles pictures, or restores them at their size, with a small
// neural generator on ONNX Runtime.
//
// A picture goes straight down: planes -> tensor -> session -> tensor -> planes.
// The tensors are bytes, channels last, on the half-resolution grid, so that
// 4:2:0 pictures go in and out without a colour conversion. For a picture of
// width x height luma samples, with h = ceil(height/2) and w = ceil(width/2):
//
//	input  uint8 [n, h, w, 6]   Y(0,0) Y(0,1) Y(1,0) Y(1,1) U V
//	output uint8 [n, h, w, 24]  16 luma, row by row of the 4x4 block,
//	                            then 4 U and 4 V, each row by row of 2x2
//	    or uint8 [n, h, w, 6]   as the input, of a generator that restores
//
// The 6 channels are in the order of the neural-network post-filter message of
// ITU-T H.274. The bytes are those of the picture, untouched: whatever range
// and colour matrix it has (luma 16..235 with chroma about 128, usually) is
// what the generator sees and what comes out.
//
// The sizes n, h and w of a graph are symbolic. A graph may say in its metadata,
// under "rows of context", how many rows of the grid above and below a row of
// its output depends on. Then pictures beyond 1920x1080 go through in windows of
// rows, with the same result in far less memory; the number must be right.
package model
