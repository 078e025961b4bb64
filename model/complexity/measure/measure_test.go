package measure

import (
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"testing"

	"gst-superres/model/complexity/bounds"
	"gst-superres/model/complexity/examples"
	"gst-superres/model/complexity/network"
	"gst-superres/model/complexity/onnx"
)

func build(t testing.TB, m *onnx.Model) *network.Network {
	t.Helper()
	n, err := network.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// grid counts the patterns at side x side points of a square about the origin.
func grid(n *network.Network, half float64, side int) Abundance {
	cone := n.Cone(1, 1)
	p := NewPatterns(n, cone)
	for i := range side * side {
		x := network.NewTensor(cone[0], 2)
		x.Data[0] = half * (2*float64(i%side)/float64(side-1) - 1)
		x.Data[1] = half * (2*float64(i/side)/float64(side-1) - 1)
		p.Add(x, 0, 0, 1, 1)
	}
	return p.Abundance()
}

func TestOneLayerReachesZaslavsky(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 5 {
		n := build(t, examples.Perceptron(random, examples.Rectified, 2, 12))
		if got := planeRegions(n, 1e7); got != 79 {
			t.Errorf("12 random lines: got %d regions, want C(2,12) = 79", got)
		}
	}
}

func TestTwoLayersOfEight(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	total := 0
	const networks = 12
	for range networks {
		n := build(t, examples.Perceptron(random, examples.Rectified, 2, 8, 8))
		exact := planeRegions(n, 1e4)
		total += exact
		if seen := grid(n, 4, 60); seen.Distinct > exact {
			t.Errorf("%d patterns on a grid, but %d regions in all", seen.Distinct, exact)
		}
	}
	if mean := float64(total) / networks; mean < 110 || mean > 165 {
		t.Errorf("mean regions of random 2-8-8 networks: got %g, want 110 to 165", mean)
	}
}

// TestMeasuredIsAtMostTheUpperBound draws 100 networks: fully connected ones with
// rectifiers, limits and leaks mixed, and convolutional ones.
func TestMeasuredIsAtMostTheUpperBound(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	activations := []func(*examples.Builder, int){
		examples.Rectified,
		func(b *examples.Builder, _ int) { b.Limit() },
		func(b *examples.Builder, i int) {
			if i%2 == 0 {
				b.Leaky()
			} else {
				b.Relu()
			}
		},
	}
	tight := 0
	for i := range 100 {
		var n *network.Network
		inputs := 1 + random.IntN(3)
		widths := make([]int, 1+random.IntN(3))
		for j := range widths {
			widths[j] = 1 + random.IntN(6)
		}
		if i%4 == 3 {
			inputs, widths = 1, []int{1, 1}[:1+random.IntN(2)]
			n = build(t, examples.Convolutions(random, inputs, widths...))
		} else {
			n = build(t, examples.Perceptron(random, activations[i%4%3], inputs, widths...))
		}
		cone := n.Cone(1, 1)
		p := NewPatterns(n, cone)
		for range 3000 {
			x := network.NewTensor(cone[0], n.Nodes[0].Channels)
			copy(x.Data, examples.Normal(random, len(x.Data), 2))
			p.Add(x, 0, 0, 1, 1)
		}
		dimensions, layers := n.Units(cone, true, true)
		seen := big.NewInt(int64(p.Abundance().Distinct))
		for name, bound := range map[string]*big.Int{
			"Serra": bounds.Serra(dimensions, layers), "Corrected": bounds.Corrected(dimensions, layers),
			"EveryLayer": bounds.EveryLayer(dimensions, layers), "AllPatterns": bounds.AllPatterns(layers),
		} {
			if seen.Cmp(bound) > 0 {
				t.Errorf("network %d, %d inputs, widths %v: %v patterns seen, above the bound %s = %v", i, dimensions, widths, seen, name, bound)
			}
		}
		if twice := new(big.Int).Lsh(seen, 1); twice.Cmp(bounds.Serra(dimensions, layers)) >= 0 {
			tight++
		}
	}
	if tight < 20 { // or the test would not notice bounds that are too small
		t.Errorf("%d of 100 networks show half of their bound; at least 20 are needed for the test to mean anything", tight)
	}
}

// eightBit is a quantised generator of 4 channels with units at both limits.
func eightBit(t *testing.T) *network.Network {
	t.Helper()
	b, err := os.ReadFile("../network/testdata/generator.onnx")
	if err != nil {
		t.Fatal(err)
	}
	m, err := onnx.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return build(t, m)
}

func TestLineMatchesDenseSampling(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	for i, n := range []*network.Network{
		build(t, examples.Perceptron(random, examples.Rectified, 3, 16, 16)),
		build(t, examples.Perceptron(random, func(b *examples.Builder, _ int) { b.Limit() }, 2, 10, 10)),
		build(t, examples.Convolutions(random, 2, 4, 3)),
		eightBit(t),
	} {
		cone := n.Cone(1, 1)
		from, to := network.NewTensor(cone[0], n.Nodes[0].Channels), network.NewTensor(cone[0], n.Nodes[0].Channels)
		copy(from.Data, examples.Normal(random, len(from.Data), 2))
		copy(to.Data, examples.Normal(random, len(to.Data), 2))
		if n.Bytes {
			for i := range from.Data {
				from.Data[i], to.Data[i] = float64(random.IntN(256)), float64(random.IntN(256))
			}
		}
		got := Line(n, cone, from, to)
		changes, before := 1, ""
		const steps = 20000
		for k := range steps + 1 {
			values := n.Evaluate(cone, between(from, to, float64(k)/steps), false, nil)
			var states []byte
			for _, l := range n.Layers {
				if !l.Hidden {
					continue
				}
				for _, v := range values[l.Switch].Data {
					states = append(states, byte(n.State(l.Switch, v)))
				}
			}
			if k > 0 && string(states) != before {
				changes++
			}
			before = string(states)
		}
		if got < changes || got > changes+changes/20+2 || got < 5 { // narrow regions may fall between two samples
			t.Errorf("network %d: got %d regions, want the %d that %d samples show", i, got, changes, steps)
		}
	}
}

func TestTilesShowWhatSinglePatchesShow(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	n := build(t, examples.Convolutions(random, 1, 3, 3))
	cone := n.Cone(1, 1)
	picture := network.NewTensor(network.Rect{Height: 25, Width: 30}, 1)
	for i := range picture.Data {
		picture.Data[i] = random.Float64()
	}
	tiled, err := Sample(n, cone, []*network.Tensor{picture}, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	single := NewPatterns(n, cone)
	for y := 3; y < 22; y++ { // a cone reaches 3 positions to every side
		for x := 3; x < 27; x++ {
			single.Add(picture, y, x, 1, 1)
		}
	}
	if got, want := tiled.Abundance(), single.Abundance(); got != want {
		t.Errorf("got %+v from tiles, want %+v as from single patches", got, want)
	}
	if a := tiled.Abundance(); a.Samples != 19*24 || a.Distinct < 2 {
		t.Errorf("got %+v, want %d samples of several patterns", a, 19*24)
	}
}

func TestUsesFindsDeadAndSteadyUnits(t *testing.T) {
	b := examples.New(onnx.Float32, 0, 1)
	b.Dense(1, 3, []float64{1, 1, 1}, []float64{-5, 5, 0}).Relu().Dense(3, 1, []float64{1, 1, 1}, []float64{0})
	n := build(t, b.Finish())
	p := NewPatterns(n, n.Cone(1, 1))
	for _, v := range []float64{-1, 1, -2, 2} {
		p.Add(&network.Tensor{Rect: n.Cone(1, 1)[0], Channels: 1, Data: []float64{v}}, 0, 0, 1, 1)
	}
	u := p.Uses()[0]
	if len(u.Never) != 1 || u.Never[0] != 0 || len(u.Always) != 1 || u.Always[0] != 1 {
		t.Errorf("got never on %v, always on %v, want [0] and [1]", u.Never, u.Always)
	}
	if u.Entropy != 1 || u.On != 0.5 {
		t.Errorf("got %g bits and %g on, want 1 bit (one unit half of the time) and 0.5", u.Entropy, u.On)
	}
	if a := p.Abundance(); a != (Abundance{4, 2, 0, 2}) {
		t.Errorf("got %+v, want 2 patterns, each twice", a)
	}
}

func TestEstimates(t *testing.T) {
	a := Abundance{Samples: 10, Distinct: 6, Once: 4, Twice: 1}
	if got := a.Unseen(); got != 0.4 {
		t.Errorf("unseen: got %g, want 0.4", got)
	}
	if got := a.Chao(); got != 14 { // 6 + 16/2
		t.Errorf("Chao: got %g, want 14", got)
	}
	a.Twice = 0
	if got := a.Chao(); got != 12 { // 6 + 4*3/2
		t.Errorf("Chao without pairs: got %g, want 12", got)
	}
	if got := Entropy(1, 1, 2); math.Abs(got-1.5) > 1e-12 {
		t.Errorf("entropy of 1/4, 1/4, 1/2: got %g, want 1.5", got)
	}
	if got := Entropy(7, 0); got != 0 {
		t.Errorf("entropy of certainty: got %g, want 0", got)
	}
}
