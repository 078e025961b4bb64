package main

import "image"

// yuv is a picture in I420: 8 bits, chroma halved both ways, limited range.
type yuv struct {
	width, height int // even
	bytes         []byte
}

func newYUV(width, height int) *yuv {
	return &yuv{width, height, make([]byte, width*height*3/2)}
}

// convert fills the picture from RGB with the matrix of ITU-R BT.601 in limited
// range (luma 16..235, chroma 16..240), in 16-bit fixed point. Chroma is sited
// as H.264 has it by default: beside the left luma column, between two rows, so
// its filter is 1 2 1 across and 1 1 down.
func (p *yuv) convert(from *image.RGBA) {
	luma, chroma := p.width*p.height, p.width*p.height/4
	y, u, v := p.bytes[:luma], p.bytes[luma:luma+chroma], p.bytes[luma+chroma:]
	inRows(0, p.height/2, func(pair int) {
		for row := 2 * pair; row < 2*pair+2; row++ {
			pixels := from.Pix[row*from.Stride:]
			for x := range p.width {
				r, g, b := int32(pixels[4*x]), int32(pixels[4*x+1]), int32(pixels[4*x+2])
				y[row*p.width+x] = uint8((16829*r + 33039*g + 6416*b + 16<<16 + 1<<15) >> 16)
			}
		}
		for x := range p.width / 2 {
			var sum [3]int32 // 8 times the mean of six samples weighted 1 2 1
			for row := 2 * pair; row < 2*pair+2; row++ {
				pixels := from.Pix[row*from.Stride:]
				for tap, weight := range [3]int32{1, 2, 1} {
					column := max(0, 2*x-1+tap)
					for i := range sum {
						sum[i] += weight * int32(pixels[4*column+i])
					}
				}
			}
			r, g, b := sum[0], sum[1], sum[2]
			u[pair*p.width/2+x] = uint8((-9714*r - 19070*g + 28784*b + 128<<19 + 1<<18) >> 19)
			v[pair*p.width/2+x] = uint8((28784*r - 24103*g - 4681*b + 128<<19 + 1<<18) >> 19)
		}
	})
}
