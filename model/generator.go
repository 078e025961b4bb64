package model

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	ort "github.com/yalue/onnxruntime_go"
)

// Generator doubles or restores pictures with one ONNX graph. It serves one call at a time;
// several generators may work at once.
type Generator struct {
	name    string
	scale   int      // 2: doubles; 1: restores
	depth   int      // bits of a sample
	bytes   int      // of the graph
	session *session // nil once closed
	bands   *bands
	fallback

	interrupted atomic.Bool

	context       int      // rows of the grid above and below that an output row depends on; negative: unknown
	height, width int      // of the grid of the last picture
	windows       []window // if it is computed whole
	windowRows    int      // of each
	reuse         reuse
	layerwise     *layerwise // nil: its graph cannot be split

	// What the call under way works on, and its steps: kept here, so that a
	// call creates no closures.
	dst, src     Picture
	packer       func(tensor []byte, src Picture, first, from, to int)
	pack, unpack func(from, to int) // between the pictures and the kept tensors
	weight       uint64             // of dst in a blend, of 65536
	blend        func(from, to int)
}

// Options are how a generator is to run. The zero value is that of the processor,
// on all cores.
type Options struct {
	// Threads counts those that a call to Upscale uses, the caller's own included;
	// 0 stands for all cores.
	Threads int
	// Provider is the execution provider of ONNX Runtime, one of [Providers];
	// [ProviderAuto] and "" stand for [ProviderCPU].
	Provider string
	// Spare is the graph that goes on, on the processor, if the provider fails in
	// the middle of a stream; without one, failures are the caller's. It has the
	// tensors of the graph that it stands in for.
	Spare []byte
	// ProviderLost is told, once, why the provider failed when Spare takes over. It
	// is called by Upscale.
	ProviderLost func(error)
}

// Open checks that a graph keeps the tensor contract of this package and
// prepares it. The name says in error texts where the graph came from: a path,
// or "built-in balanced". [LoadRuntime] must have succeeded. Close ends the
// generator's threads and frees its memory.
//
// Errors are [*Error] of kind [NotONNX], [Contract], [RuntimeMissing] (not
// loaded), [ProviderMissing], [ProviderFailed] or [Failed] (ONNX Runtime refused;
// its own words are in the text).
func Open(onnx []byte, name string, wanted Options) (*Generator, error) {
	threads := wanted.Threads
	if threads < 0 {
		return nil, &Error{
			Kind:    Failed,
			Problem: fmt.Sprintf("%d threads were asked for", threads),
			Remedy:  "Ask for 1 or more, or 0 for all cores",
		}
	}
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	if !runtimeLoaded() {
		return nil, &Error{
			Kind:    RuntimeMissing,
			Problem: fmt.Sprintf("The generator %q was opened before ONNX Runtime was loaded", name),
			Remedy:  "Call LoadRuntime first",
		}
	}
	if len(onnx) == 0 {
		return nil, notONNX(name, nil)
	}
	if err := admit(onnx); err != nil {
		return nil, notAdmitted(name, err)
	}
	inputs, outputs, err := ort.GetInputOutputInfoWithONNXData(onnx)
	if err != nil {
		return nil, refused(name, err)
	}
	kept, err := checkContract(inputs, outputs)
	if err != nil {
		return nil, brokenContract(name, err)
	}
	provider, err := providerNamed(wanted.Provider)
	if err != nil {
		return nil, err
	}
	size := len(onnx)
	if provider == nil && kept.depth == 8 {
		if aligned, err := AlignInput(onnx); err == nil {
			onnx, kept.inputs = aligned, alignedChannels
		}
	}
	session, err := openSession(onnx, inputs[0].Name, outputs[0].Name, kept, threads, provider)
	if err != nil && provider != nil {
		return nil, provider.refusal(err)
	}
	if err != nil {
		return nil, refused(name, err)
	}
	if err := session.probe(); err != nil {
		session.close()
		if provider != nil {
			return nil, providerFailed(provider.name, err)
		}
		return nil, brokenContract(name, err)
	}
	if provider != nil {
		if err := session.agrees(onnx, threads); err != nil {
			session.close()
			return nil, providerFailed(provider.name, err)
		}
	}
	context, err := session.context()
	if err != nil {
		session.close()
		return nil, brokenContract(name, err)
	}
	spare, err := openSpare(wanted, provider, kept, threads)
	if err != nil {
		session.close()
		return nil, err
	}
	g := &Generator{name: name, scale: 2, depth: kept.depth, bytes: size, session: session, bands: newBands(threads), context: context}
	g.fallback = newFallback(provider, spare, wanted.ProviderLost)
	if provider == nil && kept.depth == 8 {
		if g.layerwise, err = openLayerwise(onnx, session, threads, g.interrupted.Load); err != nil {
			_ = g.Close() // always nil
			return nil, refused(name, err)
		}
	}
	if kept.channels == restoredChannels {
		g.scale = 1
	}
	packer, unpacker := kept.packers()
	g.packer = packer
	g.pack = func(from, to int) { packer(g.reuse.kept.input.bytes, g.src, 0, from, to) }
	g.unpack = func(from, to int) { unpacker(g.dst, g.reuse.kept.output.bytes, 0, from, to) }
	g.reuse.compare = g.compareTiles
	g.blend = func(from, to int) { blendBand(g.dst, g.src, g.weight, from, to) }
	return g, nil
}

// packers returns what moves pictures into the tensors and out of them.
func (c contract) packers() (packer func(tensor []byte, src Picture, first, from, to int), unpacker func(dst Picture, tensor []byte, first, from, to int)) {
	switch {
	case c.inputs == alignedChannels && c.channels == restoredChannels:
		return packAligned, unpackRestored
	case c.inputs == alignedChannels:
		return packAligned, unpackDoubled
	case c.depth == 8 && c.channels == restoredChannels:
		return pack, unpackRestored
	case c.depth == 8:
		return pack, unpackDoubled
	case c.channels == restoredChannels:
		return packTenBit, unpackRestoredTenBit
	default:
		return packTenBit, unpackDoubledTenBit
	}
}

// Depth returns the bits of the samples that the generator works on, 8 or 10:
// those of the formats that [Generator.Upscale] takes.
func (g *Generator) Depth() int { return g.depth }

// Bytes returns the size of the generator's ONNX graph. Most of it are weights, each
// of which is used once for a position of the half-resolution grid: so generators of
// one kind take about as long as they are large.
func (g *Generator) Bytes() int { return g.bytes }

// Scale returns how many times as wide and as high as its source the generator
// makes a picture: 2, or 1 if it restores.
func (g *Generator) Scale() int { return g.scale }

// Upscale writes to dst the picture src at [Generator.Scale] times its width and
// height. Both have the same format; they must not change meanwhile, and may
// afterwards. A source of another size than the last one gets new tensors,
// not a new session; at the same size a call allocates no Go memory. Of formats
// whose chroma has full height (4:2:2) only luma is written: chroma, which a
// generator of 4:2:0 would halve in height, is for the caller to enlarge.
//
// Errors are [*Error] of kind [Failed]: the pictures do not fit each other or the
// generator's depth, the memory for the tensors cannot be had, or ONNX Runtime fails;
// or of kind [Interrupted]. dst is then undefined.
func (g *Generator) Upscale(dst, src Picture) error {
	if g.session == nil {
		return g.failed(fmt.Errorf("it is closed"), "Open it again")
	}
	if err := checkPair(&dst, &src, g.scale); err != nil {
		return g.failed(err, fmt.Sprintf("Give two pictures of one format, the destination %d times as wide and as high", g.scale))
	}
	if src.Format.Depth() != g.depth {
		return g.failed(fmt.Errorf("it works on samples of %d bits, and %v has %d", g.depth, src.Format, src.Format.Depth()),
			fmt.Sprintf("Convert to a format of %d bits, or take a generator whose tensors are %s", g.depth, tensorsOf(src.Format.Depth())))
	}
	if err := g.resize((src.Height+1)/2, (src.Width+1)/2); err != nil {
		return g.failed(fmt.Errorf("a source of %dx%d: %w", src.Width, src.Height, err), "Try smaller pictures")
	}
	g.dst, g.src = dst, src
	defer func() { g.dst, g.src = Picture{}, Picture{} }()

	err := g.renew()
	if err != nil && !g.interrupted.Load() && g.takeSpare(err) {
		if err = g.resize((src.Height+1)/2, (src.Width+1)/2); err == nil {
			err = g.renew()
		}
	}
	if err != nil {
		if g.interrupted.Load() {
			return g.wasInterrupted()
		}
		return g.failed(err, "Try another generator, or smaller pictures if memory ran out")
	}
	g.bands.run(0, g.height, g.width, g.unpack)
	return nil
}

// renew makes the kept output that of the picture src: all of it, or what differs
// from the last picture.
func (g *Generator) renew() error {
	if g.interrupted.Load() {
		return g.wasInterrupted()
	}
	whole := g.take()
	g.reuse.computed = 0
	switch {
	case whole:
		if g.layerwise != nil {
			g.layerwise.valid = false
		}
		for _, w := range g.windows {
			err := g.compute(rectangle{w.first, 0, w.first + g.windowRows, g.width}, rectangle{w.from, 0, w.to, g.width})
			if err != nil {
				return err
			}
		}
	case g.byLayers():
		if err := g.renewLayers(); err != nil {
			return err
		}
	default:
		for _, changed := range g.reuse.cover.list {
			window := g.reuse.cover.window(changed)
			if err := g.compute(window, g.reuse.cover.right(window)); err != nil {
				return err
			}
		}
	}
	g.reuse.valid = true
	return nil
}

// resize prepares for pictures of a grid of height x width positions.
func (g *Generator) resize(height, width int) error {
	if height == g.height && width == g.width {
		return nil
	}
	g.height, g.width = 0, 0
	windows, rows := splitRows(height, width, g.context)
	if err := g.reuse.resize(g.session, height, width, g.context); err != nil {
		return err
	}
	g.session.take(g.reuse.kept)
	if g.layerwise != nil {
		g.layerwise.resize(height, width)
	}
	g.windows, g.windowRows, g.height, g.width = windows, rows, height, width
	return nil
}

func checkPair(dst, src *Picture, scale int) error {
	if err := src.check(); err != nil {
		return fmt.Errorf("the source does not fit: %w", err)
	}
	if err := dst.check(); err != nil {
		return fmt.Errorf("the destination does not fit: %w", err)
	}
	if dst.Format != src.Format {
		return fmt.Errorf("the source is %v, the destination %v", src.Format, dst.Format)
	}
	if dst.Width != scale*src.Width || dst.Height != scale*src.Height {
		return fmt.Errorf("the source is %dx%d, the destination %dx%d", src.Width, src.Height, dst.Width, dst.Height)
	}
	return nil
}

// Close ends the generator's threads and frees its memory. Further calls do
// nothing. The error is always nil.
func (g *Generator) Close() error {
	if g.session == nil {
		return nil
	}
	g.bands.close()
	g.layerwise.close()
	g.reuse.forget(g.session)
	g.session.close()
	g.session = nil
	g.fallback.close()
	return nil
}

func (g *Generator) failed(err error, remedy string) error {
	return &Error{
		Kind:    Failed,
		Problem: fmt.Sprintf("The generator %q failed", g.name),
		Remedy:  remedy,
		Err:     err,
	}
}

// refused sorts what ONNX Runtime said to a graph that it would not open.
func refused(name string, err error) error {
	reason := innermost(err)
	if strings.Contains(reason, "protobuf") {
		return notONNX(name, fmt.Errorf("%s", reason))
	}
	remedy := "Export it again, with operators and versions that this ONNX Runtime knows"
	if strings.Contains(reason, "pthread_create") {
		remedy = "The system refuses another thread: let the process have more (ulimit -u, pids.max)"
	}
	return &Error{
		Kind:    Failed,
		Problem: fmt.Sprintf("ONNX Runtime refuses the generator %q", name),
		Remedy:  remedy,
		Err:     fmt.Errorf("%s", reason),
	}
}

// notAdmitted is the error of a file that ONNX Runtime is not given.
func notAdmitted(name string, err error) error {
	if _, sound := err.(inadmissible); !sound {
		return notONNX(name, err)
	}
	return &Error{
		Kind:    Contract,
		Problem: fmt.Sprintf("The generator %q is not opened", name),
		Remedy:  "Export it as one small file with one graph, its weights inside",
		Err:     err,
	}
}

func notONNX(name string, err error) error {
	problem := fmt.Sprintf("The generator %q is not an ONNX file, or is cut short", name)
	if err == nil {
		problem = fmt.Sprintf("The generator %q is empty", name)
	}
	return &Error{Kind: NotONNX, Problem: problem, Remedy: "Give an ONNX file", Err: err}
}

func brokenContract(name string, err error) error {
	return &Error{
		Kind:    Contract,
		Problem: fmt.Sprintf("The generator %q does not keep the tensor contract", name),
		Remedy:  "Export it with one input uint8 [n, h, w, 6] and one output uint8 [n, h, w, 24] to double, or [n, h, w, 6] to restore, n, h and w symbolic; uint16 in both for ten bits a sample",
		Err:     err,
	}
}

// tensorsOf names the elements of tensors for samples of a depth.
func tensorsOf(depth int) string {
	if depth > 8 {
		return "uint16"
	}
	return "uint8"
}
