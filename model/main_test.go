package model

import (
	"fmt"
	"os"
	"testing"
)

// TestMain loads ONNX Runtime for all tests: from the build folder, or from
// where the environment variable says. Without it nothing is tested, loudly.
func TestMain(m *testing.M) {
	if dirs, isChild := os.LookupEnv(placesVariable); isChild {
		// Of TestLoadRuntime, which needs a process with nothing loaded.
		loadAndPrint(dirs)
		return
	}
	if err := LoadRuntime("../build"); err != nil {
		fmt.Fprintf(os.Stderr, "The tests of package model need ONNX Runtime: %v\n", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
