package report

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"gst-superres/model/complexity/measure"
)

// Text writes the report for people: layers, bounds, what was measured, notes.
func (r *Report) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.Model)
	fmt.Fprintf(&b, "patch %dx%d of the input grid, receptive field %dx%d positions, %d inputs, %d hidden units\n",
		r.Patch.Height, r.Patch.Width, r.ReceptiveField.Height, r.ReceptiveField.Width, r.Inputs, r.Units)
	fmt.Fprintf(&b, "%d parameters, %s multiply-accumulates per input pixel\n\n", r.Parameters, number(r.MACs))
	r.writeLayers(&b)
	r.writeBounds(&b)
	if r.Measured != nil {
		r.writeMeasured(&b)
	}
	r.writeReading(&b)
	if r.Smaller != nil {
		r.writeSmaller(&b)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "%s\n", n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) writeLayers(b *strings.Builder) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := "layer\toperator\tkernel\tchannels\tparameters\tMAC/pixel\tfield\tunits\tlog2 cells\tnever on\talways on\t"
	if r.Measured != nil {
		head += "seen on\tfull\tentropy\tseen never\tseen always\t"
	}
	fmt.Fprintln(t, head)
	for _, l := range r.Layers {
		fmt.Fprintf(t, "%s\t%s\t%dx%d\t%d -> %d\t%d\t%s\t%dx%d\t", l.Name, l.Operator, l.Kernel.Height, l.Kernel.Width,
			l.Inputs, l.Outputs, l.Parameters, number(l.MACs), l.ReceptiveField.Height, l.ReceptiveField.Width)
		if l.unit < 0 {
			fmt.Fprintf(t, "linear\t-\t-\t-\t")
		} else {
			fmt.Fprintf(t, "%s\t%.1f\t%d\t%d\t", unitsOf(l.Units, l.Kinks), l.Cells, l.NeverCertified, l.AlwaysCertified)
		}
		if l.Use != nil {
			fmt.Fprintf(t, "%.1f%%\t%.2f%%\t%.1f bit\t%d\t%d\t", 100*l.Use.On, 100*l.Use.Full, l.Use.Entropy, l.Use.Never, l.Use.Always)
		} else if r.Measured != nil {
			fmt.Fprintf(t, "-\t-\t-\t-\t-\t")
		}
		fmt.Fprintln(t)
	}
	t.Flush() //nolint:errcheck // a strings.Builder takes everything
	for _, l := range r.Limits {
		fmt.Fprintf(b, "the output is limited at %q: %s units\n", l.Name, unitsOf(l.Units, l.Kinks))
	}
	fmt.Fprintln(b)
}

func unitsOf(units, kinks int) string {
	if kinks > 1 {
		return fmt.Sprintf("%d x %d", units, kinks)
	}
	return fmt.Sprint(units)
}

func (r *Report) writeBounds(b *strings.Builder) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "linear regions, log2\trectifiers\twith upper limits\twith output limits\tsource")
	row := func(kind string, x Bound) {
		fmt.Fprintf(t, "%s %s\t%s\t%s\t%s\t%s\n", kind, x.Name, power(x), optional(x.WithLimits), optional(x.WithOutput), x.Source)
	}
	for _, x := range r.Upper {
		row("at most:", x)
	}
	row("typical:", r.Typical)
	for _, x := range r.Lower {
		row("at least:", x)
	}
	t.Flush() //nolint:errcheck // as above
	fmt.Fprintln(b)
}

func power(b Bound) string {
	if b.Exact != "" {
		return fmt.Sprintf("%.2f (%s)", b.Log2, b.Exact)
	}
	return fmt.Sprintf("%.1f", b.Log2)
}

func optional(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f", *v)
}

func number(v float64) string {
	if v == math.Trunc(v) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

func (r *Report) writeMeasured(b *strings.Builder) {
	m := r.Measured
	fmt.Fprintf(b, "measured on %d pictures, %d patches\n", m.Pictures, m.Patterns.Samples)
	fmt.Fprintf(b, "  distinct activation patterns      %d (2^%.1f)\n", m.Patterns.Distinct, math.Log2(float64(m.Patterns.Distinct)))
	fmt.Fprintf(b, "  unseen, share of further patches  %.3f (Good-Turing)\n", m.Unseen)
	fmt.Fprintf(b, "  patterns in all, at least         2^%.1f (Chao)\n", math.Log2(m.Estimated))
	fmt.Fprintf(b, "  entropy of all units              %.1f bit, %.3f bit a unit\n", m.Entropy, m.Utilisation)
	if n := len(m.Lines); n > 0 {
		fmt.Fprintf(b, "  regions on a line                 median %d, 90%% below %d, most %d (%d lines)\n",
			measure.Quantile(m.Lines, 0.5), measure.Quantile(m.Lines, 0.9), m.Lines[n-1], n)
	}
	if m.Unseen > 0.5 {
		fmt.Fprintln(b, "  More than half of the patches show a new pattern: the count is a lower bound, the entropy the better measure.")
	}
	fmt.Fprintln(b)
}

func (r *Report) writeSmaller(b *strings.Builder) {
	s := r.Smaller
	fmt.Fprintf(b, "%s: %d parameters of %d\n", s.Path, s.After, s.Before)
	if len(s.Removals) == 0 {
		fmt.Fprintln(b, "  nothing could be removed: it computes and weighs the same")
	}
	for _, x := range s.Removals {
		fmt.Fprintf(b, "  %s: %d of its channels gone %v (%s)\n", x.Layer, len(x.Channels), x.Channels, x.Reason)
	}
	for _, x := range s.Kept {
		fmt.Fprintf(b, "  %s: channels %v stay: %s\n", x.Layer, x.Channels, x.Why)
	}
	fmt.Fprintf(b, "  verified on %d inputs: largest difference %g, on the pictures %g (of 1+|y|)\n\n", s.Check.Inputs, s.Check.Difference, s.Check.OnPictures)
}
