package element_test

import (
	"strings"
	"testing"

	"gst-superres/element/internal/harness"
)

const fuzzedCaps = "video/x-raw,format=I420,width=32,height=16,framerate=30/1"

// Caps of every kind are answered in both directions without a critical message.
// Random texts are not tried: GStreamer 1.22 crashes by itself on caps that it has
// read, such as {a,[2,8,2]} compared with themselves.
func TestCapsOfEveryKindAreAnswered(t *testing.T) {
	kinds := []string{
		fuzzedCaps,
		"ANY",
		"EMPTY",
		"video/x-raw",
		"video/x-raw,format={I420,NV12,RGB},width=[1,2147483647],height=[2,2147483646,2]",
		"video/x-raw,width={1,[2,8],4097},height=(int)-5",
		"video/x-raw,format=I420,width={16,33,4097},height=[16,64]",
		"video/x-raw,width=(fraction)3/4,height=(string)high,format=(int)7",
		"video/x-raw,width=0,height=0,framerate=0/1",
		"video/x-raw(memory:DMABuf),format=I420,width=32,height=16;video/x-raw(format:Interlaced),interlace-mode=alternate",
		"video/x-raw,format=I420,width=32,height=16,interlace-mode=interleaved,colorimetry=2:4:7:1,chroma-site=(string)mpeg2",
		"video/x-raw(ANY),format=I420_10LE,width=32,height=16,pixel-aspect-ratio=[1/2,2/1]",
		"audio/x-raw,rate=8000",
	}
	h, err := harness.New("tier=lanczos", fuzzedCaps)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	for _, caps := range kinds {
		for _, filter := range kinds {
			if n := h.AskCaps(caps, filter); n != 0 {
				t.Errorf("%q with filter %q: %d critical messages or wrong answers", caps, filter, n)
			}
		}
	}
}

// Whatever text a property is set to, it is taken or left, and the element
// reaches PAUSED or says why not.
func FuzzProperties(f *testing.F) {
	names := []string{"tier", "look", "scale", "strength", "damage", "model", "threads"}
	for name := range names {
		for _, text := range []string{
			"", "auto", "lanczos", "quality", "9", "-1", "1.5", "nan", "1e400", "99999999999999999999", "NULL", "\xff\xfe", "/", "/dev/null",
			"/nowhere/\n%s%n.onnx", "../model/testdata/nearest.onnx", "../model/testdata/rank-3.onnx", strings.Repeat("a/", 3000),
		} {
			f.Add(byte(name), text)
		}
	}
	h, err := harness.New("tier=fast threads=1", fuzzedCaps)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, which byte, text string) {
		name := names[int(which)%len(names)]
		if strings.ContainsRune(text, 0) || strings.HasPrefix(text, "/proc") || name == "threads" && len(text) > 1 {
			t.Skip("no text of C, or thousands of threads")
		}
		if n := h.SetProperty(name, text); n != 0 {
			t.Fatalf("%d critical messages after %s=%q", n, name, text)
		}
	})
}
