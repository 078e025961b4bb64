package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/coder/websocket"
)

const (
	pingEvery = 10 * time.Second // how often a browser is asked whether it is still there
	patience  = 5 * time.Second  // for an answer to that, and for a process to end by itself
)

var (
	// errGone is why a call ends when its page is closed, loaded again or silent.
	errGone = errors.New("the browser has gone")
	// errTold is why a call ends that its process has told the page the end of.
	errTold = errors.New("the call's process has said why it ended")
	// errStopped is why calls end with the server.
	errStopped = errors.New("the server was stopped")
)

// hold keeps a call: it starts its process and carries messages between that and the
// page, until one of the two has gone or the context ends. When it returns, the process
// has ended. The error says why.
func hold(ctx context.Context, page *websocket.Conn, o options) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	end := func(why error) {
		if why != nil {
			cancel(why)
		}
	}
	page.SetReadLimit(largestMessage)

	command := append(o.worker[1:len(o.worker):len(o.worker)], "--bitrate", strconv.Itoa(o.bitrate))
	process := exec.CommandContext(ctx, o.worker[0], command...)
	process.Stdout = &lines{each: func(line []byte) { end(tell(page, line)) }}
	process.Stderr = os.Stderr
	// Ctrl-C at a terminal is for the server alone, which ends its calls itself.
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := process.StdinPipe()
	if err != nil {
		return fmt.Errorf("the call's process cannot be started: %w", err)
	}
	// It ends with its input. One that does not is killed.
	process.Cancel = input.Close
	process.WaitDelay = patience
	if err := process.Start(); err != nil {
		return fmt.Errorf("the call's process cannot be started: %w", err)
	}
	go func() { end(listen(page, input)) }()
	go func() { end(watch(ctx, page)) }()

	ended := process.Wait()
	why := context.Cause(ctx)
	if why == context.Canceled {
		why = errStopped
	}
	switch status, _ := process.ProcessState.Sys().(syscall.WaitStatus); {
	case why != nil && status.Signaled():
		return fmt.Errorf("%w; the call's process did not end by itself within %v (%w)", why, patience, ended)
	case why != nil:
		return why
	case ended != nil:
		return fmt.Errorf("the call's process ended by mistake (%w); what the server prints says more", ended)
	}
	return errors.New("the call's process ended")
}

// listen passes the page's messages on, checked, until the page has gone or says what
// is none. A call is one offer and what belongs to it.
func listen(page *websocket.Conn, input io.Writer) error {
	offered, candidates := false, 0
	encoder := json.NewEncoder(input)
	for {
		// A context that ended would close the connection before its last message.
		_, text, err := page.Read(context.Background())
		if err != nil {
			return errGone
		}
		m, err := parseMessage(text)
		if err != nil {
			return err
		}
		switch {
		case m.Type == "offer" && offered:
			return errors.New("there was a second offer; a new call needs a new connection")
		case m.Type != "offer" && !offered:
			return fmt.Errorf("there is no call yet: the first message is %q and not an offer", m.Type)
		case m.Type == "offer":
			offered = true
		case m.Type == "candidate":
			if candidates++; candidates > mostCandidates {
				return fmt.Errorf("the browser has named more than %d addresses", mostCandidates)
			}
			if m.Candidate == "" {
				continue
			}
		}
		if err := encoder.Encode(m); err != nil {
			return nil // the process has ended, which says more than this error
		}
	}
}

// tell passes a line of the process's on to the page. The error ends the call.
func tell(page *websocket.Conn, line []byte) error {
	var m struct{ Type string }
	if err := json.Unmarshal(line, &m); err != nil {
		return fmt.Errorf("the call's process said %.80q, which is no message", line)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if page.Write(ctx, websocket.MessageText, line) != nil {
		return errGone
	}
	if m.Type == "error" {
		return errTold
	}
	return nil
}

// watch asks the browser again and again whether it is there: one whose network is
// gone does not say so.
func watch(ctx context.Context, page *websocket.Conn) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pingEvery):
		}
		answer, cancel := context.WithTimeout(context.Background(), patience)
		err := page.Ping(answer)
		cancel()
		if err != nil {
			return errGone
		}
	}
}

// farewell tells the page why its call has ended, if it does not know, and closes.
func farewell(page *websocket.Conn, why error) {
	if errors.Is(why, errGone) {
		return
	}
	if !errors.Is(why, errTold) {
		text, err := json.Marshal(map[string]string{"type": "error", "text": why.Error()})
		if err != nil {
			panic(err) // two strings are always JSON
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = page.Write(ctx, websocket.MessageText, text) // it may have gone meanwhile
	}
	_ = page.Close(websocket.StatusNormalClosure, "")
}

// lines hands what is written to it on, line by line. A line that is longer than any
// message is handed on in pieces, which are none.
type lines struct {
	each func(line []byte)
	rest []byte
}

func (l *lines) Write(text []byte) (int, error) {
	l.rest = append(l.rest, text...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole && len(l.rest) < largestMessage {
			return len(text), nil
		}
		l.each(line)
		l.rest = append(l.rest[:0], rest...)
	}
}
