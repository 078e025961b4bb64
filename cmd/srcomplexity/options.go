package main

import (
	"flag"
	"fmt"
	"io"
)

// options is the command line.
type options struct {
	model         string
	height, width int // of the patch, in positions of the input
	images        string
	samples       int
	lines         int
	json          bool
	shrink        string
}

const usage = `srcomplexity [options] MODEL.onnx

How many linear regions the network can have, as log2, and with pictures how many it uses.

`

// largestPatch keeps the exact counts within seconds.
const largestPatch = 16

// parse reads the command line; options may stand before or behind the model.
func parse(arguments []string, help io.Writer) (options, error) {
	o := options{}
	patch := ""
	f := flag.NewFlagSet("srcomplexity", flag.ContinueOnError)
	f.SetOutput(help)
	f.Usage = func() {
		fmt.Fprint(help, usage)
		f.PrintDefaults()
	}
	f.StringVar(&patch, "patch", "1x1", "`HxW`: rows and columns of the output patch to count for, in positions of the input; 1x1 to 16x16")
	f.StringVar(&o.images, "images", "", "`folder` of PNG and JPEG pictures to measure on, at the size of the network's input")
	f.IntVar(&o.samples, "samples", 1<<16, "`number` of patches to measure, spread evenly over the pictures")
	f.IntVar(&o.lines, "lines", 8, "`number` of lines between pictures to count the regions of")
	f.BoolVar(&o.json, "json", false, "print JSON")
	f.StringVar(&o.shrink, "shrink", "", "write a smaller model that computes the same to this `file`; with --images also without units that were only observed to be off")
	var rest []string
	for len(arguments) > 0 {
		if err := f.Parse(arguments); err != nil {
			return o, err
		}
		if arguments = f.Args(); len(arguments) > 0 {
			rest, arguments = append(rest, arguments[0]), arguments[1:]
		}
	}
	if len(rest) != 1 {
		return o, fmt.Errorf("%d models are given: %q; exactly one ONNX file is needed", len(rest), rest)
	}
	o.model = rest[0]
	var more string
	if n, _ := fmt.Sscanf(patch, "%dx%d%s", &o.height, &o.width, &more); n != 2 || min(o.height, o.width) < 1 || max(o.height, o.width) > largestPatch {
		return o, fmt.Errorf("--patch is %q; rows and columns from 1x1 to %dx%d are needed", patch, largestPatch, largestPatch)
	}
	if o.samples < 1 || o.samples > 1<<24 {
		return o, fmt.Errorf("--samples is %d; 1 to %d are needed", o.samples, 1<<24)
	}
	if o.lines < 0 || o.lines > 4096 {
		return o, fmt.Errorf("--lines is %d; 0 to 4096 are needed", o.lines)
	}
	return o, nil
}
