// Command scene renders what the demonstrations send: somebody talks in
// front of a brick wall, with leaves, hair, knitwear, printed and running text.
// It is drawn by program, so nothing has to be downloaded and every sample of the
// original is known.
//
// It writes 960x720 frames at 30 a second to the standard output, in I420, BT.601,
// limited range, chroma sited as in H.264:
//
//	scene -frames 300 | gst-launch-1.0 fdsrc ! rawvideoparse width=960 height=720 \
//	    format=i420 framerate=30/1 colorimetry=bt601 ! videoconvert ! autovideosink
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	first := flag.Int("first", 0, "number of the first frame, 0 or more")
	frames := flag.Int("frames", 300, "how many frames; 0 goes on until the reader has gone")
	format := flag.String("format", "i420", "i420: bare frames; y4m: frames with a header that players read; png: the first frame as a picture")
	call := flag.Bool("call", false, "as a call's camera sees it: it stands still, and there are no captions")
	flag.Parse()
	if *first < 0 || *frames < 0 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "scene: -first and -frames are 0 or more, and there are no further arguments; see scene -help")
		os.Exit(2)
	}
	// A reader that goes away is an error to report, not a reason to be killed.
	signal.Ignore(syscall.SIGPIPE)
	err := run(os.Stdout, *format, *call, *first, *frames)
	if errors.Is(err, syscall.EPIPE) && *frames == 0 {
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "scene: %v\n", err)
		os.Exit(1)
	}
}

// run writes the frames in the format.
func run(to io.Writer, format string, call bool, first, frames int) error {
	frameHeader := ""
	out := bufio.NewWriterSize(to, 1<<20)
	film := newScene()
	film.call = call
	switch format {
	case "i420":
	case "y4m":
		frameHeader = "FRAME\n"
		fmt.Fprintf(out, "YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420mpeg2\n", pictureWidth, pictureHeight, framesPerSecond)
	case "png":
		film.frame(first)
		if err := png.Encode(out, film.picture); err != nil {
			return err
		}
		return out.Flush()
	default:
		return fmt.Errorf("-format is %q; use i420, y4m or png", format)
	}
	for number := first; frames == 0 || number < first+frames; number++ {
		if _, err := out.WriteString(frameHeader); err != nil {
			return err
		}
		if _, err := out.Write(film.frame(number).bytes); err != nil {
			return err
		}
	}
	return out.Flush()
}
