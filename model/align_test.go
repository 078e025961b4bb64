package model

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gst-superres/model/complexity/onnx"
)

// The rewritten graph of every generator makes the same bytes of the same picture,
// whatever the two channels hold that are not the picture's.
func TestAnAlignedInputChangesNothing(t *testing.T) {
	eachKey(t, func(t *testing.T, key Key) {
		graph, err := Builtin(key)
		if err != nil {
			t.Skip(err)
		}
		aligned, err := AlignInput(graph)
		if key.Scale == 1 {
			if err == nil || !strings.Contains(err.Error(), "QLinearAdd") {
				t.Fatalf("got %v; a generator that restores adds its input as it is", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		const height, width = 9, 12
		random := rand.New(rand.NewPCG(61, 62))
		input := make([]byte, height*width*inputChannels)
		fill(random, input, 0, 255)
		want := resultOf(t, graph, input, contract{inputChannels, doubledChannels, 8}, height, width)
		wider := align(input)
		for i := range wider {
			if i%alignedChannels >= inputChannels {
				wider[i] = byte(random.IntN(256))
			}
		}
		got := resultOf(t, aligned, wider, contract{alignedChannels, doubledChannels, 8}, height, width)
		if where := tensorDifference(got, want, width, doubledChannels); where != "" {
			t.Error(where)
		}
	})
}

// resultOf runs a graph on an input tensor of height x width positions.
func resultOf(t *testing.T, graph, input []byte, kept contract, height, width int) []byte {
	t.Helper()
	s, err := openSession(graph, "input", "output", kept, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.bind(height, width); err != nil {
		t.Fatal(err)
	}
	copy(s.input.bytes, input)
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(s.output.bytes)
}

func TestBuiltInGeneratorsRunAligned(t *testing.T) {
	graph, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	if got := open(t, graph, 1).session.contract.inputs; got != alignedChannels {
		t.Errorf("got %d channels, want %d", got, alignedChannels)
	}
	twin, err := Twin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	if got := open(t, twin, 1).session.contract.inputs; got != inputChannels {
		t.Errorf("the float32 twin: got %d channels, want %d", got, inputChannels)
	}
}

// What cannot be rewritten is left as it is, and says why.
func TestGraphsWhoseInputCannotBeAligned(t *testing.T) {
	graph, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		spoil   func(g *onnx.Graph)
		mention string
	}{
		"a weight that two layers use": {func(g *onnx.Graph) {
			nodeNamed(g, "features_1").Inputs[3] = "weight_0"
		}, "no constants of its own"},
		"a weight that is computed": {func(g *onnx.Graph) { nodeNamed(g, "features_0").Inputs[3] = "elsewhere" }, "no constants of its own"},
		"another zero point": {func(g *onnx.Graph) {
			*g.Initializer("weight_zero_0"), _ = onnx.New("weight_zero_0", onnx.Int8, []int64{1}, []float64{1})
		}, "zero point 1"},
		"another shape": {func(g *onnx.Graph) {
			*g.Initializer("weight_0"), _ = onnx.New("weight_0", onnx.Int8, []int64{1, 5, 1, 1}, make([]float64, 5))
		}, "the shape [1 5 1 1]"},
		"too few inputs": {func(g *onnx.Graph) {
			n := nodeNamed(g, "features_0")
			n.Inputs = n.Inputs[:4]
		}, "4 inputs"},
		"channels padded": {func(g *onnx.Graph) {
			*g.Initializer("border"), _ = onnx.New("border", onnx.Int64, []int64{8}, []float64{0, 1, 1, 1, 0, 1, 1, 0})
		}, `"padded" (Pad)`},
		"borders computed":    {func(g *onnx.Graph) { nodeNamed(g, "padded").Inputs[1] = "elsewhere" }, `"padded" (Pad)`},
		"axes of a padding":   {func(g *onnx.Graph) { nodeNamed(g, "padded").Inputs = []string{"input", "border", "", "axes"} }, `"padded" (Pad)`},
		"another operator":    {func(g *onnx.Graph) { nodeNamed(g, "anchor").Operator = "Identity" }, `"anchor" (Identity)`},
		"the input as output": {func(g *onnx.Graph) { g.Outputs[0].Name = "input" }, "its input is its output"},
		"two inputs":          {func(g *onnx.Graph) { g.Inputs = append(g.Inputs, g.Inputs[0]) }, "one input"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := onnx.Decode(graph)
			if err != nil {
				t.Fatal(err)
			}
			test.spoil(&m.Graph)
			if _, err := AlignInput(m.Encode()); err == nil || !strings.Contains(err.Error(), test.mention) {
				t.Errorf("got %v, want an error with %q", err, test.mention)
			}
		})
	}
	if _, err := AlignInput([]byte("no graph")); err == nil {
		t.Error("what is no graph was rewritten")
	}
}

// nodeNamed returns the node of that name.
func nodeNamed(g *onnx.Graph, name string) *onnx.Node {
	for i := range g.Nodes {
		if g.Nodes[i].Name == name {
			return &g.Nodes[i]
		}
	}
	panic("no node " + name)
}

// The six channels and the eight, by turns.
func BenchmarkAlignedInput(b *testing.B) {
	for _, tier := range []Tier{Fast, Balanced} {
		b.Run(tier.String(), func(b *testing.B) { benchmarkAlignedInput(b, Key{Scale: 2, Tier: tier}) })
	}
}

func benchmarkAlignedInput(b *testing.B, key Key) {
	graph, err := Builtin(key)
	if err != nil {
		b.Fatal(err)
	}
	aligned, err := AlignInput(graph)
	if err != nil {
		b.Fatal(err)
	}
	const height, width = 180, 240
	var sessions [2]*session
	for i, each := range []struct {
		graph  []byte
		inputs int
	}{{graph, inputChannels}, {aligned, alignedChannels}} {
		if sessions[i], err = openSession(each.graph, "input", "output", contract{each.inputs, doubledChannels, 8}, 2, nil); err != nil {
			b.Fatal(err)
		}
		defer sessions[i].close()
		if err := sessions[i].bind(height, width); err != nil {
			b.Fatal(err)
		}
	}
	var took [2]time.Duration
	b.ResetTimer()
	for range b.N {
		for i, each := range sessions {
			begin := time.Now()
			if err := each.run(); err != nil {
				b.Fatal(err)
			}
			took[i] += time.Since(begin)
		}
	}
	b.ReportMetric(float64(took[1].Microseconds())/float64(b.N)/1000, "ms/frame")
	b.ReportMetric(float64(took[1])/float64(took[0]), "of-six-channels'")
}
