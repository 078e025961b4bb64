// Command static-registration is a Go program with the element superres inside: it
// links package element and registers it, so that no shared library with a second
// Go runtime is loaded. Pipelines are built with github.com/go-gst/go-gst.
//
//	static-registration [-frames N] [-tier TIER]
//
// It doubles frames of a test picture, and prints what came out and what the
// element's statistics say.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/go-gst/go-gst/gst"

	"gst-superres/element"
)

func main() {
	frames := flag.Int("frames", 30, "frames to double")
	tier := flag.String("tier", "auto", "tier of superres")
	flag.Parse()
	if err := run(*frames, *tier); err != nil {
		fmt.Fprintln(os.Stderr, "static-registration:", err)
		os.Exit(1)
	}
}

func run(frames int, tier string) error {
	gst.Init(nil)
	// Before the first pipeline with superres in it, and after gst.Init.
	if !element.Register(nil) {
		return fmt.Errorf("GStreamer refuses to register superres")
	}
	pipeline, err := gst.NewPipelineFromString(fmt.Sprintf(
		"videotestsrc num-buffers=%d ! video/x-raw,width=240,height=180 ! superres name=superres tier=%s ! fakesink name=sink",
		frames, tier))
	if err != nil {
		return err
	}
	defer pipeline.SetState(gst.StateNull)

	sink, err := pipeline.GetElementByName("sink")
	if err != nil {
		return err
	}
	count := 0
	sink.GetStaticPad("sink").AddProbe(gst.PadProbeTypeBuffer, func(*gst.Pad, *gst.PadProbeInfo) gst.PadProbeReturn {
		count++
		return gst.PadProbeOK
	})
	if err := pipeline.SetState(gst.StatePlaying); err != nil {
		if message := pipeline.GetPipelineBus().PopFiltered(gst.MessageError); message != nil {
			return message.ParseError() // says why
		}
		return err
	}
	if err := untilTheEnd(pipeline); err != nil {
		return err
	}

	superres, err := pipeline.GetElementByName("superres")
	if err != nil {
		return err
	}
	stats, err := superres.GetProperty("stats")
	if err != nil {
		return err
	}
	fmt.Printf("%d frames of %s\n", count, sink.GetStaticPad("sink").CurrentCaps())
	fmt.Println(stats.(*gst.Structure))
	return nil
}

// untilTheEnd waits for the end of the stream, or returns the error that ended it.
func untilTheEnd(pipeline *gst.Pipeline) error {
	bus := pipeline.GetPipelineBus()
	for {
		message := bus.TimedPop(gst.ClockTimeNone)
		if message == nil {
			continue
		}
		switch message.Type() {
		case gst.MessageEOS:
			return nil
		case gst.MessageError:
			return message.ParseError()
		}
	}
}
