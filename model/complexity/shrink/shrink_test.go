package shrink

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gst-superres/model/complexity/examples"
	"gst-superres/model/complexity/network"
	"gst-superres/model/complexity/onnx"
)

func build(t *testing.T, m *onnx.Model) *network.Network {
	t.Helper()
	n, err := network.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// shrunk shrinks a model and verifies it.
func shrunk(t *testing.T, m *onnx.Model, observed map[int][]int) (*Result, Check) {
	t.Helper()
	r, err := Shrink(m, observed)
	if err != nil {
		t.Fatal(err)
	}
	check, err := r.Verify(build(t, m), build(t, r.Model), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, check
}

// perceptron has one input, these hidden weights and biases, and outputs that
// weigh every unit differently.
func perceptron(weights, bias []float64) *onnx.Model {
	n := len(weights)
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i + 1)
	}
	return examples.New(onnx.Float32, 0, 1).Dense(1, n, weights, bias).Relu().Dense(n, 1, out, []float64{0.5}).Finish()
}

func TestUnitsThatAreNeverOnAreRemoved(t *testing.T) {
	// On [0, 1]: on from 0.5; off; off (it only touches zero); on.
	m := perceptron([]float64{1, 1, -2, -1}, []float64{-0.5, -1.5, -0.001, 0.25})
	r, check := shrunk(t, m, nil)
	want := []Removal{{"n1", []int{1, 2}, Certified}}
	if !reflect.DeepEqual(r.Removals, want) {
		t.Errorf("got %+v, want %+v", r.Removals, want)
	}
	if r.Before != 13 || r.After != 7 { // 4+4 and 4+1, then 2+2 and 2+1
		t.Errorf("parameters: got %d and %d, want 13 and 7", r.Before, r.After)
	}
	if check.Difference != 0 || check.Inputs == 0 {
		t.Errorf("got %+v, want no difference on some inputs", check)
	}
}

func TestALayerKeepsAUnit(t *testing.T) {
	r, _ := shrunk(t, perceptron([]float64{1, 1}, []float64{-2, -3}), nil)
	if r.After != 4 {
		t.Errorf("got %d parameters, want 4: one unit must stay", r.After)
	}
}

func TestEightBitUnitsAreRemovedToTheBit(t *testing.T) {
	b, err := os.ReadFile("../network/testdata/generator.onnx")
	if err != nil {
		t.Fatal(err)
	}
	m, err := onnx.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, layer := range []string{"bias_0", "bias_1"} {
		bias := m.Graph.Initializer(layer)
		values, err := bias.Values()
		if err != nil {
			t.Fatal(err)
		}
		values[2] = -1 << 24 // below what any input can lift
		if *bias, err = onnx.New(bias.Name, bias.Element, bias.Shape, values); err != nil {
			t.Fatal(err)
		}
	}
	r, check := shrunk(t, m, nil)
	want := []Removal{{"features_0", []int{2}, Certified}, {"features_1", []int{2}, Certified}}
	if !reflect.DeepEqual(r.Removals, want) || check.Difference != 0 {
		t.Errorf("got %+v and %+v, want %+v and no difference", r.Removals, check, want)
	}
	if got := r.Model.Graph.Initializer("weight_1").Shape; !slices.Equal(got, []int64{3, 3, 3, 3}) {
		t.Errorf("weight_1: got shape %v, want [3 3 3 3]", got)
	}
	if got := r.Model.Graph.Initializer("weight_zero").Shape; len(got) != 0 {
		t.Errorf("the anchor's zero point was cut to shape %v", got)
	}
}

func TestCombinationsOfUnitsThatAreAlwaysOnAreFolded(t *testing.T) {
	// Units 0 and 1 are always on; 1 is twice 0 plus 3. Unit 2 switches.
	m := perceptron([]float64{1, 2, 1}, []float64{1, 5, -0.5})
	r, check := shrunk(t, m, nil)
	if !reflect.DeepEqual(r.Removals, []Removal{{"n1", []int{1}, Folded}}) {
		t.Errorf("got %+v, want unit 1 folded", r.Removals)
	}
	if check.Difference > 1e-6 {
		t.Errorf("got a difference of %g", check.Difference)
	}
}

func TestALayerThatIsAlwaysOnIsFoldedIntoTheNext(t *testing.T) {
	m := examples.New(onnx.Float32, 0, 2).
		Dense(2, 3, []float64{1, 0, 1, 0, 1, 2}, []float64{1, 1, 1}).Relu().
		Dense(3, 2, []float64{1, -1, 2, 0, 0.5, 3}, []float64{0, -2}).Relu().
		Dense(2, 1, []float64{1, -1}, []float64{0}).Finish()
	r, check := shrunk(t, m, nil)
	last := r.Removals[len(r.Removals)-1]
	if last.Layer != "n1" || last.Reason != Linear {
		t.Errorf("got %+v, want the first layer folded into the second", r.Removals)
	}
	if n := build(t, r.Model); len(n.Layers) != 1 || r.After != 2*2+2+2+1 {
		t.Errorf("got %d layers of units and %d parameters, want 1 and 9", len(n.Layers), r.After)
	}
	if check.Difference > 1e-6 {
		t.Errorf("got a difference of %g", check.Difference)
	}
}

// padded returns two 1x1 convolutions on a picture, the second with padding; the
// first makes two units, both always on, the second of them twice the first plus
// a constant.
func padded(constant float64) *onnx.Model {
	b := examples.New(onnx.Float32, 0, 1, 0, 0)
	w := b.Constant(onnx.Float32, []float64{1, 2}, 2, 1, 1, 1)
	b.Node("Conv", []string{w, b.Constant(onnx.Float32, []float64{1, 2 + constant}, 2)}).Relu()
	pads := onnx.Attribute{Name: "pads", Type: onnx.IntegersAttribute, Integers: []int64{1, 1, 1, 1}}
	values := make([]float64, 18)
	for i := range values {
		values[i] = float64(i) - 5
	}
	return b.Node("Conv", []string{b.Constant(onnx.Float32, values, 1, 2, 3, 3)}, pads).Finish()
}

func TestFoldingRespectsTheBorder(t *testing.T) {
	r, check := shrunk(t, padded(0), nil)
	if len(r.Removals) != 1 || check.Difference > 1e-6 {
		t.Errorf("a multiple of another unit: got %+v, difference %g, want it folded", r.Removals, check.Difference)
	}
	r, _ = shrunk(t, padded(3), nil)
	if len(r.Removals) != 0 || len(r.Kept) != 1 || !strings.Contains(r.Kept[0].Why, "border") {
		t.Errorf("a multiple plus a constant: got %+v, kept %+v, want it kept for the border's sake", r.Removals, r.Kept)
	}
}

func TestObservedUnitsAreMarked(t *testing.T) {
	m := perceptron([]float64{1, 1}, []float64{0, -0.9}) // unit 1: on above 0.9
	at := build(t, m).Layers[0].Switch
	r, err := Shrink(m, map[int][]int{at: {1}})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r.Removals, []Removal{{"n1", []int{1}, Observed}}) {
		t.Errorf("got %+v, want unit 1 marked as observed", r.Removals)
	}
	before, after := build(t, m), build(t, r.Model)
	dark := &network.Tensor{Rect: network.Rect{Height: 1, Width: 1}, Channels: 1, Data: []float64{0.8}}
	check, err := r.Verify(before, after, []*network.Tensor{dark})
	if err != nil || check.OnPictures != 0 || check.Difference == 0 {
		t.Errorf("got %+v, %v, want no difference at 0.8 and some elsewhere", check, err)
	}
	light := &network.Tensor{Rect: dark.Rect, Channels: 1, Data: []float64{0.95}}
	if _, err := r.Verify(before, after, []*network.Tensor{light}); err == nil {
		t.Error("an output that changed at 0.95 was passed")
	}
}

func TestVerifyRefusesADifferentNetwork(t *testing.T) {
	m := perceptron([]float64{1, -1}, []float64{0, 0.5})
	other := perceptron([]float64{1, -1}, []float64{0, 0.25})
	if _, err := (&Result{}).Verify(build(t, m), build(t, other), nil); err == nil {
		t.Error("two different networks were passed as the same")
	}
}

func TestLayersReadByOthersAreKept(t *testing.T) {
	b := examples.New(onnx.Float32, 0, 1).Dense(1, 2, []float64{1, 1}, []float64{0, -2}).Relu()
	m := b.Node("Mul", []string{b.Constant(onnx.Float32, []float64{3})}).Dense(2, 1, []float64{1, 1}, []float64{0}).Finish()
	r, _ := shrunk(t, m, nil)
	if len(r.Removals) != 0 || len(r.Kept) != 1 || !strings.Contains(r.Kept[0].Why, "Mul") {
		t.Errorf("got %+v, kept %+v, want the layer kept because Mul reads it", r.Removals, r.Kept)
	}
}

func TestSharedConstantsAreCopied(t *testing.T) {
	b := examples.New(onnx.Float32, 0, 2)
	w := b.Constant(onnx.Float32, []float64{1, 1, 1, 1}, 2, 2)
	bias := b.Constant(onnx.Float32, []float64{0, -9}, 2)
	b.Node("Gemm", []string{w, bias}).Relu().Node("Gemm", []string{w, bias})
	r, _ := shrunk(t, b.Finish(), nil)
	if len(r.Removals) != 1 || r.After >= r.Before {
		t.Errorf("got %+v, %d parameters of %d, want one unit removed from the first use alone", r.Removals, r.After, r.Before)
	}
}
