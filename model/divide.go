package model

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Divide puts two pictures side by side for comparison: left of the divider dst
// becomes left, a picture of the same format and size, right of it it stays. The
// divider is from 0 (all of dst stays) to 1 (all of it becomes left). Between
// them is a line of two luma samples, one black and one white, so that it shows
// on whatever is beside it. Line and border fall on whole chroma samples; at
// either end there is no line. dst and left may be one picture. It allocates
// nothing.
//
// The error is an [*Error] of kind [Failed]: the pictures do not fit, or the
// divider is not within 0..1. dst is then as before.
func Divide(dst, left Picture, divider float64) error {
	err := checkPair(&dst, &left, 1)
	if err == nil && !(divider >= 0 && divider <= 1) {
		err = fmt.Errorf("the divider is at %v", divider)
	}
	if err != nil {
		return &Error{
			Kind:    Failed,
			Problem: "Two pictures cannot be put side by side",
			Remedy:  "Give two pictures of one format and size, and a divider from 0 to 1",
			Err:     err,
		}
	}
	columns := (dst.Width + 1) / 2
	column := DividerColumn(dst.Width, divider)
	for plane := range dst.Format.Planes() {
		rowBytes, rows := dst.planeSize(plane)
		size := dst.Format.SampleBytes()
		samples := 2 // at a column of the half-resolution grid
		if plane > 0 && dst.Format.Planes() == 3 {
			samples = 1
		}
		for y := range rows {
			row := dst.row(plane, y, rowBytes)
			border := min(column*samples*size, rowBytes)
			copy(row[:border], left.row(plane, y, rowBytes))
			if column > 0 && column < columns {
				drawLine(row[border:min(border+samples*size, rowBytes)], dst.Format, plane)
			}
		}
	}
	return nil
}

// DividerColumn returns where the line of [Divide] is in a picture of a width:
// its two luma samples are 2*column and 2*column+1. There is none if column is
// 0 or that of the right edge, (width+1)/2.
func DividerColumn(width int, divider float64) (column int) {
	return int(math.Round(divider * float64((width+1)/2)))
}

// Samples of 8 bits in the limited range.
const black, white = 16, 235

// drawLine writes the samples that one row of a plane has of the line.
func drawLine(samples []byte, format Format, plane int) {
	size := format.SampleBytes()
	for i := 0; i < len(samples)/size; i++ {
		value := neutral
		if plane == 0 {
			value = [...]int{black, white}[i]
		}
		if size == 1 {
			samples[i] = byte(value)
			continue
		}
		binary.LittleEndian.PutUint16(samples[2*i:], uint16(4*value<<format.layout().shift))
	}
}
