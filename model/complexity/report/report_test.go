package report

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gst-superres/model/complexity/examples"
	"gst-superres/model/complexity/measure"
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

func find(t *testing.T, all []Bound, name string) Bound {
	t.Helper()
	for _, b := range all {
		if b.Name == name {
			return b
		}
	}
	t.Fatalf("no bound %q", name)
	return Bound{}
}

// luma returns the network (5,16)(3,16) and a last layer 3x3 to 4 sub-pixels.
func luma() *onnx.Model {
	random := rand.New(rand.NewPCG(9, 9))
	b := examples.New(onnx.Float32, 0, 1, 0, 0)
	layer := func(in, out, kernel int) {
		w := b.Constant(onnx.Float32, examples.Normal(random, in*out*kernel*kernel, 0.2), int64(out), int64(in), int64(kernel), int64(kernel))
		p := int64(kernel / 2)
		b.Node("Conv", []string{w, b.Constant(onnx.Float32, make([]float64, out), int64(out))},
			onnx.Attribute{Name: "pads", Type: onnx.IntegersAttribute, Integers: []int64{p, p, p, p}})
	}
	layer(1, 16, 5)
	b.Relu()
	layer(16, 16, 3)
	b.Relu()
	layer(16, 4, 3)
	return b.Finish()
}

func TestDescribeAConvolutionalNetwork(t *testing.T) {
	r, _ := Describe("luma", build(t, luma()), 1, 1)
	if r.Units != 544 || r.Inputs != 81 || r.Parameters != 3316 || r.MACs != 3280 || r.ReceptiveField != (Size{9, 9}) {
		t.Errorf("got %d units, %d inputs, %d parameters, %g MAC, field %v; want 544, 81, 3316, 3280, 9x9",
			r.Units, r.Inputs, r.Parameters, r.MACs, r.ReceptiveField)
	}
	for _, c := range []struct {
		name  string
		bound Bound
		want  float64
	}{
		{"Serra", find(t, r.Upper, "Serra"), 430.8},
		{"maximum", find(t, r.Lower, "of the maximum"), 163.9},
		{"typical", r.Typical, 326.1},
	} {
		if math.Abs(c.bound.Log2-c.want) > 0.06 {
			t.Errorf("%s: got 2^%.2f, want 2^%.1f", c.name, c.bound.Log2, c.want)
		}
	}
	views := []Size{{5, 5}, {7, 7}, {9, 9}}
	for i, l := range r.Layers {
		if l.ReceptiveField != views[i] {
			t.Errorf("layer %d: got a field of %v, want %v", i, l.ReceptiveField, views[i])
		}
	}
}

func TestDescribeAPerceptronExactly(t *testing.T) {
	n := build(t, examples.Perceptron(rand.New(rand.NewPCG(1, 2)), examples.Rectified, 2, 4, 4))
	r, _ := Describe("perceptron", n, 1, 1)
	for _, c := range []struct{ got, want string }{
		{find(t, r.Upper, "Serra").Exact, "121"},
		{find(t, r.Upper, "all patterns").Exact, "256"},
		{find(t, r.Upper, "paper's product").Exact, "352"}, // C(2,4) C(4,4) C(4,1) = 11 * 16 * 2
		{find(t, r.Lower, "of the maximum").Exact, "44"},
		{find(t, r.Lower, "over the weights").Exact, "1"},
		{r.Typical.Exact, "37"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestLargerPatchesHaveMoreUnits(t *testing.T) {
	n := build(t, luma())
	small, _ := Describe("luma", n, 1, 1)
	large, _ := Describe("luma", n, 2, 3)
	if want := (4*5 + 6*7) * 16; large.Units != want || large.Units <= small.Units {
		t.Errorf("2x3: got %d units, want %d", large.Units, want)
	}
}

func TestUnitsBehindASumAreCounted(t *testing.T) {
	b := examples.New(onnx.Float32, 0, 2).Dense(2, 3, make([]float64, 6), make([]float64, 3)).Relu()
	m := b.Dense(3, 3, make([]float64, 9), make([]float64, 3)).Finish()
	g := &m.Graph // n3 = relu(n2 + n1), then weights
	g.Nodes = append(g.Nodes,
		onnx.Node{Name: "both", Operator: "Add", Inputs: []string{"n2", "n1"}, Outputs: []string{"both"}},
		onnx.Node{Name: "skip", Operator: "Relu", Inputs: []string{"both"}, Outputs: []string{"skip"}},
		onnx.Node{Name: "last", Operator: "Gemm", Inputs: []string{"skip", "c2"}, Outputs: []string{"last"}})
	g.Outputs[0].Name = "last"
	r, _ := Describe("skip", build(t, m), 1, 1)
	if r.Units != 6 {
		t.Errorf("got %d units, want 6", r.Units)
	}
	if got := find(t, r.Lower, "of the maximum").Log2; got != 0 {
		t.Errorf("a lower bound of 2^%g is claimed for a graph that none is known for", got)
	}
}

func TestMeasureAndText(t *testing.T) {
	n := build(t, luma())
	r, cone := Describe("luma", n, 1, 1)
	picture := image.NewGray(image.Rect(0, 0, 40, 30))
	random := rand.New(rand.NewPCG(6, 6))
	for i := range picture.Pix {
		picture.Pix[i] = uint8(random.IntN(256))
	}
	picture.Set(0, 0, color.White)
	input, err := measure.Input(n, picture)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Measure(n, cone, []*network.Tensor{input}, 100, 3); err != nil {
		t.Fatal(err)
	}
	m := r.Measured
	if m.Patterns.Distinct < 2 || m.Patterns.Samples < 100 || len(m.Lines) != 3 || m.Lines[0] < 2 || m.Entropy <= 0 {
		t.Errorf("got %+v, want several patterns of 100 patches or more, 3 lines and some entropy", m)
	}
	if float64(m.Patterns.Distinct) > math.Exp2(find(t, r.Upper, "Serra").Log2) {
		t.Errorf("%d patterns are above the bound", m.Patterns.Distinct)
	}
	var text strings.Builder
	if err := r.Text(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"544 hidden units", "3280 multiply-accumulates", "430.8", "163.9", "Good-Turing", "Large enough? Not ruled out", "square tiles"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, text.String())
		}
	}
	var again Report
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(bytes.NewReader(b)).Decode(&again); err != nil || again.Measured.Patterns != m.Patterns {
		t.Errorf("JSON does not carry the patterns: %v", err)
	}
	small := network.NewTensor(network.Rect{Height: 8, Width: 40}, 1)
	if _, err := r.Measure(n, cone, []*network.Tensor{small}, 100, 3); err == nil || !strings.Contains(err.Error(), "9x9") {
		t.Errorf("a picture smaller than the field: got %v, want an error with its size", err)
	}
}

func TestReading(t *testing.T) {
	cases := []struct {
		name   string
		report Report
		want   string
	}{
		{"too small", Report{Upper: []Bound{{Log2: 3}}, Measured: &Measured{Estimated: 100, Utilisation: 0.5}}, "Large enough? No"},
		{"idle", Report{Upper: []Bound{{Log2: 30}}, Measured: &Measured{Estimated: 100, Utilisation: 0.05}}, "Likely"},
		{"dead channels", Report{
			Upper: []Bound{{Log2: 30}}, Measured: &Measured{Estimated: 100, Utilisation: 0.5}, Layers: []Layer{{Use: &Use{Never: 2}}},
		}, "By 2 channels"},
		{"certified", Report{Layers: []Layer{{NeverCertified: 3}}}, "3 channels are certified"},
	}
	for _, c := range cases {
		if got := strings.Join(c.report.Reading(), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q in it", c.name, got, c.want)
		}
	}
}
