package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"gst-superres/model/complexity/onnx"
)

// What ships can be split: a layer for each convolution that sees more than its own position.
func TestSplitLayersOfBuiltinGenerators(t *testing.T) {
	eachKey(t, func(t *testing.T, key Key) {
		graph, err := Builtin(key)
		if err != nil {
			t.Skip(err)
		}
		m, err := onnx.Decode(graph)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, node := range m.Graph.Nodes {
			if side := node.Integers("kernel_shape"); len(side) == 2 && side[0] > 1 {
				want++
			}
		}
		split, err := splitLayers(graph)
		if err != nil {
			t.Fatal(err)
		}
		if len(split) != want || want < 3 || split[0].inputs != inputChannels {
			t.Fatalf("got %d layers, the first of %d channels, want %d of %d", len(split), split[0].inputs, want, inputChannels)
		}
		for i, layer := range split[1:] {
			fine, channels := split[i].makes()
			if layer.inputs != channels || layer.fine*layer.stride != fine {
				t.Errorf("layer %d takes %d channels of a grid %d times as fine and is given %d of one %d times as fine",
					i+1, layer.inputs, layer.fine*layer.stride, channels, fine)
			}
		}
	})
}

// What a graph may have that keeps it from being split.
func TestSplitLayersRefuses(t *testing.T) {
	balanced, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	quality, err := Builtin(Key{Scale: 2, Tier: Quality})
	if err != nil {
		t.Fatal(err)
	}
	node := func(g *onnx.Graph, operator string) *onnx.Node {
		return &g.Nodes[slices.IndexFunc(g.Nodes, func(n onnx.Node) bool { return n.Operator == operator })]
	}
	set := func(g *onnx.Graph, constant string, values ...float64) {
		old := g.Initializer(constant)
		if *old, err = onnx.New(old.Name, old.Element, old.Shape, values); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		graph  []byte
		change func(g *onnx.Graph)
		reason string
	}{
		"columns first":        {quality, func(g *onnx.Graph) { node(g, "Transpose").Attribute("perm").Integers = []int64{0, 3, 1, 2, 4} }, "does not spread"},
		"other channels":       {quality, func(g *onnx.Graph) { set(g, "cell", 0, 0, 0, 2, 32) }, "does not spread"},
		"no doubled height":    {quality, func(g *onnx.Graph) { set(g, "doubled", 1, 1, 2) }, "does not spread"},
		"of another dimension": {quality, func(g *onnx.Graph) { node(g, "Shape").Attribute("end").Integer = 2 }, "does not spread"},
		"no reshape":           {quality, func(g *onnx.Graph) { node(g, "Reshape").Operator = "Flatten" }, "(Flatten)"},
		"a second reader": {balanced, func(g *onnx.Graph) {
			more := g.Nodes[2]
			more.Outputs = []string{"more"}
			g.Nodes = append(g.Nodes, more)
		}, "is read by 2 nodes"},
		"another padding": {balanced, func(g *onnx.Graph) { g.Nodes[0].Attribute("mode").String = "reflect" }, "reads its input"},
		"a stride":        {balanced, func(g *onnx.Graph) { g.Nodes[2].Attribute("strides").Integers = []int64{2, 2} }, "strides"},
		"no border":       {balanced, func(g *onnx.Graph) { g.Nodes[2].Attribute("pads").Integers = []int64{0, 0, 0, 0} }, "pads"},
		"another end":     {balanced, func(g *onnx.Graph) { g.Outputs[0].Name = "features_1" }, "is not where it ends"},
		"another node":    {balanced, func(g *onnx.Graph) { g.Nodes[2].Operator = "QLinearSigmoid" }, "QLinearSigmoid"},
		"a circle":        {balanced, func(g *onnx.Graph) { g.Nodes[2].Outputs = []string{"padded"} }, "have no end"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := onnx.Decode(test.graph)
			if err != nil {
				t.Fatal(err)
			}
			test.change(&m.Graph)
			if _, err = splitLayers(m.Encode()); err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v, want an error with %q", err, test.reason)
			}
		})
	}
}

func FuzzSplitLayers(f *testing.F) {
	for _, key := range []Key{{Scale: 2, Tier: Fast}, {Scale: 2, Tier: Quality}, {Scale: 2, Tier: Quality, Clean: true}, {Scale: 1, Tier: Balanced}} {
		graph, err := Builtin(key)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(graph)
	}
	f.Fuzz(func(t *testing.T, graph []byte) {
		if layers, err := splitLayers(graph); err == nil && len(layers) < 2 {
			t.Errorf("%d layers", len(layers))
		}
	})
}

// Frames of many sizes, formats and changes through the layers; also those that were
// computed as one meanwhile.
func TestLayerwiseGivesTheBytesOfComputingAll(t *testing.T) {
	for _, key := range []Key{
		{Scale: 2, Tier: Fast}, {Scale: 2, Tier: Balanced}, {Scale: 1, Tier: Balanced},
		{Scale: 2, Tier: Quality}, {Scale: 2, Tier: Quality, Clean: true}, // the last layer of 4x4, and of 2x2
	} {
		graph, err := Builtin(key)
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range []int{1, 3} {
			p := newPair(t, graph, threads)
			if p.reusing.layerwise == nil {
				t.Fatalf("%v is not computed by layers", key)
			}
			for _, size := range append([][2]int{{1400, 30}, {33, 900}}, reuseSizes...) {
				t.Run(fmt.Sprintf("%v/%d threads/%dx%d", key, threads, size[0], size[1]), func(t *testing.T) {
					src := newGuarded(p.random, formats[p.random.IntN(len(formats))], size[0], size[1], 4, 0, 255)
					for frame := range 15 {
						p.check(t, src)
						changes := p.random.IntN(4)
						if frame == 5 || frame >= 8 && frame < 12 { // a key frame, and full motion
							changes = 0
							fill(p.random, src.Plane[0], 0, 255)
						}
						for range changes {
							edit(p.random, src.Picture)
						}
					}
				})
			}
		}
	}
}

// Of large pictures the layers would keep too much: they are computed in windows.
func TestLargePicturesAreNotKeptLayerByLayer(t *testing.T) {
	quality, err := Builtin(Key{Scale: 2, Tier: Quality})
	if err != nil {
		t.Fatal(err)
	}
	p := newPair(t, quality, 2)
	for size, byLayers := range map[[2]int]bool{{848, 480}: true, {960, 540}: false} {
		src := newGuarded(p.random, I420, size[0], size[1], 0, 0, 255)
		p.check(t, src)
		if p.reusing.byLayers() != byLayers {
			t.Errorf("%v: by layers is %v, want %v", size, !byLayers, byLayers)
		}
		put(src.Picture, 100, 100)
		p.check(t, src)
		if got := p.reusing.Reused(); byLayers && got != 0 || !byLayers && got < 0.9 {
			t.Errorf("%v: after a change %.2f of the frame was reused", size, got) // first the layers need everything
		}
	}
}

// A change that a layer rounds away goes no further: the layers after it compute nothing.
func TestWhatALayerMakesAsBeforeIsNotComputedAgain(t *testing.T) {
	balanced, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	p := newPair(t, balanced, 2)
	src := newGuarded(rand.New(rand.NewPCG(83, 84)), I420, 320, 240, 0, 100, 100)
	p.check(t, src)
	put(src.Picture, 160, 120)
	p.check(t, src)
	put(src.Picture, 160, 120)
	p.check(t, src)
	reached := 1 - p.reusing.Reused()
	src.Plane[0][5*src.Stride[0]+5]++ // one level, of flat grey
	p.check(t, src)
	if little := 1 - p.reusing.Reused(); little >= reached {
		t.Errorf("one level made %.5f of the picture anew, a strong change %.5f", little, reached)
	}
}

// After full motion, noise below the threshold is none again.
func TestNoiseAfterFullMotion(t *testing.T) {
	balanced, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	g := open(t, balanced, 1)
	g.SetReuse(true, 3)
	random := rand.New(rand.NewPCG(85, 86))
	src, dst := newGuarded(random, I420, 160, 120, 0, 0, 255), newGuarded(random, I420, 320, 240, 0, 0, 255)
	for range 4 {
		fill(random, src.Plane[0], 0, 120)
		upscale(t, g, dst.Picture, src.Picture)
	}
	if got := g.Reused(); got != 0 {
		t.Fatalf("%v of a new picture was reused", got)
	}
	for range 3 {
		for i := range src.Plane[0] {
			src.Plane[0][i] ^= 1
		}
		upscale(t, g, dst.Picture, src.Picture)
		if got := g.Reused(); got != 1 {
			t.Errorf("with noise of one level %v was reused, want 1", got)
		}
	}
}

// A frame that was interrupted between two layers leaves nothing behind that the next
// one could take for a whole one.
func TestInterruptBetweenLayers(t *testing.T) {
	balanced, err := Builtin(Key{Scale: 2, Tier: Balanced})
	if err != nil {
		t.Fatal(err)
	}
	p := newPair(t, balanced, 2)
	src := newGuarded(p.random, I420, 200, 120, 3, 0, 255)
	p.check(t, src)
	edit(p.random, src.Picture)
	p.check(t, src)
	layers := p.reusing.layerwise
	for stop := range 2 * len(layers.layers) {
		edit(p.random, src.Picture)
		var left atomic.Int64
		left.Store(int64(stop))
		layers.isStopping = func() bool { return left.Add(-1) < 0 }
		dst := newGuarded(p.random, I420, 400, 240, 0, 0, 255)
		stopped := p.reusing.Upscale(dst.Picture, src.Picture)
		layers.isStopping = p.reusing.interrupted.Load
		if stopped == nil && left.Load() < 0 {
			t.Fatalf("stop %d: no error", stop)
		}
		p.check(t, src)
		p.check(t, src)
	}
}
