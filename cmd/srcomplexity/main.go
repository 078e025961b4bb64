// Command srcomplexity says how many linear regions a network can have and how
// many it uses, and makes it smaller where that changes nothing.
//
//	srcomplexity [--patch HxW] [--images FOLDER] [--json] [--shrink OUT.onnx] MODEL.onnx
//
// It exits with 0, with 1 for a network or picture that it refuses, and with 2
// for a wrong command line.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"gst-superres/model/complexity/measure"
	"gst-superres/model/complexity/network"
	"gst-superres/model/complexity/onnx"
	"gst-superres/model/complexity/report"
	"gst-superres/model/complexity/shrink"
)

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "srcomplexity:", err)
		os.Exit(2)
	}
	if err := run(o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "srcomplexity:", err)
		os.Exit(1)
	}
}

// run analyses one model as the options say.
func run(o options, out io.Writer) error {
	model, n, err := load(o.model)
	if err != nil {
		return err
	}
	r, cone := report.Describe(o.model, n, o.height, o.width)
	var pictures []*network.Tensor
	var never map[int][]int
	if o.images != "" {
		if pictures, err = measure.Pictures(n, o.images); err != nil {
			return err
		}
		if never, err = r.Measure(n, cone, pictures, o.samples, o.lines); err != nil {
			return err
		}
	}
	if o.shrink != "" {
		if r.Smaller, err = smaller(o.shrink, model, n, never, pictures); err != nil {
			return err
		}
	}
	if o.json {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	return r.Text(out)
}

func load(path string) (*onnx.Model, *network.Network, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("the model cannot be read: %w", err)
	}
	model, err := onnx.Decode(b)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	n, err := network.Build(model)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return model, n, nil
}

// smaller shrinks, verifies, writes, and reads back what it wrote.
func smaller(path string, model *onnx.Model, n *network.Network, never map[int][]int, pictures []*network.Tensor) (*report.Smaller, error) {
	result, err := shrink.Shrink(model, never)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path+".part", result.Model.Encode(), 0o644); err != nil {
		return nil, fmt.Errorf("the smaller model cannot be written: %w", err)
	}
	defer os.Remove(path + ".part") //nolint:errcheck // it is gone when all went well
	_, written, err := load(path + ".part")
	if err != nil {
		return nil, err
	}
	check, err := result.Verify(n, written, pictures)
	if err != nil {
		return nil, err
	}
	if err := os.Rename(path+".part", path); err != nil {
		return nil, fmt.Errorf("the smaller model cannot be written: %w", err)
	}
	return &report.Smaller{Result: result, Path: path, Check: check}, nil
}
