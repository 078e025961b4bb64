package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// The tests run themselves as the process of a call; the variable says which.
const workerVariable = "SIGNALLING_TEST_WORKER"

const limit = 20 * time.Second // for what has to happen, on a slow machine too

func TestMain(m *testing.M) {
	if kind := os.Getenv(workerVariable); kind != "" {
		os.Exit(work(kind))
	}
	os.Exit(m.Run())
}

// work is a process of a call without any video. It tells its number, then says back
// what it hears.
func work(kind string) int {
	fmt.Printf(`{"type":"hello","process":%d}`+"\n", os.Getpid())
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		switch {
		case kind == "crashes":
			return 3
		case kind == "babbles":
			fmt.Println("no JSON")
		case kind == "fails":
			fmt.Println(`{"type":"error","text":"no such codec"}`)
			return 1
		default:
			fmt.Printf(`{"type":"heard","line":%s}`+"\n", input.Text())
		}
	}
	if kind == "stays" {
		select {}
	}
	return 0
}

// told is what a process of the tests or the server says.
type told struct {
	Type    string
	Text    string
	Process int
	Line    message
}

// browser is one end of a call.
type browser struct {
	t          *testing.T
	connection *websocket.Conn
}

func (b browser) say(text string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := b.connection.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		b.t.Fatalf("saying %s: %v", text, err)
	}
}

// hear returns the next message, or the error with which the connection ended.
func (b browser) hear() (told, error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var m told
	_, text, err := b.connection.Read(ctx)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	return m, err
}

// expect fails unless the next message is of the type.
func (b browser) expect(kind string) told {
	b.t.Helper()
	m, err := b.hear()
	if err != nil || m.Type != kind {
		b.t.Fatalf("heard %+v, %v; want a message of type %q", m, err, kind)
	}
	return m
}

// expectEnd fails unless the next message is an error with the text in it and the last.
func (b browser) expectEnd(text string) {
	b.t.Helper()
	if m := b.expect("error"); !strings.Contains(m.Text, text) {
		b.t.Errorf("the call ended with %q; want %q in it", m.Text, text)
	}
	if _, err := b.hear(); websocket.CloseStatus(err) != websocket.StatusNormalClosure {
		b.t.Errorf("after the error came %v; want the end of the connection", err)
	}
}

// telephone is a server with processes of one kind.
type telephone struct {
	*httptest.Server
	t    *testing.T
	stop context.CancelFunc
	*exchange
}

func newTelephone(t *testing.T, kind string, most int) telephone {
	t.Setenv(workerVariable, kind)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	e := newExchange(ctx, options{codec: "vp8", bitrate: 1000, calls: most, worker: []string{program}})
	s := telephone{httptest.NewServer(handler(e)), t, stop, e}
	t.Cleanup(func() {
		stop()
		s.Close()
		e.wait()
	})
	return s
}

func (s telephone) dial() browser {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	connection, _, err := websocket.Dial(ctx, s.URL+"/call", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { connection.CloseNow() })
	return browser{s.t, connection}
}

// awaitNone waits until no call is left, and checks that the processes have ended too.
func (s telephone) awaitNone(processes ...int) {
	s.t.Helper()
	done := make(chan struct{})
	go func() { s.wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
		s.t.Fatalf("%d calls are still going on", s.state().Calls)
	}
	if got := s.state().Calls; got != 0 {
		s.t.Errorf("%d calls are counted; want 0", got)
	}
	for _, process := range processes {
		if err := syscall.Kill(process, 0); err != syscall.ESRCH {
			s.t.Errorf("process %d of a call is still there: %v", process, err)
		}
	}
}

const (
	anOffer   = `{"type":"offer","sdp":"v=0","codec":"vp8"}`
	aChange   = `{"type":"set","property":"tier","value":"fast"}`
	anAddress = `{"type":"candidate","line":0,"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host"}`
)

func TestMessagesPassBothWaysInOrder(t *testing.T) {
	s := newTelephone(t, "echoes", 1)
	b := s.dial()
	process := b.expect("hello").Process
	for _, text := range []string{anOffer, anAddress, aChange} {
		b.say(text)
	}
	for _, want := range []string{"offer", "candidate", "set"} {
		if got := b.expect("heard").Line.Type; got != want {
			t.Errorf("the process heard %q; want %q", got, want)
		}
	}
	b.connection.Close(websocket.StatusNormalClosure, "")
	s.awaitNone(process)
}

func TestEndOfCandidatesStaysInTheServer(t *testing.T) {
	b := newTelephone(t, "echoes", 1).dial()
	b.expect("hello")
	for _, text := range []string{anOffer, `{"type":"candidate","line":0,"candidate":""}`, aChange} {
		b.say(text)
	}
	b.expect("heard")
	if got := b.expect("heard").Line.Type; got != "set" {
		t.Errorf("after the offer, the process heard %q; want set", got)
	}
}

func TestWhatAPageMayNotSayEndsItsCall(t *testing.T) {
	many := []string{anOffer}
	for range mostCandidates + 1 {
		many = append(many, anAddress)
	}
	for name, c := range map[string]struct {
		says []string
		want string
	}{
		"no JSON":                {[]string{"{"}, "not JSON"},
		"a type there is not":    {[]string{`{"type":"bye"}`}, `"bye"`},
		"a change before a call": {[]string{aChange}, "no call yet"},
		"an address before":      {[]string{anAddress}, "no call yet"},
		"a second offer":         {[]string{anOffer, anOffer}, "second offer"},
		"a value there is not":   {[]string{anOffer, `{"type":"set","property":"tier","value":"best"}`}, "tier is best"},
		"addresses without end":  {many, "more than 200 addresses"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTelephone(t, "quiet", 1)
			b := s.dial()
			process := b.expect("hello").Process
			go func() {
				for _, text := range c.says {
					_ = b.connection.Write(context.Background(), websocket.MessageText, []byte(text))
				}
			}()
			m, err := b.hear()
			for err == nil && m.Type == "heard" {
				m, err = b.hear()
			}
			if m.Type != "error" || !strings.Contains(m.Text, c.want) {
				t.Errorf("heard %+v, %v; want an error with %q in it", m, err, c.want)
			}
			b.connection.CloseNow()
			s.awaitNone(process)
		})
	}
}

func TestTwoCallsKnowNothingOfEachOther(t *testing.T) {
	s := newTelephone(t, "echoes", 2)
	one, other := s.dial(), s.dial()
	first, second := one.expect("hello").Process, other.expect("hello").Process
	if first == second {
		t.Fatal("two calls have one process")
	}
	one.say(anOffer)
	one.expect("heard")
	if err := syscall.Kill(first, syscall.SIGSEGV); err != nil {
		t.Fatal(err)
	}
	one.expectEnd("ended by mistake")
	other.say(anOffer)
	other.expect("heard")
	other.connection.CloseNow()
	s.awaitNone(first, second)
}

func TestOneCallTooManyIsRefusedUntilAnotherEnds(t *testing.T) {
	s := newTelephone(t, "echoes", 1)
	first := s.dial()
	process := first.expect("hello").Process
	s.dial().expectEnd("1 calls are going on")
	first.connection.CloseNow()
	s.awaitNone(process)
	s.dial().expect("hello")
}

func TestAPageThatGoesWithoutAWordEndsItsCall(t *testing.T) {
	s := newTelephone(t, "echoes", 1)
	b := s.dial()
	process := b.expect("hello").Process
	b.connection.CloseNow()
	s.awaitNone(process)
}

func TestAProcessThatStaysIsKilledAndTheLogSaysSo(t *testing.T) {
	var said bytes.Buffer
	log.SetOutput(&said)
	defer log.SetOutput(os.Stderr)
	s := newTelephone(t, "stays", 1)
	b := s.dial()
	process := b.expect("hello").Process
	b.connection.CloseNow()
	s.awaitNone(process)
	if want := "the browser has gone; the call's process did not end by itself within 5s (signal: killed)"; !strings.Contains(said.String(), want) {
		t.Errorf("the log says %q; want %q in it", said.String(), want)
	}
}

func TestTheEndOfAProcessReachesThePage(t *testing.T) {
	for kind, want := range map[string]string{
		"crashes": "exit status 3",
		"fails":   "no such codec",
		"babbles": `"no JSON"`,
	} {
		t.Run(kind, func(t *testing.T) {
			s := newTelephone(t, kind, 1)
			b := s.dial()
			process := b.expect("hello").Process
			b.say(anOffer)
			b.expectEnd(want)
			s.awaitNone(process)
		})
	}
}

func TestAProcessThatCannotStartIsAnError(t *testing.T) {
	s := newTelephone(t, "", 1)
	s.options.worker = []string{"/nowhere/call.py"}
	s.dial().expectEnd("/nowhere/call.py")
}

func TestTheServersEndEndsItsCalls(t *testing.T) {
	s := newTelephone(t, "echoes", 1)
	b := s.dial()
	process := b.expect("hello").Process
	s.stop()
	b.expectEnd("server was stopped")
	s.awaitNone(process)
}

func TestLinesAreWholeHoweverTheyCome(t *testing.T) {
	var got []string
	l := lines{each: func(line []byte) { got = append(got, string(line)) }}
	for _, piece := range []string{"", "a", "b\nc", "\n\nd\ne", "\n"} {
		if n, err := l.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatalf("Write(%q) is %d, %v", piece, n, err)
		}
	}
	if want := "ab|c||d|e"; strings.Join(got, "|") != want {
		t.Errorf("lines are %q; want %s", got, want)
	}
	got = nil
	if _, err := l.Write(make([]byte, largestMessage+1)); err != nil || len(got) != 1 {
		t.Errorf("a line without end gives %d pieces, %v; want 1", len(got), err)
	}
}
