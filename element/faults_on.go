//go:build faults

package element

import (
	"fmt"
	"os"

	"gst-superres/model"
)

// Built with the tag faults, and never otherwise, the element does wrong where
// the environment variable SUPERRES_FAULT says: the name of a method makes it
// panic, "provider" lets the execution provider fail, "map=1" and "map=2" keep
// frames from being mapped for reading and for writing (the numbers of
// GstMapFlags).

func injectFault(method string) {
	if os.Getenv("SUPERRES_FAULT") == method {
		panic("injected fault")
	}
}

func faultInjected(what string, variant int) bool {
	return os.Getenv("SUPERRES_FAULT") == fmt.Sprintf("%s=%d", what, variant)
}

func injectProviderFault(generator *model.Generator) {
	if os.Getenv("SUPERRES_FAULT") == "provider" {
		generator.LoseProvider()
	}
}
