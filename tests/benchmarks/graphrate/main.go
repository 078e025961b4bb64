// Command graphrate tells how fast ONNX Runtime runs a graph, in the library that
// the element uses: package model finds it, as it does for the element. The graph
// has one input and one output, of bytes or of float32.
//
//	graphrate -library build -shape 1,180,240,8 -aligned -threads 2 -seconds 1 model/weights/balanced-faithful.onnx
//
// With -aligned a generator has the eight channels that package model runs it with.
// It prints one line of JSON: how many runs there were, and the median and the 99th
// percentile of their milliseconds. The threads wait for work as ONNX Runtime has them
// by default: whoever is compared with the element gets all that the cores have.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	ort "github.com/yalue/onnxruntime_go"
	"gst-superres/model"
)

// result is what is printed.
type result struct {
	Version  string  `json:"version"` // of ONNX Runtime
	Runs     int     `json:"runs"`
	MedianMS float64 `json:"median_ms"`
	P99MS    float64 `json:"p99_ms"`
}

func main() {
	library := flag.String("library", "build", "folder of ONNX Runtime's library")
	shape := flag.String("shape", "", "the input's shape: sizes with commas between")
	threads := flag.Int("threads", 1, "threads of ONNX Runtime")
	aligned := flag.Bool("aligned", false, "give a generator's input eight channels, as the element does")
	seconds := flag.Float64("seconds", 1, "how long to run; at least three runs are done")
	flag.Parse()
	if flag.NArg() != 1 {
		fail(errors.New("one ONNX file is needed; see graphrate -help"))
	}
	sizes, err := parseShape(*shape)
	if err == nil {
		err = model.LoadRuntime(*library)
	}
	if err != nil {
		fail(err)
	}
	measured, err := measure(flag.Arg(0), *aligned, sizes, *threads, time.Duration(*seconds*float64(time.Second)))
	if err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(measured); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "graphrate:", err)
	os.Exit(1)
}

// parseShape reads sizes of one or more with commas between.
func parseShape(text string) (ort.Shape, error) {
	var shape ort.Shape
	for _, word := range strings.Split(text, ",") {
		size, err := strconv.ParseInt(word, 10, 32)
		if err != nil || size < 1 {
			return nil, fmt.Errorf("-shape is %q; it is made of sizes of 1 or more, such as 1,180,240,6", text)
		}
		shape = append(shape, size)
	}
	return shape, nil
}

// measure runs the graph for a while on tensors that stay bound, on the same input.
func measure(path string, aligned bool, shape ort.Shape, threads int, during time.Duration) (*result, error) {
	graph, err := os.ReadFile(path)
	if err == nil && aligned {
		graph, err = model.AlignInput(graph)
	}
	if err != nil {
		return nil, err
	}
	inputs, outputs, err := ort.GetInputOutputInfoWithONNXData(graph)
	if err != nil {
		return nil, err
	}
	if len(inputs) != 1 || len(outputs) != 1 {
		return nil, fmt.Errorf("%s has %d inputs and %d outputs; one of each is needed", path, len(inputs), len(outputs))
	}
	session, err := open(graph, inputs[0].Name, outputs[0].Name, threads)
	if err != nil {
		return nil, err
	}
	input, err := randomTensor(inputs[0].DataType, shape)
	if err != nil {
		return nil, err
	}
	output := []ort.Value{nil} // for ONNX Runtime to make, and for the next runs to fill
	if err := session.Run([]ort.Value{input}, output); err != nil {
		return nil, err
	}
	binding, err := session.CreateIoBinding()
	if err == nil {
		err = errors.Join(binding.BindInput(inputs[0].Name, input), binding.BindOutput(outputs[0].Name, output[0]))
	}
	if err != nil {
		return nil, err
	}
	var times []time.Duration
	for began := time.Now(); len(times) < 3 || time.Since(began) < during; {
		start := time.Now()
		if err := session.RunWithBinding(binding); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	milliseconds := func(rank int) float64 { return float64(times[rank]) / float64(time.Millisecond) }
	return &result{
		Version: ort.GetVersion(), Runs: len(times),
		MedianMS: milliseconds(len(times) / 2), P99MS: milliseconds((99*len(times)+99)/100 - 1),
	}, nil
}

func open(graph []byte, input, output string, threads int) (*ort.DynamicAdvancedSession, error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer options.Destroy()
	err = errors.Join(
		options.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll),
		options.SetExecutionMode(ort.ExecutionModeSequential),
		options.SetIntraOpNumThreads(threads),
		options.SetInterOpNumThreads(1),
	)
	if err != nil {
		return nil, err
	}
	return ort.NewDynamicAdvancedSessionWithONNXData(graph, []string{input}, []string{output}, options)
}

// randomTensor is the same at every call.
func randomTensor(kind ort.TensorElementDataType, shape ort.Shape) (ort.Value, error) {
	random := rand.New(rand.NewPCG(1, 2))
	switch kind {
	case ort.TensorElementDataTypeUint8:
		samples := make([]uint8, shape.FlattenedSize())
		for i := range samples {
			samples[i] = uint8(random.Uint32())
		}
		return ort.NewTensor(shape, samples)
	case ort.TensorElementDataTypeFloat:
		samples := make([]float32, shape.FlattenedSize())
		for i := range samples {
			samples[i] = random.Float32()
		}
		return ort.NewTensor(shape, samples)
	default:
		return nil, fmt.Errorf("the input has elements of type %v; bytes and float32 can be made", kind)
	}
}
