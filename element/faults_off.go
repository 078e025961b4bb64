//go:build !faults

package element

import "gst-superres/model"

// The places where tests may put a fault; see faults_on.go. Without the build
// tag they are nothing.

func injectFault(string) {}

func faultInjected(string, int) bool { return false }

func injectDelay(string) {}

func injectProviderFault(*model.Generator) {}
