package report

import (
	"math"
	"math/big"

	"gst-superres/model/complexity/bounds"
	"gst-superres/model/complexity/measure"
	"gst-superres/model/complexity/network"
	"gst-superres/model/complexity/shrink"
)

// Report is everything that is said about a network.
type Report struct {
	Model          string    `json:"model"`
	Patch          Size      `json:"patch"`           // of the output, in positions of the input
	ReceptiveField Size      `json:"receptive_field"` // of the patch, in positions
	LumaPixels     int       `json:"luma_pixels"`     // of one position: 4 on the tensor contract, else 1
	Parameters     int       `json:"parameters"`      // weights and biases
	MACs           float64   `json:"macs_per_input_pixel"`
	Inputs         int       `json:"inputs"` // numbers in the receptive field
	Units          int       `json:"units"`  // hidden units in the cone
	Layers         []Layer   `json:"layers"`
	Limits         []Limit   `json:"output_limits"`
	Upper          []Bound   `json:"upper_bounds"`
	Lower          []Bound   `json:"lower_bounds"`
	Typical        Bound     `json:"typical"`
	Measured       *Measured `json:"measured,omitempty"`
	Smaller        *Smaller  `json:"smaller,omitempty"`
	Notes          []string  `json:"notes"`
}

// Size is a number of rows and columns.
type Size struct {
	Height int `json:"height"`
	Width  int `json:"width"`
}

// Layer is one layer of weights and the units behind it.
type Layer struct {
	Name            string  `json:"name"`
	Operator        string  `json:"operator"`
	Kernel          Size    `json:"kernel"`
	Inputs          int     `json:"input_channels"`
	Outputs         int     `json:"output_channels"`
	Parameters      int     `json:"parameters"`
	MACs            float64 `json:"macs_per_input_pixel"`
	ReceptiveField  Size    `json:"receptive_field"` // of one position of the layer
	Units           int     `json:"units"`           // hidden ones in the cone, 0 for a linear layer
	Kinks           int     `json:"kinks"`           // of a unit: 1 or 2
	Cells           float64 `json:"log2_cells"`      // log2 C(n0, units): what the layer can cut alone
	NeverCertified  int     `json:"channels_certified_never_on"`
	AlwaysCertified int     `json:"channels_certified_always_on"`
	Use             *Use    `json:"use,omitempty"`
	unit            int     // node of the switch, -1 for none
}

// Use is what a layer did on the pictures.
type Use struct {
	On      float64 `json:"on"` // share of the unit states
	Full    float64 `json:"at_upper_limit"`
	Entropy float64 `json:"entropy"` // bits, over the cone
	Never   int     `json:"channels_never_on"`
	Always  int     `json:"channels_always_on"`
}

// Limit is a layer that limits the output, behind the last weights.
type Limit struct {
	Name  string `json:"name"`
	Units int    `json:"units"`
	Kinks int    `json:"kinks"`
}

// Bound is a number of linear regions. Log2 is of the hidden rectifiers;
// WithLimits counts their upper limits too, WithOutput the limits of the output.
type Bound struct {
	Name       string   `json:"name"`
	Source     string   `json:"source"`
	Log2       float64  `json:"log2"`
	Exact      string   `json:"exact,omitempty"` // in decimal, where it has at most 20 digits
	WithLimits *float64 `json:"log2_with_upper_limits,omitempty"`
	WithOutput *float64 `json:"log2_with_output_limits,omitempty"`
}

// Measured is what the network used on pictures.
type Measured struct {
	Pictures    int               `json:"pictures"`
	Patterns    measure.Abundance `json:"patterns"`
	Unseen      float64           `json:"unseen_share"`
	Estimated   float64           `json:"estimated_patterns"`
	Entropy     float64           `json:"entropy"`     // bits: sum over all units of the cone
	Utilisation float64           `json:"utilisation"` // entropy of a unit, in bits
	Lines       []int             `json:"regions_on_lines"`
}

// Smaller is the outcome of shrinking.
type Smaller struct {
	*shrink.Result
	Path  string       `json:"path"`
	Check shrink.Check `json:"check"`
}

// Describe fills in what needs no pictures: sizes and bounds, seen from a patch
// of height x width positions of the input.
func Describe(name string, n *network.Network, height, width int) (*Report, network.Cone) {
	cone := n.Cone(height, width)
	r := &Report{
		Model: name, Patch: Size{height, width}, ReceptiveField: Size{cone[0].Height, cone[0].Width},
		LumaPixels: 1, Parameters: n.Parameters(), Notes: []string{},
	}
	if n.Bytes && n.Nodes[0].Channels == 6 {
		r.LumaPixels = 4
	}
	for i := range n.Nodes {
		r.MACs += n.MACs(i) / float64(r.LumaPixels)
	}
	r.layers(n, cone)
	r.bounds(n, cone)
	r.remarks(n)
	return r, cone
}

// layers lists every layer of weights with the units that it feeds, and units
// that no single layer of weights feeds in rows of their own.
func (r *Report) layers(n *network.Network, cone network.Cone) {
	r.Inputs = cone.Units(n, 0)
	limits := n.Limits()
	rows := map[int]int{} // convolution -> its row
	for i, node := range n.Nodes {
		if k, ok := n.Kernel(i); ok {
			view := n.View(i)
			rows[i] = len(r.Layers)
			r.Layers = append(r.Layers, Layer{
				Name: node.Name, Operator: node.Operator, Kernel: Size{k.Height, k.Width}, Inputs: k.Inputs, Outputs: k.Outputs,
				Parameters: k.Parameters, MACs: n.MACs(i) / float64(r.LumaPixels), ReceptiveField: Size{view.Height, view.Width}, unit: -1,
			})
		}
		for _, l := range n.Layers {
			switch {
			case l.Switch != i:
			case l.Hidden:
				at, ok := rows[l.Convolution]
				if !ok || r.Layers[at].unit >= 0 {
					view := n.View(i)
					at = len(r.Layers)
					r.Layers = append(r.Layers, Layer{
						Name: node.Name, Operator: node.Operator, Inputs: node.Channels, Outputs: node.Channels,
						ReceptiveField: Size{view.Height, view.Width},
					})
				}
				r.Layers[at].units(n, cone, l, limits)
				r.Units += r.Layers[at].Units
			default:
				r.Limits = append(r.Limits, Limit{node.Name, cone.Units(n, i), l.Kinks})
			}
		}
	}
}

// units fills in the units of a row.
func (row *Layer) units(n *network.Network, cone network.Cone, l network.Layer, limits [][]network.Interval) {
	row.unit, row.Units, row.Kinks = l.Switch, cone.Units(n, l.Switch), l.Kinks
	row.Cells = bounds.Log2(bounds.Cells(cone.Units(n, 0), row.Units, l.Kinks))
	for c := range limits[l.Switch] {
		if n.NeverOn(l.Switch, limits[l.Switch][c]) {
			row.NeverCertified++
		}
		if n.AlwaysOn(l.Switch, limits[n.Nodes[l.Switch].Inputs[0]][c]) {
			row.AlwaysCertified++
		}
	}
}

// outputs returns the number of outputs of the patch.
func outputs(n *network.Network, cone network.Cone) int { return cone.Units(n, n.Output) }

func (r *Report) bounds(n *network.Network, cone network.Cone) {
	inputs, plain := n.Units(cone, true, false)
	_, limited := n.Units(cone, true, true)
	_, all := n.Units(cone, false, true)
	twice := false // some hidden unit has an upper limit
	for _, l := range limited {
		twice = twice || l.Kinks > 1
	}
	count := func(name, source string, bound func([]bounds.Layer) *big.Int) {
		b := counted(name, source, bound(plain))
		if twice {
			b.WithLimits = logarithm(bound(limited))
		}
		if len(all) > len(limited) {
			b.WithOutput = logarithm(bound(all))
		}
		r.Upper = append(r.Upper, b)
	}
	count("all patterns", "2^N (arXiv:1402.1869)", bounds.AllPatterns)
	count("paper's product", "arXiv:1805.10451 theorem 4.5", func(l []bounds.Layer) *big.Int {
		return bounds.Paper(inputs, l, outputs(n, cone))
	})
	count("corrected product", "Montufar 2017", func(l []bounds.Layer) *big.Int { return bounds.Corrected(inputs, l) })
	count("every layer", "after arXiv:1606.05336, any graph", func(l []bounds.Layer) *big.Int { return bounds.EveryLayer(inputs, l) })
	count("Serra", "arXiv:1711.02114 theorem 1", func(l []bounds.Layer) *big.Int { return bounds.Serra(inputs, l) })
	r.Lower = []Bound{counted("over the weights", "all weights zero", bounds.Smallest()), r.maximum(n, cone)}
	r.Typical = counted("typical", "C(n0, N), near random weights (arXiv:1906.00904)", bounds.Typical(inputs, plain))
}

// maximum is the lower bound on the maximum: of fully connected layers, or of a
// chain of convolutions.
func (r *Report) maximum(n *network.Network, cone network.Cone) Bound {
	const name = "of the maximum"
	var widths []int
	var chain []bounds.Convolution
	single := true
	for _, l := range n.Layers {
		if !l.Hidden {
			continue
		}
		if !l.Plain || l.Keeps {
			return counted(name, "none is known for this graph", bounds.Smallest())
		}
		k, _ := n.Kernel(l.Convolution)
		if k.Groups != 1 {
			return counted(name, "none is known for grouped weights", bounds.Smallest())
		}
		at := cone[l.Switch]
		single = single && at.Positions() == 1
		widths = append(widths, cone.Units(n, l.Switch))
		chain = append(chain, bounds.Convolution{
			Plane:        bounds.Plane{Height: at.Height, Width: at.Width, Channels: k.Outputs},
			KernelHeight: k.Height, KernelWidth: k.Width, StrideHeight: k.StrideHeight, StrideWidth: k.StrideWidth,
		})
	}
	if single && cone[0].Positions() == 1 {
		return counted(name, "arXiv:1402.1869 theorem 5, arXiv:1711.02114 theorem 6", bounds.Maximum(r.Inputs, widths))
	}
	input := bounds.Plane{Height: cone[0].Height, Width: cone[0].Width, Channels: n.Nodes[0].Channels}
	return counted(name, "arXiv:2006.00978 theorem 5", bounds.ConvolutionMaximum(input, chain))
}

func counted(name, source string, count *big.Int) Bound {
	b := Bound{Name: name, Source: source, Log2: bounds.Log2(count)}
	if text := count.String(); len(text) <= 20 {
		b.Exact = text
	}
	return b
}

func logarithm(count *big.Int) *float64 {
	v := bounds.Log2(count)
	return &v
}

func (r *Report) remarks(n *network.Network) {
	if r.LumaPixels == 4 {
		r.Notes = append(r.Notes, "A position is a 2x2 block of luma and its chroma: four input pixels.")
	}
	rounds := false
	for _, l := range n.Layers {
		rounds = rounds || n.Rounds(l.Switch)
	}
	if rounds {
		r.Notes = append(r.Notes, "Eight-bit graph: bounds and lines are those of the network without its rounding; patterns are those of its integers.")
	}
	if !n.Bytes {
		r.Notes = append(r.Notes, "Inputs are taken as 0..1, for the certificates and for pictures.")
	}
	r.Notes = append(r.Notes, "Interior of the picture: padding is left out of all counts.")
}

// utilisation returns the bits that a unit carries on average.
func utilisation(entropy float64, units int) float64 {
	if units == 0 {
		return 0
	}
	return math.Max(0, entropy/float64(units))
}
