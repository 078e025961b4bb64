package model

// What of a picture has changed, and what of each layer that reaches. A mark is a byte of a
// position, not 0; rows of marks are stride bytes.

// start plans what the first layer computes after a change of the picture, and returns
// the share of all that it is.
func (l *layerwise) start() float64 {
	l.plan.make(l.picture, l.height, l.width, l.stride(1), len(l.workers))
	return float64(l.plan.positions()) / float64(l.height*l.width)
}

// goOn plans what a layer after the first computes. The last one reads the picture as well.
func (l *layerwise) goOn(i int) {
	l.marks, l.next = l.next, l.marks
	layer := &l.layers[i]
	height, width, stride := layer.fine*l.height, layer.fine*l.width, l.stride(layer.fine)
	if layer.stride == 2 {
		halveMarks(l.next[:height*stride], l.marks, stride, l.stride(2*layer.fine))
		l.marks, l.next = l.next, l.marks
	}
	if i == len(l.layers)-1 {
		marks, picture := start(l.marks[:len(l.picture)]), start(l.picture)
		for at := 0; at < len(l.picture); at += 8 {
			store64(marks, at, load64(marks, at)|load64(picture, at))
		}
	}
	l.plan.make(l.marks[:height*stride], height, width, stride, len(l.workers))
}

// halveMarks marks the positions of a grid, whose rows are stride bytes, for which any of
// 2x2 of a grid twice as fine are marked.
func halveMarks(marks, fine []byte, stride, fineStride int) {
	for row := 0; row*stride < len(marks); row++ {
		to := start(marks[row*stride:][:stride])
		from := start(fine[2*row*fineStride:][:2*fineStride])
		for at := 0; at < stride; at += 4 {
			four := uint64(0) // of the grid; where they end, so does the finer one
			if 2*at < fineStride {
				four = load64(from, 2*at) | load64(from, fineStride+2*at)
			}
			store32(to, at, gather(four|four>>8))
		}
	}
}

// Shares of a picture that the first layer computes after a change, from which all of
// it is computed as one: strips are gathered and later layers have more to do. Without
// features there has to be more to gain, since all of them are computed first.
const mostChanged, mostChangedAtFirst = 0.6, 0.4

// asOne says, after start, whether the whole picture is to be computed as one. A single
// new one among others that change little, such as a key frame, is not: the features
// would be lost.
func (l *layerwise) asOne(share float64) bool {
	lastMuch := l.much
	l.much = share > mostChanged
	if l.valid {
		return l.much && lastMuch
	}
	return share > mostChangedAtFirst
}

// markDifferent marks the positions of a row that differ in two of the input tensor, and
// returns their number.
func (l *layerwise) markDifferent(row int, fresh, kept []byte) (count int) {
	marks := l.picture[row*l.stride(1):][:l.width]
	channels := l.layers[0].inputs // six or eight
	a, b := start(fresh[:len(marks)*channels]), start(kept[:len(marks)*channels])
	if channels == alignedChannels {
		for i := range marks {
			if load64(a, 8*i) != load64(b, 8*i) {
				marks[i] = 1
				count++
			}
		}
		return count
	}
	for i := range marks {
		at := i * channels
		if load32(a, at) != load32(b, at) || load16(a, at+4) != load16(b, at+4) {
			marks[i] = 1
			count++
		}
	}
	return count
}

// mark marks the positions from..to of a row.
func (l *layerwise) mark(row, from, to int) {
	marks := l.picture[row*l.stride(1):][from:to]
	for i := range marks {
		marks[i] = 1
	}
}

// planAll plans that a layer computes everything.
func (l *layerwise) planAll(i int) {
	fine := l.layers[i].fine
	height, width, stride := fine*l.height, fine*l.width, l.stride(fine)
	for row := range height {
		marks := l.marks[row*stride:][:stride]
		for column := range marks {
			marks[column] = 0
			if column < width {
				marks[column] = 1
			}
		}
	}
	l.plan.make(l.marks[:height*stride], height, width, stride, len(l.workers))
}
