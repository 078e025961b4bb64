package model

// byLayers says whether what changes is computed layer by layer, and not in windows.
func (g *Generator) byLayers() bool {
	return g.layerwise != nil && !g.wholeFrames && g.layerwise.small
}

// movesOn says whether the picture has changed about everywhere, as the last one had: by
// a look at every sampleRows-th row, so that full motion is not compared for nothing.
func (g *Generator) movesOn() bool {
	const sampleRows = 16
	l, r := g.layerwise, &g.reuse
	if !l.much || l.valid || r.threshold > 0 {
		return false
	}
	rowBytes := len(r.kept.input.bytes) / g.height
	changed, all := 0, 0
	for row := 0; row < g.height; row += sampleRows {
		g.packer(r.rows[:rowBytes], g.src, row, row, row+1)
		changed += l.markDifferent(row, r.rows[:rowBytes], r.kept.input.bytes[row*rowBytes:(row+1)*rowBytes])
		all += g.width
	}
	return float64(changed) > mostChanged*float64(all)
}

// renewLayers computes what has changed layer by layer.
func (g *Generator) renewLayers() error {
	if len(g.layerwise.plan.strips) == 0 {
		return nil // and computed is 0
	}
	g.session.beginTurn()
	defer g.session.endTurn()
	err := g.layerwise.renew(g.reuse.kept, g.bands)
	g.reuse.computed = g.layerwise.computed
	return err
}
