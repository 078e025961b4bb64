package network

// padding widens a picture by copies of its border, or by zeros.
type padding struct {
	top, left     int
	height, width int // before and after together
	edge          bool
}

func (p *padding) needs(out Rect) Rect {
	return Rect{out.Top - p.top, out.Left - p.left, out.Height, out.Width}
}

func (p *padding) whole(in Rect) Rect {
	return Rect{Height: in.Height + p.height, Width: in.Width + p.width}
}

func (p *padding) run(in []*Tensor, out *Tensor, _ bool) {
	x := in[0]
	for oy := range out.Height {
		for ox := range out.Width {
			sy, sx := out.Top+oy-p.top, out.Left+ox-p.left
			if !x.Inside(sy, sx) {
				if !p.edge {
					continue // zeros are there
				}
				sy = min(max(sy, x.Top), x.Top+x.Height-1)
				sx = min(max(sx, x.Left), x.Left+x.Width-1)
			}
			copy(out.Data[(oy*out.Width+ox)*out.Channels:], x.At(sy, sx))
		}
	}
}

func (p *padding) limits(in [][]Interval, _ bool) []Interval {
	out := append([]Interval(nil), in[0]...)
	for c := range out {
		if !p.edge {
			out[c] = out[c].with(0)
		}
	}
	return out
}

// shuffle is depth-to-space: blocks of channels become blocks of positions.
type shuffle struct {
	block        int
	channelFirst bool // ONNX mode DCR: the channel runs fastest; CRD: the block does
}

func (s *shuffle) needs(out Rect) Rect {
	top, left := floorQuotient(out.Top, s.block), floorQuotient(out.Left, s.block)
	bottom := floorQuotient(out.Top+out.Height-1, s.block)
	right := floorQuotient(out.Left+out.Width-1, s.block)
	return Rect{top, left, bottom - top + 1, right - left + 1}
}

func (s *shuffle) whole(in Rect) Rect {
	return Rect{Height: in.Height * s.block, Width: in.Width * s.block}
}

func (s *shuffle) run(in []*Tensor, out *Tensor, _ bool) {
	for oy := range out.Height {
		for ox := range out.Width {
			y, x := out.Top+oy, out.Left+ox
			sy, sx := floorQuotient(y, s.block), floorQuotient(x, s.block)
			phase := (y-sy*s.block)*s.block + x - sx*s.block
			from := in[0].At(sy, sx)
			to := out.Data[(oy*out.Width+ox)*out.Channels:][:out.Channels]
			for c := range to {
				to[c] = from[s.source(c, phase, out.Channels)]
			}
		}
	}
}

func (s *shuffle) source(channel, phase, channels int) int {
	if s.channelFirst {
		return phase*channels + channel
	}
	return channel*s.block*s.block + phase
}

func (s *shuffle) limits(in [][]Interval, _ bool) []Interval {
	channels := len(in[0]) / (s.block * s.block)
	out := make([]Interval, channels)
	for c := range out {
		out[c] = in[0][s.source(c, 0, channels)]
		for phase := 1; phase < s.block*s.block; phase++ {
			i := in[0][s.source(c, phase, channels)]
			out[c] = out[c].with(i.Low).with(i.High)
		}
	}
	return out
}

func floorQuotient(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}
