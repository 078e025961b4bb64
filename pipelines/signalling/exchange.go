package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"sync"

	"github.com/coder/websocket"
)

//go:embed page
var page embed.FS

// exchange connects the calls of a server and knows how many there are.
type exchange struct {
	ctx     context.Context // whose end ends the calls
	options options

	mu    sync.Mutex
	going int // calls
	made  int // calls since the start
	all   sync.WaitGroup
}

func newExchange(ctx context.Context, o options) *exchange {
	return &exchange{ctx: ctx, options: o}
}

// wait returns when no call is left.
func (e *exchange) wait() { e.all.Wait() }

// begin counts a call in and returns its number, or says that there are too many.
func (e *exchange) begin() (number int, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.going >= e.options.calls {
		return 0, fmt.Errorf("%d calls are going on, which is as many as the server takes; try again when one has ended", e.going)
	}
	e.going++
	e.made++
	e.all.Add(1)
	return e.made, nil
}

func (e *exchange) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.going--
	e.all.Done()
}

// state is what GET /state answers: for the page, what to begin with; for anyone who
// looks after the server, how busy it is.
type state struct {
	Codec string `json:"codec"`
	Calls int    `json:"calls"` // going on
	Most  int    `json:"most"`  // that may go on at the same time
}

func (e *exchange) state() state {
	e.mu.Lock()
	defer e.mu.Unlock()
	return state{Codec: e.options.codec, Calls: e.going, Most: e.options.calls}
}

// handler serves the page and, at /call, calls.
func handler(e *exchange) http.Handler {
	files, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(e.state()); err != nil {
			log.Printf("state: %v", err)
		}
	})
	mux.HandleFunc("GET /call", e.answer)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'")
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cache-Control", "no-cache")
		mux.ServeHTTP(w, r)
	})
}

// answer makes a WebSocket a call. The library refuses those of other sites' pages.
func (e *exchange) answer(w http.ResponseWriter, r *http.Request) {
	connection, err := websocket.Accept(w, r, nil)
	if err != nil {
		log.Printf("call refused: %v", err) // the library has answered
		return
	}
	defer connection.CloseNow()
	number, err := e.begin()
	if err != nil {
		farewell(connection, err)
		return
	}
	defer e.end()
	log.Printf("call %d: from %s", number, r.RemoteAddr)
	err = hold(e.ctx, connection, e.options)
	farewell(connection, err)
	log.Printf("call %d: ended: %v", number, err)
}
