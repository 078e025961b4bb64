//go:build faults

package element

import (
	"fmt"
	"os"
	"strings"
	"time"

	"gst-superres/model"
)

// Built with the tag faults, and never otherwise, the element does wrong where
// the environment variable SUPERRES_FAULT says: the name of a method makes it
// panic, "provider" lets the execution provider fail, "map=1" and "map=2" keep
// frames from being mapped for reading and for writing (the numbers of
// GstMapFlags). The file that SUPERRES_DELAYS names says, at every frame, how many
// milliseconds longer frames take, by tier: "balanced 60".

func injectFault(method string) {
	if os.Getenv("SUPERRES_FAULT") == method {
		panic("injected fault")
	}
}

func faultInjected(what string, variant int) bool {
	return os.Getenv("SUPERRES_FAULT") == fmt.Sprintf("%s=%d", what, variant)
}

func injectDelay(label string) {
	delays, err := os.ReadFile(os.Getenv("SUPERRES_DELAYS"))
	if err != nil {
		return
	}
	for line := range strings.Lines(string(delays)) {
		var tier string
		var milliseconds int
		if _, err := fmt.Sscan(line, &tier, &milliseconds); err == nil && tier == label {
			time.Sleep(time.Duration(milliseconds) * time.Millisecond)
		}
	}
}

func injectProviderFault(generator *model.Generator) {
	if os.Getenv("SUPERRES_FAULT") == "provider" {
		generator.LoseProvider()
	}
}
