package model

import "sync"

// smallestBand is the work, in positions of the half-resolution grid, below
// which waking another thread costs more than it saves: ONNX Runtime's are still on the
// lookout when a frame is unpacked. 480x360 has 43200.
const smallestBand = 32768

// bands shares the rows of a picture among goroutines that live as long as it
// does. The caller's goroutine is one of them.
type bands struct {
	workers int // the caller included
	tasks   chan bandTask
	pending sync.WaitGroup

	panicked sync.Mutex
	reason   any // of the first panic in a band, or nil
}

type bandTask struct {
	work     func(from, to int)
	from, to int
}

func newBands(workers int) *bands {
	b := &bands{workers: workers, tasks: make(chan bandTask, workers)}
	for range workers - 1 {
		go func() {
			for task := range b.tasks {
				b.do(task)
			}
		}()
	}
	return b
}

// run calls work for bands that together are the rows from..to, of width
// positions each, and returns when all are done. A panic in any of them is
// raised again here, where the caller can recover from it.
func (b *bands) run(from, to, width int, work func(from, to int)) {
	rows := to - from
	count := max(1, min(b.workers, rows, rows*width/smallestBand))
	b.pending.Add(count)
	for i := range count - 1 {
		b.tasks <- bandTask{work, from + rows*i/count, from + rows*(i+1)/count}
	}
	b.do(bandTask{work, from + rows*(count-1)/count, to})
	b.pending.Wait()
	if reason := b.reason; reason != nil {
		b.reason = nil
		panic(reason)
	}
}

func (b *bands) do(task bandTask) {
	defer b.pending.Done()
	defer b.keepPanic()
	task.work(task.from, task.to)
}

func (b *bands) keepPanic() {
	if reason := recover(); reason != nil {
		b.panicked.Lock()
		defer b.panicked.Unlock()
		if b.reason == nil {
			b.reason = reason
		}
	}
}

// close ends the goroutines. run must not be called again.
func (b *bands) close() { close(b.tasks) }
