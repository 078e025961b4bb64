package model

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	ort "github.com/yalue/onnxruntime_go"
)

// Providers of ONNX Runtime that are always there. Others are named as
// [Providers] returns them.
const (
	ProviderAuto = "auto" // the processor's own: it is there, and leaves the graphics processor to others
	ProviderCPU  = "cpu"
)

// provider is an execution provider of ONNX Runtime that this package knows how
// to ask for.
type provider struct {
	name  string // as users write it
	twin  bool   // runs the float32 twin better than the eight-bit graph
	ask   func(options *ort.SessionOptions, threads int) error
	where string // to get a library that offers it, for people
}

const withWheel = "Take the library from the Python package "

// The order is that of lists for people.
var providers = []provider{
	{"webgpu", true, byName("WebGPU"), withWheel + "onnxruntime-webgpu or from the npm package onnxruntime-node (tools/setup webgpu fetches it)"},
	{"cuda", true, askCUDA, withWheel + "onnxruntime-gpu, and install CUDA and cuDNN"},
	{"tensorrt", true, askTensorRT, withWheel + "onnxruntime-gpu, and install CUDA, cuDNN and TensorRT"},
	{"openvino", true, askOpenVINO, withWheel + "onnxruntime-openvino (tools/setup openvino fetches it)"},
	{"migraphx", true, byName("MIGraphX"), withWheel + "onnxruntime-migraphx, and install ROCm"},
	{"qnn", false, byName("QNN"), "Build ONNX Runtime with --use_qnn"},
	{"xnnpack", true, byName("XNNPACK"), "Build ONNX Runtime with --use_xnnpack"},
}

// Providers returns the names of the execution providers that the loaded ONNX
// Runtime offers, [ProviderCPU] first. ONNX Runtime is asked for each in turn,
// which may wake a driver; whether one starts on this machine is another question
// ([Open]). [LoadRuntime] must have succeeded.
func Providers() []string {
	offered := []string{ProviderCPU}
	for _, p := range providers {
		if err := p.try(); !notOffered(err) {
			offered = append(offered, p.name)
		}
	}
	return offered
}

// UsesTwin says whether a provider of [Providers] runs a generator's float32
// twin better than its eight-bit graph.
func UsesTwin(name string) bool {
	p := findProvider(name)
	return p != nil && p.twin
}

// try asks for the provider and forgets it.
func (p *provider) try() error {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return err
	}
	defer options.Destroy()
	return p.ask(options, 1)
}

// notOffered tells ONNX Runtime's words for a provider that was left out of it,
// or whose library is not beside it, from those of one that does not start.
func notOffered(err error) bool {
	if err == nil {
		return false
	}
	for _, words := range []string{
		"not supported in this build", "not enabled in this build", "Unknown provider name",
		"Failed to load shared library",
	} {
		if strings.Contains(err.Error(), words) {
			return true
		}
	}
	return false
}

func findProvider(name string) *provider {
	for i := range providers {
		if providers[i].name == name {
			return &providers[i]
		}
	}
	return nil
}

// providerNamed returns the provider of a name, or nil for the processor's own.
func providerNamed(name string) (*provider, error) {
	if OnCPU(name) {
		return nil, nil
	}
	if p := findProvider(name); p != nil {
		return p, nil
	}
	known := []string{ProviderAuto, ProviderCPU}
	for _, p := range providers {
		known = append(known, p.name)
	}
	return nil, &Error{
		Kind:    ProviderMissing,
		Problem: fmt.Sprintf("There is no provider %q; the names are %s", name, strings.Join(known, ", ")),
		Remedy:  fmt.Sprintf("Choose one that ONNX Runtime %s in %s offers: %s", ort.GetVersion(), runtimePath(), strings.Join(Providers(), ", ")),
	}
}

// refusal says why a session on the provider could not be had.
func (p *provider) refusal(err error) error {
	if !notOffered(err) {
		return providerFailed(p.name, err)
	}
	return &Error{
		Kind: ProviderMissing,
		Problem: fmt.Sprintf("ONNX Runtime %s in %s does not offer the provider %q; it offers %s",
			ort.GetVersion(), runtimePath(), p.name, strings.Join(Providers(), ", ")),
		Remedy: fmt.Sprintf("%s. Name the library in the environment variable %s, or leave the provider at %s", p.where, RuntimeVariable, ProviderAuto),
	}
}

func providerFailed(name string, err error) error {
	reason := innermost(err)
	// Before its words, ONNX Runtime names the line of its source that checks.
	if _, words, ok := strings.Cut(reason, " was false. "); ok {
		reason = words
	}
	return &Error{
		Kind:    ProviderFailed,
		Problem: fmt.Sprintf("The provider %q does not work here", name),
		Remedy:  fmt.Sprintf("Check the device and its driver, or leave the provider at %s", ProviderAuto),
		Err:     errors.New(reason),
	}
}

func byName(name string) func(*ort.SessionOptions, int) error {
	return func(options *ort.SessionOptions, _ int) error { return options.AppendExecutionProvider(name, nil) }
}

func askCUDA(options *ort.SessionOptions, _ int) error {
	cuda, err := ort.NewCUDAProviderOptions()
	if err != nil {
		return err
	}
	defer cuda.Destroy()
	return options.AppendExecutionProviderCUDA(cuda)
}

func askTensorRT(options *ort.SessionOptions, threads int) error {
	tensorRT, err := ort.NewTensorRTProviderOptions()
	if err != nil {
		return err
	}
	defer tensorRT.Destroy()
	if err := options.AppendExecutionProviderTensorRT(tensorRT); err != nil {
		return err
	}
	return askCUDA(options, threads) // for what TensorRT leaves over
}

// askOpenVINO takes a graphics processor where there is one, else the CPU. Its own
// choice (the device AUTO) leaves the whole graph to ONNX Runtime, and says nothing;
// hence the entry, by which a graph that it does not take whole is an error.
func askOpenVINO(options *ort.SessionOptions, threads int) error {
	if err := options.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1"); err != nil {
		return err
	}
	on := func(device string) error {
		return options.AppendExecutionProvider("OpenVINO", map[string]string{
			"device_type":    device,
			"num_of_threads": fmt.Sprint(threads),
		})
	}
	graphics, _ := filepath.Glob("/dev/dri/renderD*")
	if len(graphics) == 0 || on("GPU") != nil {
		if err := on("CPU"); err != nil {
			return err
		}
	}
	if maps, err := os.ReadFile("/proc/self/maps"); err == nil && unwindsForeign(string(maps)) {
		return errors.New("this process has loaded libunwind, as GStreamer's core does where it was built with it; OpenVINO's exceptions end such a process")
	}
	return nil
}

// unwindsForeign says whether the memory of a process, in the words of
// /proc/PID/maps, has a library that unwinds in the place of the compiler's own:
// libunwind has its function of the same name, which cannot go on with an
// exception that the other one has begun. ONNX Runtime brings its own.
func unwindsForeign(maps string) bool { return strings.Contains(maps, "/libunwind.so") }

// OnCPU says whether a name of a provider stands for the processor's own.
func OnCPU(name string) bool { return name == "" || name == ProviderAuto || name == ProviderCPU }
