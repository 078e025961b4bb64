package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gst-superres/model/complexity/examples"
	"gst-superres/model/complexity/network"
	"gst-superres/model/complexity/onnx"
	"gst-superres/model/complexity/report"
)

const generator = "../../model/complexity/network/testdata/generator.onnx"

func TestParse(t *testing.T) {
	o, err := parse([]string{"model.onnx", "--patch", "2x3", "--json", "--images", "folder"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if o.model != "model.onnx" || o.height != 2 || o.width != 3 || !o.json || o.images != "folder" {
		t.Errorf("got %+v", o)
	}
	cases := []struct {
		arguments []string
		want      string
	}{
		{nil, "exactly one"},
		{[]string{"a", "b"}, "exactly one"},
		{[]string{"--patch", "3", "a"}, "--patch"},
		{[]string{"--patch", "3x4x5", "a"}, "--patch"},
		{[]string{"--patch", "0x4", "a"}, "--patch"},
		{[]string{"--patch", "17x1", "a"}, "--patch"},
		{[]string{"--samples", "0", "a"}, "--samples"},
		{[]string{"--lines", "-1", "a"}, "--lines"},
		{[]string{"--unknown", "a"}, "unknown"},
	}
	for _, c := range cases {
		if _, err := parse(c.arguments, io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got error %v, want one with %q", c.arguments, err, c.want)
		}
	}
}

func FuzzPatch(f *testing.F) {
	for _, s := range []string{"1x1", "16x16", "0x3", "3x", "x", "-1x2", "9999999999999999999x1", "1x1 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, patch string) {
		o, err := parse([]string{"--patch=" + patch, "model"}, io.Discard)
		if err == nil && (o.height < 1 || o.height > largestPatch || o.width < 1 || o.width > largestPatch) {
			t.Errorf("%q was taken as %dx%d", patch, o.height, o.width)
		}
	})
}

func TestJSONOfAGenerator(t *testing.T) {
	o, err := parse([]string{"--json", generator}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(o, &out); err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if r.MACs != 342 || r.Units != (49+25+9)*4 || len(r.Layers) != 4 || len(r.Limits) != 2 || r.LumaPixels != 4 {
		t.Errorf("got %g MAC a pixel, %d units, %d layers, %d limits, %d luma pixels; want 342, 332, 4, 2, 4",
			r.MACs, r.Units, len(r.Layers), len(r.Limits), r.LumaPixels)
	}
	if r.Upper[0].WithLimits == nil || *r.Upper[0].WithLimits <= r.Upper[0].Log2 {
		t.Error("eight-bit units have upper limits, and the bounds do not count them")
	}
}

func TestAnalysisOfPictures(t *testing.T) {
	o := options{model: generator, height: 1, width: 1, images: t.TempDir(), samples: 100, lines: 2}
	if err := run(o, io.Discard); err == nil || !strings.Contains(err.Error(), "no .png") {
		t.Errorf("an empty folder: got %v", err)
	}
}

func TestShrinkWritesAModelThatReadsBack(t *testing.T) {
	folder := t.TempDir()
	b := examples.New(onnx.Float32, 0, 1).Dense(1, 3, []float64{1, 1, 1}, []float64{-0.5, -2, -0.25}).Relu()
	m := b.Dense(3, 1, []float64{1, 1, 1}, []float64{0}).Finish()
	in, out := filepath.Join(folder, "in.onnx"), filepath.Join(folder, "out.onnx")
	if err := os.WriteFile(in, m.Encode(), 0o600); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := run(options{model: in, height: 1, width: 1, shrink: out}, &text); err != nil {
		t.Fatal(err)
	}
	_, n, err := load(out)
	if err != nil {
		t.Fatal(err)
	}
	if n.Parameters() != 7 {
		t.Errorf("got %d parameters, want 7", n.Parameters())
	}
	for _, want := range []string{"7 parameters of 10", "certified by interval bounds", "largest difference 0"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, text.String())
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 2 {
		t.Errorf("got %d files (%v), want the two models and nothing left over", len(files), err)
	}
}

func TestRefusals(t *testing.T) {
	folder := t.TempDir()
	m := examples.New(onnx.Float32, 0, 2).Node("Sigmoid", nil).Finish()
	curved := filepath.Join(folder, "curved.onnx")
	if err := os.WriteFile(curved, m.Encode(), 0o600); err != nil {
		t.Fatal(err)
	}
	err := run(options{model: curved, height: 1, width: 1}, io.Discard)
	var e *network.Error
	if !errors.As(err, &e) || e.Reason != network.NotPiecewiseLinear || e.Node != "n0" {
		t.Errorf("got %v, want a refusal that names node n0", err)
	}
	broken := filepath.Join(folder, "broken.onnx")
	if err := os.WriteFile(broken, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{broken, filepath.Join(folder, "absent.onnx")} {
		if err := run(options{model: path, height: 1, width: 1}, io.Discard); err == nil {
			t.Errorf("%s was analysed", path)
		}
	}
}

func TestALargeGeneratorIsCounted(t *testing.T) {
	m := examples.Convolutions(rand.New(rand.NewPCG(8, 8)), 6, 32, 32, 32, 32, 32, 32, 32)
	path := filepath.Join(t.TempDir(), "large.onnx")
	if err := os.WriteFile(path, m.Encode(), 0o600); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := run(options{model: path, height: 1, width: 1}, &text); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "21728 hidden units") {
		t.Errorf("got:\n%s", text.String())
	}
}
