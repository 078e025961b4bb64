package model

import (
	"errors"
	"math/rand/v2"
	"testing"
)

func TestInterrupt(t *testing.T) {
	onnx, err := Builtin(Key{Scale: 2, Tier: Fast})
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{64, 48}, {964, 544}} {
		g := open(t, onnx, 2)
		dst, src := pictures(rand.New(rand.NewPCG(51, 52)), I420, size[0], size[1])
		want, _ := pictures(rand.New(rand.NewPCG(51, 52)), I420, size[0], size[1])
		upscale(t, g, want.Picture, src.Picture)

		interrupted := func(when string, err error) {
			t.Helper()
			var cause *Error
			if !errors.As(err, &cause) || cause.Kind != Interrupted {
				t.Errorf("%v %s: error %v, want one of kind Interrupted", size, when, err)
			}
		}
		g.Interrupt()
		interrupted("before", g.Upscale(dst.Picture, src.Picture))
		g.Resume()

		// While it works: called again and again, as it may be done before.
		failed := make(chan error)
		go func() {
			for {
				if err := g.Upscale(dst.Picture, src.Picture); err != nil {
					failed <- err
					return
				}
			}
		}()
		g.Interrupt()
		interrupted("meanwhile", <-failed)
		g.Resume()

		upscale(t, g, dst.Picture, src.Picture)
		for plane := range src.Format.Planes() {
			if string(dst.Plane[plane]) != string(want.Plane[plane]) {
				t.Errorf("%v: plane %d after an interruption is another one than before", size, plane)
			}
		}
	}
}

// A run that is ended by ONNX Runtime says so in words of its own.
func TestInterruptEndsARun(t *testing.T) {
	onnx, err := Builtin(Key{Scale: 2, Tier: Fast})
	if err != nil {
		t.Fatal(err)
	}
	g := open(t, onnx, 2)
	dst, src := pictures(rand.New(rand.NewPCG(53, 54)), GRAY8, 64, 48)
	upscale(t, g, dst.Picture, src.Picture)
	if err := g.session.options.Terminate(); err != nil {
		t.Fatal(err)
	}
	if err := g.session.run(); err == nil {
		t.Error("a run that is to end early goes on to its end")
	}
	if err := g.session.options.UnsetTerminate(); err != nil {
		t.Fatal(err)
	}
	if err := g.session.run(); err != nil {
		t.Errorf("the next run: %v", err)
	}
}
