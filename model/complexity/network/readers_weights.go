package network

import "math"

func readConvolution(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	if v.order != channelsFirst {
		return b.fail(Unsupported, "its input has the channels last; Conv takes them first")
	}
	c, err := b.kernel(v, 1)
	if err != nil {
		return err
	}
	if err := b.bias(c, 2); err != nil {
		return err
	}
	return b.give(b.convolve(c, v), v.order)
}

// kernel reads weights [outputs, inputs/groups, height, width] and the window.
func (b *builder) kernel(v value, input int) (*convolution, error) {
	weights, shape, err := b.constant(input)
	if err != nil {
		return nil, err
	}
	if len(shape) != 4 || len(weights) == 0 {
		return nil, b.fail(Unsupported, "its weights have shape %v; [outputs, inputs, height, width] is understood", shape)
	}
	c := &convolution{
		outputs: int(shape[0]), kernelHeight: int(shape[2]), kernelWidth: int(shape[3]),
		groups: int(b.node.Integer("group", 1)), inputs: b.channels(v), strideHeight: 1, strideWidth: 1,
	}
	if c.groups < 1 || c.outputs%c.groups != 0 || int(shape[1])*c.groups != c.inputs {
		return nil, b.fail(Malformed, "its weights have shape %v with %d groups; the input has %d channels", shape, c.groups, c.inputs)
	}
	if c.groups > 1 && c.groups*len(weights) > 1<<22 {
		return nil, b.fail(Unsupported, "%d groups of weights of shape %v are more than is read", c.groups, shape)
	}
	if err := b.window(c); err != nil {
		return nil, err
	}
	c.weights = make([]float64, c.groups*len(weights))
	perGroup, taps := int(shape[1]), c.kernelHeight*c.kernelWidth
	for i, w := range weights {
		o, rest := i/(perGroup*taps), i%(perGroup*taps)
		in := o/(c.outputs/c.groups)*perGroup + rest/taps
		c.weights[(rest%taps*c.inputs+in)*c.outputs+o] = w
	}
	return c, nil
}

// window reads strides, padding and dilations.
func (b *builder) window(c *convolution) error {
	for _, d := range b.node.Integers("dilations") {
		if d != 1 {
			return b.fail(Unsupported, "its dilations are %v; 1 is understood", b.node.Integers("dilations"))
		}
	}
	if mode := b.node.Text("auto_pad", "NOTSET"); mode != "NOTSET" && mode != "VALID" {
		return b.fail(Unsupported, "its auto_pad is %q; amounts in pads are understood", mode)
	}
	if strides := b.node.Integers("strides"); strides != nil {
		if len(strides) != 2 || strides[0] < 1 || strides[1] < 1 || strides[0] > 64 || strides[1] > 64 {
			return b.fail(Unsupported, "its strides are %v; two from 1 to 64 are understood", strides)
		}
		c.strideHeight, c.strideWidth = int(strides[0]), int(strides[1])
	}
	if pads := b.node.Integers("pads"); pads != nil {
		if len(pads) != 4 || min(pads[0], pads[1], pads[2], pads[3]) < 0 || max(pads[0], pads[1], pads[2], pads[3]) > 1024 {
			return b.fail(Unsupported, "its pads are %v; four from 0 to 1024 are understood", pads)
		}
		c.padTop, c.padLeft = int(pads[0]), int(pads[1])
		c.padHeight, c.padWidth = int(pads[0]+pads[2]), int(pads[1]+pads[3])
	}
	return nil
}

func (b *builder) bias(c *convolution, input int) (err error) {
	if b.name(input) == "" {
		return nil
	}
	if c.bias, _, err = b.constant(input); err != nil {
		return err
	}
	if len(c.bias) != c.outputs {
		return b.fail(Malformed, "it has %d biases for %d outputs", len(c.bias), c.outputs)
	}
	return nil
}

// convolve adds a convolution; one that only copies channels is a selection,
// which costs nothing to evaluate and nothing to count.
func (b *builder) convolve(c *convolution, v value) int {
	if copies := c.copies(); copies != nil {
		return b.add(&selection{channels: copies}, c.outputs, v.node)
	}
	return b.add(c, c.outputs, v.node)
}

// copies returns the input of each output where all that a convolution does is
// copy channels, and nil otherwise.
func (c *convolution) copies() []int {
	if c.kernelHeight*c.kernelWidth*c.strideHeight*c.strideWidth != 1 || c.padHeight+c.padWidth > 0 || c.bias != nil || c.zero != 0 || c.inputs == 1 {
		return nil
	}
	out := repeatedIndex(-1, c.outputs)
	for i, w := range c.weights {
		switch {
		case w == 0:
		case w == 1 && out[i%c.outputs] < 0:
			out[i%c.outputs] = i / c.outputs
		default:
			return nil
		}
	}
	for _, source := range out {
		if source < 0 {
			return nil
		}
	}
	return out
}

func repeatedIndex(v, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func readGemm(b *builder) error {
	if a := b.node.Float("alpha", 1); a != 1 || b.node.Float("beta", 1) != 1 || b.node.Integer("transA", 0) != 0 {
		return b.fail(Unsupported, "alpha, beta and transA other than 1, 1 and 0 are not understood")
	}
	return readDense(b, b.node.Integer("transB", 0) != 0)
}

func readMatrixProduct(b *builder) error { return readDense(b, false) }

// readDense reads a fully connected layer: weights [inputs, outputs], or the
// reverse where they are transposed.
func readDense(b *builder, transposed bool) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	if v.order == channelsFirst {
		return b.fail(Unsupported, "its input is a picture with the channels first; a vector, or channels last, is understood")
	}
	weights, shape, err := b.constant(1)
	if err != nil {
		return err
	}
	if len(shape) != 2 || len(weights) == 0 {
		return b.fail(Unsupported, "its weights have shape %v; two dimensions are understood", shape)
	}
	c := &convolution{kernelHeight: 1, kernelWidth: 1, strideHeight: 1, strideWidth: 1, groups: 1, inputs: int(shape[0]), outputs: int(shape[1])}
	if transposed {
		c.inputs, c.outputs = c.outputs, c.inputs
	}
	if c.inputs != b.channels(v) {
		return b.fail(Malformed, "its weights take %d inputs; there are %d", c.inputs, b.channels(v))
	}
	c.weights = weights
	if transposed {
		c.weights = make([]float64, len(weights))
		for i, w := range weights {
			c.weights[i%c.inputs*c.outputs+i/c.inputs] = w
		}
	}
	if b.node.Operator == "Gemm" {
		if err := b.bias(c, 2); err != nil {
			return err
		}
	}
	return b.give(b.add(c, c.outputs, v.node), v.order)
}

// The inputs of QLinearConv, by their place.
const (
	inputScale = iota + 1
	inputZero
	weight
	weightScale
	weightZero
	outputScale
	outputZero
	biasInput
)

// readQuantisedConvolution makes an integer convolution and a switch.
func readQuantisedConvolution(b *builder) error {
	v, err := b.variable(0)
	if err != nil {
		return err
	}
	last := b.node.Domain == contrib && b.node.Integer("channels_last", 0) != 0
	if last != (v.order == channelsLast) || v.order == vector {
		return b.fail(Unsupported, "channels_last is %v, and the order of its input's axes is another", last)
	}
	c, err := b.kernel(v, weight)
	if err != nil {
		return err
	}
	c.integers = true
	if err := b.bias(c, biasInput); err != nil {
		return err
	}
	var numbers [outputZero + 1]float64
	for _, i := range []int{inputScale, inputZero, outputScale, outputZero} {
		if numbers[i], err = b.scalar(i); err != nil {
			return err
		}
	}
	c.zero = numbers[inputZero]
	zeros, _, err := b.constant(weightZero)
	if err != nil {
		return err
	}
	scales, _, err := b.constant(weightScale)
	if err != nil {
		return err
	}
	if len(scales) == 1 {
		scales = repeated(scales[0], c.outputs)
	}
	if len(scales) != c.outputs || (len(zeros) != 1 && len(zeros) != c.outputs) {
		return b.fail(Malformed, "it has %d weight scales and %d zero points for %d outputs", len(scales), len(zeros), c.outputs)
	}
	for i := range c.weights {
		c.weights[i] -= zeros[i%c.outputs%len(zeros)]
	}
	ratio := make([]float64, c.outputs)
	for o, s := range scales { // in float32, as ONNX Runtime does
		ratio[o] = float64(float32(numbers[inputScale]) * float32(s) / float32(numbers[outputScale]))
		if !(ratio[o] > 0) || math.IsInf(ratio[o], 1) {
			return b.fail(Malformed, "output %d is scaled by %g; a positive number is needed", o, ratio[o])
		}
	}
	low, high, err := b.range8(outputZero)
	if err != nil {
		return err
	}
	if copies := c.copies(); copies != nil && allOne(ratio) && numbers[outputZero] == 0 && low == 0 && b.network.Bytes && v.node == 0 {
		return b.give(b.add(&selection{channels: copies}, c.outputs, v.node), v.order)
	}
	s := &switching{scale: ratio, offset: numbers[outputZero], rounds: true, low: low, high: high}
	return b.give(b.add(s, c.outputs, b.add(c, c.outputs, v.node)), v.order)
}

func allOne(values []float64) bool {
	for _, v := range values {
		if v != 1 {
			return false
		}
	}
	return true
}
