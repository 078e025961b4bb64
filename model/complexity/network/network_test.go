package network

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gst-superres/model/complexity/onnx"
)

// load reads a network of testdata, which make_networks.py there writes.
func load(t testing.TB, name string) (*Network, *onnx.Model) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".onnx"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := onnx.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	n, err := Build(m)
	if err != nil {
		t.Fatal(err)
	}
	return n, m
}

// reference is an input, in channels last, and ONNX Runtime's output.
func reference(t *testing.T, name string) (input, output *Tensor, eightBit bool) {
	t.Helper()
	var index map[string]struct {
		Input, Output []int
		Element       string
	}
	b, err := os.ReadFile("testdata/index.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &index); err != nil {
		t.Fatal(err)
	}
	shapes := index[name]
	eightBit = shapes.Element == "uint8"
	read := func(kind string, shape []int) *Tensor {
		b, err := os.ReadFile(filepath.Join("testdata", name+"."+kind))
		if err != nil {
			t.Fatal(err)
		}
		if len(shape) == 2 {
			shape = []int{1, shape[1], 1, 1}
		} else if eightBit { // [n, h, w, c]
			shape = []int{1, shape[3], shape[1], shape[2]}
		}
		out := NewTensor(Rect{Height: shape[2], Width: shape[3]}, shape[1])
		for i := range out.Data {
			if eightBit {
				out.Data[i] = float64(b[i])
				continue
			}
			c, y, x := i/(shape[2]*shape[3]), i/shape[3]%shape[2], i%shape[3]
			out.At(y, x)[c] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		}
		return out
	}
	return read("input", shapes.Input), read("output", shapes.Output), eightBit
}

func TestEvaluateMatchesONNXRuntime(t *testing.T) {
	cases := []struct {
		name      string
		tolerance float64
	}{
		{"generator", 0}, // to the integer
		{"generator-float32", 0},
		{"full", 0},
		{"full-float32", 0},
		{"parts", 1e-5},
		{"perceptron", 1e-5},
	}
	for _, c := range cases {
		n, _ := load(t, c.name)
		input, want, _ := reference(t, c.name)
		got := n.Evaluate(n.Whole(input.Height, input.Width), input, true, nil)[n.Output]
		if got.Rect != want.Rect || got.Channels != want.Channels {
			t.Errorf("%s: got %v x %d channels, want %v x %d", c.name, got.Rect, got.Channels, want.Rect, want.Channels)
			continue
		}
		for y := range want.Height {
			for x := range want.Width {
				for k, v := range want.At(y, x) {
					if g := got.At(y, x)[k]; math.Abs(g-v) > c.tolerance*(1+math.Abs(v)) {
						t.Fatalf("%s: (%d, %d) channel %d: got %g, want %g", c.name, x, y, k, g, v)
					}
				}
			}
		}
	}
}

func TestConeSeesWhatTheWholeSees(t *testing.T) {
	n, _ := load(t, "generator")
	input, _, _ := reference(t, "generator")
	whole := n.Evaluate(n.Whole(input.Height, input.Width), input, true, nil)
	cone := n.back(Rect{Top: 4, Left: 5, Height: 1, Width: 2}) // receptive field 9x9: inside of 9x12
	if cone[0] != (Rect{0, 1, 9, 10}) {
		t.Fatalf("cone of the input: got %v, want {0 1 9 10}", cone[0])
	}
	patch := NewTensor(cone[0], input.Channels)
	for y := range patch.Height {
		for x := range patch.Width {
			copy(patch.At(patch.Top+y, patch.Left+x), input.At(patch.Top+y, patch.Left+x))
		}
	}
	part := n.Evaluate(cone, patch, true, nil)
	for x := 5; x < 7; x++ {
		for c, v := range whole[n.Output].At(4, x) {
			if got := part[n.Output].At(4, x)[c]; got != v {
				t.Errorf("(%d, 4) channel %d: got %g from the cone, want %g", x, c, got, v)
			}
		}
	}
}

func TestLayersOfAGenerator(t *testing.T) {
	for _, name := range []string{"generator", "generator-float32"} {
		n, _ := load(t, name)
		hidden, kinks := 0, 1
		if name == "generator" {
			kinks = 2 // eight bits end at 255
		}
		for _, l := range n.Layers {
			if !l.Hidden {
				continue
			}
			hidden++
			if !l.Chained || !l.Plain || l.Kinks != kinks {
				t.Errorf("%s: layer at %q: chained %v, plain %v, %d kinks", name, n.Nodes[l.Switch].Name, l.Chained, l.Plain, l.Kinks)
			}
		}
		if hidden != 3 {
			t.Errorf("%s: got %d hidden layers, want 3", name, hidden)
		}
		last := n.Layers[len(n.Layers)-1]
		if last.Hidden || last.Chained || last.Kinks != 2 {
			t.Errorf("%s: the limits of the output: hidden %v, chained %v, %d kinks", name, last.Hidden, last.Chained, last.Kinks)
		}
		macs := 0.0
		for i := range n.Nodes {
			macs += n.MACs(i)
		}
		if want := float64(9 * (6*4 + 2*4*4 + 4*24)); macs != want { // the copy of the input costs nothing
			t.Errorf("%s: got %g multiply-accumulates a position, want %g", name, macs, want)
		}
		if want := 9*(6*4+2*4*4+4*24) + 3*4; n.Parameters() != want {
			t.Errorf("%s: got %d parameters, want %d", name, n.Parameters(), want)
		}
	}
}

func TestUnitsOfACone(t *testing.T) {
	n, _ := load(t, "generator-float32")
	inputs, layers := n.Units(n.Cone(1, 1), true, true)
	if inputs != 9*9*6 {
		t.Errorf("inputs: got %d, want %d", inputs, 9*9*6)
	}
	for i, want := range []int{7 * 7 * 4, 5 * 5 * 4, 3 * 3 * 4} {
		if layers[i].Units != want {
			t.Errorf("layer %d: got %d units, want %d", i, layers[i].Units, want)
		}
	}
}

func TestLimitsHoldWhatIsEvaluated(t *testing.T) {
	for _, name := range []string{"generator", "generator-float32", "full", "full-float32"} {
		n, _ := load(t, name)
		input, _, _ := reference(t, name)
		limits := n.Limits()
		for i, v := range n.Evaluate(n.Whole(input.Height, input.Width), input, true, nil) {
			for j, x := range v.Data {
				if l := limits[i][j%v.Channels]; x < l.Low || x > l.High {
					t.Fatalf("%s, node %q, channel %d: %g is outside of [%g, %g]", name, n.Nodes[i].Name, j%v.Channels, x, l.Low, l.High)
				}
			}
		}
	}
}

func TestRefusalsNameTheNode(t *testing.T) {
	cases := []struct {
		operator string
		domain   string
		inputs   []string
		reason   Reason
	}{
		{"Sigmoid", "", []string{"x"}, NotPiecewiseLinear},
		{"Tanh", "", []string{"x"}, NotPiecewiseLinear},
		{"QuickGelu", "com.microsoft", []string{"x"}, NotPiecewiseLinear},
		{"Mul", "", []string{"x", "x"}, NotPiecewiseLinear},
		{"MaxPool", "", []string{"x"}, Unsupported},
		{"Relu", "", []string{"nowhere"}, Malformed},
		{"Relu", "elsewhere", []string{"x"}, Unsupported},
		{"Shape", "", []string{"x"}, Unsupported}, // of a vector
		{"Reshape", "", []string{"x", "x"}, NotPiecewiseLinear},
	}
	for _, c := range cases {
		m := &onnx.Model{Graph: onnx.Graph{
			Nodes:   []onnx.Node{{Operator: c.operator, Domain: c.domain, Name: "the node", Inputs: c.inputs, Outputs: []string{"y"}}},
			Inputs:  []onnx.ValueInfo{{Name: "x", Element: onnx.Float32, Shape: []onnx.Dimension{{Symbol: "n"}, {Size: 2}}}},
			Outputs: []onnx.ValueInfo{{Name: "y"}},
		}}
		_, err := Build(m)
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.reason || e.Node != "the node" || e.Operator != c.operator {
			t.Errorf("%s: got %v, want reason %d and the name of the node", c.operator, err, c.reason)
		}
	}
}

func FuzzBuild(f *testing.F) {
	for _, name := range []string{"generator", "generator-float32", "full", "full-float32", "parts", "perceptron"} {
		b, err := os.ReadFile(filepath.Join("testdata", name+".onnx"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := onnx.Decode(b)
		if err != nil {
			return
		}
		n, err := Build(m)
		if err != nil {
			return
		}
		n.Limits()
		n.Units(n.Cone(1, 1), false, true)
	})
}
