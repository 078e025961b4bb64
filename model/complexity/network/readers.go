package network

import (
	"math"

	"gst-superres/model/complexity/onnx"
)

// readers turn an ONNX node of one operator into nodes of the network.
var readers map[string]func(*builder) error

func init() { // a variable's initialiser may not refer to itself, as the list of readers in errors does
	readers = map[string]func(*builder) error{
		"Identity":           readSame,
		"Dropout":            readSame,
		"Cast":               readCast,
		"Round":              func(b *builder) error { return readRounding(b, math.RoundToEven) },
		"Floor":              func(b *builder) error { return readRounding(b, math.Floor) },
		"Relu":               func(b *builder) error { return readSwitch(b, 0, math.Inf(1), nil) },
		"LeakyRelu":          readLeaky,
		"PRelu":              readParametric,
		"Clip":               readClip,
		"Add":                func(b *builder) error { return readSum(b, 1) },
		"Sub":                func(b *builder) error { return readSum(b, -1) },
		"Mul":                readMultiplication,
		"BatchNormalization": readBatchNormalization,
		"Concat":             readJoin,
		"Gather":             readGather,
		"Pad":                readPadding,
		"Transpose":          readTranspose,
		"DepthToSpace":       readShuffle,
		"Flatten":            readFlatten,
		"Shape":              readSize,
		"Reshape":            readReshape,
		"Conv":               readConvolution,
		"Gemm":               readGemm,
		"MatMul":             readMatrixProduct,
		"QLinearConv":        readQuantisedConvolution,
		"QLinearAdd":         readQuantisedSum,
	}
}

func readSame(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	b.values[b.node.Outputs[0]] = v
	return nil
}

func readCast(b *builder) error {
	switch to := onnx.ElementType(b.node.Integer("to", 0)); to {
	case onnx.Float32, onnx.Float64, 10: // 10: float16
		return readSame(b)
	case onnx.Uint8, onnx.Int8, onnx.Int32, onnx.Int64:
		return readRounding(b, math.Trunc)
	default:
		return b.fail(Unsupported, "it casts to element type %d; numbers are understood", to)
	}
}

func readRounding(b *builder, toward func(float64) float64) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	return b.give(b.add(&rounding{toward: toward}, b.channels(v), v.node), v.order)
}

func readSwitch(b *builder, low, high float64, slope []float64) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	s := &switching{low: low, high: high, slope: slope}
	return b.give(b.add(s, b.channels(v), v.node), v.order)
}

func readLeaky(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	return readSwitch(b, 0, math.Inf(1), repeated(float64(b.node.Float("alpha", 0.01)), b.channels(v)))
}

func readParametric(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	slope, err := b.perChannel(1, v)
	if err != nil {
		return err
	}
	return readSwitch(b, 0, math.Inf(1), slope)
}

func readClip(b *builder) (err error) {
	low, high := math.Inf(-1), math.Inf(1)
	if a := b.node.Attribute("min"); a != nil { // before opset 11
		low = float64(a.Float)
	}
	if a := b.node.Attribute("max"); a != nil {
		high = float64(a.Float)
	}
	if b.name(1) != "" {
		if low, err = b.scalar(1); err != nil {
			return err
		}
	}
	if b.name(2) != "" {
		if high, err = b.scalar(2); err != nil {
			return err
		}
	}
	if math.IsInf(low, -1) {
		return b.fail(Unsupported, "it has no lower limit; one is needed")
	}
	if !(low < high) {
		return b.fail(Malformed, "its limits are %g and %g; the first must be the smaller", low, high)
	}
	return readSwitch(b, low, high, nil)
}

func readSum(b *builder, sign float64) error {
	first, second := b.values[b.name(0)], b.values[b.name(1)]
	_, firstVaries := b.values[b.name(0)]
	_, secondVaries := b.values[b.name(1)]
	switch {
	case firstVaries && secondVaries:
		if first.order != second.order || b.channels(first) != b.channels(second) {
			return b.fail(Unsupported, "its inputs have %d and %d channels or differ in their order of axes; the same shape is understood", b.channels(first), b.channels(second))
		}
		s := &sum{factors: []float64{1, sign}}
		return b.give(b.add(s, b.channels(first), first.node, second.node), first.order)
	case firstVaries:
		offset, err := b.perChannel(1, first)
		if err != nil {
			return err
		}
		for i := range offset {
			offset[i] *= sign
		}
		s := &channelwise{scale: repeated(1, len(offset)), offset: offset}
		return b.give(b.add(s, len(offset), first.node), first.order)
	default:
		v, err := b.variable(1)
		if err != nil {
			return err
		}
		offset, err := b.perChannel(0, v)
		if err != nil {
			return err
		}
		s := &channelwise{scale: repeated(sign, len(offset)), offset: offset}
		return b.give(b.add(s, len(offset), v.node), v.order)
	}
}

func readProduct(b *builder) error {
	input, other := 0, 1
	if _, ok := b.values[b.name(0)]; !ok {
		input, other = 1, 0
	}
	v, err := b.variable(input)
	if err != nil {
		return err
	}
	scale, err := b.perChannel(other, v)
	if err != nil {
		return err
	}
	s := &channelwise{scale: scale, offset: repeated(0, len(scale))}
	return b.give(b.add(s, len(scale), v.node), v.order)
}

// readBatchNormalization folds the statistics into one scale and offset a
// channel, as at inference.
func readBatchNormalization(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	var p [4][]float64 // scale, bias, mean, variance
	for i := range p {
		if p[i], _, err = b.constant(i + 1); err != nil {
			return err
		}
		if len(p[i]) != b.channels(v) {
			return b.fail(Malformed, "input %d has %d values; %d channels need one each", i+1, len(p[i]), b.channels(v))
		}
	}
	epsilon := float64(b.node.Float("epsilon", 1e-5))
	s := &channelwise{scale: make([]float64, len(p[0])), offset: make([]float64, len(p[0]))}
	for c := range s.scale {
		s.scale[c] = p[0][c] / math.Sqrt(p[3][c]+epsilon)
		s.offset[c] = p[1][c] - p[2][c]*s.scale[c]
	}
	return b.give(b.add(s, len(s.scale), v.node), v.order)
}
