package model

import (
	"flag"
	"syscall"
	"testing"
)

// limitMemory lets a process that fuzzes have 8 GiB of addresses: a file that
// makes ONNX Runtime ask for more gets an error, and the machine stays usable.
func limitMemory(f *testing.F) {
	if worker := flag.Lookup("test.fuzzworker"); worker == nil || worker.Value.String() != "true" {
		return
	}
	limit := syscall.Rlimit{Cur: 8 << 30, Max: 8 << 30}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &limit); err != nil {
		f.Fatal(err)
	}
}
