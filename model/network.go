package model

import (
	"crypto/sha256"
	"runtime"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// network is a graph that is open on ONNX Runtime. Generators of one graph on the
// processor share it, in all of the process: its weights, its memory for what is
// between the layers, and its threads, so that several streams do not get in each
// other's way with more threads than there are cores. ONNX Runtime lets many
// goroutines run one session.
type network struct {
	onnxruntime *ort.DynamicAdvancedSession
	key         networkKey
	shared      bool // can be: it is on the processor
	users       int  // generators; of one on a provider there is one
}

// networkKey is what generators that share a network have in common.
type networkKey struct {
	graph   [sha256.Size]byte
	threads int
}

// networks are those on the processor.
var networks = struct {
	sync.Mutex
	open map[networkKey]*network
}{open: map[networkKey]*network{}}

// turns are the runs on the processor at one time, in all of the process: as many as
// there are cores. More would be none the quicker, each would take longer, and
// each has memory of its own for what is between the layers.
var turns = make(chan struct{}, runtime.NumCPU())

// openNetwork opens a graph, or returns the network of one that is open. The
// execution provider is one of the table, or nil for ONNX Runtime's own.
func openNetwork(onnx []byte, inputName, outputName string, threads int, provider *provider) (*network, error) {
	if provider != nil {
		return newNetwork(onnx, inputName, outputName, threads, provider)
	}
	key := networkKey{sha256.Sum256(onnx), threads}
	networks.Lock()
	defer networks.Unlock()
	if n := networks.open[key]; n != nil {
		n.users++
		return n, nil
	}
	n, err := newNetwork(onnx, inputName, outputName, threads, nil)
	if err != nil {
		return nil, err
	}
	n.key = key
	networks.open[key] = n
	return n, nil
}

func newNetwork(onnx []byte, inputName, outputName string, threads int, provider *provider) (*network, error) {
	options, err := sessionOptions(threads)
	if err != nil {
		return nil, err
	}
	defer options.Destroy()
	if provider != nil {
		if err := provider.ask(options, threads); err != nil {
			return nil, err
		}
	}
	n := &network{users: 1, shared: provider == nil}
	n.onnxruntime, err = ort.NewDynamicAdvancedSessionWithONNXData(onnx, []string{inputName}, []string{outputName}, options)
	return n, err
}

// leave ends one generator's use of the network; the last one closes it.
func (n *network) leave() {
	networks.Lock()
	defer networks.Unlock()
	n.users--
	if n.users > 0 {
		return
	}
	if networks.open[n.key] == n {
		delete(networks.open, n.key)
	}
	_ = n.onnxruntime.Destroy() // always nil
}
