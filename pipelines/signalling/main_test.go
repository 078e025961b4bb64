package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func TestServeSaysWhereItIsAndEnds(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	o, err := parse([]string{"--port", "0", "true"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, o, write) }()
	said, err := bufio.NewReader(read).ReadString('\n')
	if err != nil || !strings.HasPrefix(said, "open http://localhost:") {
		t.Errorf("the server says %q, %v", said, err)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(limit):
		t.Error("the server does not end")
	}
}

func TestServeReportsAnAddressInUse(t *testing.T) {
	s := newTelephone(t, "echoes", 1)
	port := s.Listener.Addr().(*net.TCPAddr).Port
	err := serve(context.Background(), options{host: "127.0.0.1", port: port}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "--port") {
		t.Errorf("a port in use gives %v; want an error that names --port", err)
	}
}

func TestParseRefuses(t *testing.T) {
	for arguments, want := range map[string]string{
		"--codec av1 true":  `"av1"`,
		"--port 65536 true": "65536",
		"--port http true":  "see --help",
		"--bitrate 99 true": "99",
		"--calls 0 true":    "--calls is 0",
		"--nothing true":    "nothing",
		"--port 0":          "pipelines/webrtc",
	} {
		if _, err := parse(strings.Fields(arguments), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parse(%s) gives the error %v; want %q in it", arguments, err, want)
		}
	}
	var help strings.Builder
	if _, err := parse([]string{"--help"}, &help); err == nil || !strings.Contains(help.String(), "-bitrate") {
		t.Errorf("--help gives %v and prints %q", err, help.String())
	}
}
