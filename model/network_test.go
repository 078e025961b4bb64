package model

import (
	"math/rand/v2"
	"sync"
	"testing"
)

// openNetworks counts the networks that are open, and their users.
func openNetworks() (count, users int) {
	networks.Lock()
	defer networks.Unlock()
	for _, n := range networks.open {
		count++
		users += n.users
	}
	return count, users
}

func TestGeneratorsOfOneGraphShareANetwork(t *testing.T) {
	count, users := openNetworks()
	expect := func(when string, moreNetworks, moreUsers int) {
		t.Helper()
		if c, u := openNetworks(); c-count != moreNetworks || u-users != moreUsers {
			t.Errorf("%s: %d networks and %d users more, want %d and %d", when, c-count, u-users, moreNetworks, moreUsers)
		}
	}
	convolve, nearest := graph(t, "convolve"), graph(t, "nearest")
	// Numbers of threads that no other test has.
	first, second := open(t, convolve, 5), open(t, append([]byte(nil), convolve...), 5)
	expect("two of one graph", 1, 2)
	open(t, convolve, 6)
	expect("with another number of threads", 2, 3)
	open(t, nearest, 5)
	expect("another graph", 3, 4)

	dst, src := pictures(rand.New(rand.NewPCG(61, 62)), I420, 64, 48)
	want, _ := pictures(rand.New(rand.NewPCG(61, 62)), I420, 64, 48)
	upscale(t, first, want.Picture, src.Picture)
	// What ends one generator's call is nothing to the other one.
	first.Interrupt()
	upscale(t, second, dst.Picture, src.Picture)
	if where := difference(dst.Picture, want.Picture); where != "" {
		t.Errorf("beside an interrupted one: %s", where)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	expect("one of them closed", 3, 3)
	upscale(t, second, dst.Picture, src.Picture)
	if where := difference(dst.Picture, want.Picture); where != "" {
		t.Errorf("after the other was closed: %s", where)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	expect("both closed", 2, 2)
}

// More streams than cores, of sizes of their own, through one session.
func TestStreamsInOneNetworkDoNotMix(t *testing.T) {
	onnx := graph(t, "convolve")
	var streams sync.WaitGroup
	for stream := range 6 {
		streams.Add(1)
		go func() {
			defer streams.Done()
			random := rand.New(rand.NewPCG(63, uint64(stream)))
			g, err := Open(onnx, "convolve", Options{Threads: 2})
			if err != nil {
				t.Error(err)
				return
			}
			defer g.Close()
			alone := newPictureOf(random, 40+8*stream, 30+2*stream)
			for frame := range 20 {
				dst := Picture{Format: GRAY8, Width: 2 * alone.Width, Height: 2 * alone.Height, Stride: [3]int{2 * alone.Width}}
				dst.Plane[0] = make([]byte, dst.Width*dst.Height)
				again := dst
				again.Plane[0] = make([]byte, dst.Width*dst.Height)
				if err := g.Upscale(dst, alone); err != nil {
					t.Error(err)
					return
				}
				if err := g.Upscale(again, alone); err != nil {
					t.Error(err)
					return
				}
				if string(dst.Plane[0]) != string(again.Plane[0]) {
					t.Errorf("stream %d, frame %d: the same picture comes out as another one", stream, frame)
					return
				}
				put(alone, random.IntN(alone.Width), random.IntN(alone.Height))
			}
		}()
	}
	streams.Wait()
}

func newPictureOf(random *rand.Rand, width, height int) Picture {
	p := Picture{Format: GRAY8, Width: width, Height: height, Stride: [3]int{width}}
	p.Plane[0] = make([]byte, width*height)
	fill(random, p.Plane[0], 0, 255)
	return p
}
