// Command signalling is the server of the WebRTC demonstration: it serves the page,
// and for each browser that calls it starts a process (pipelines/call.py) that takes
// the browser's camera, doubles it and sends it back. The server itself carries
// messages between the two and never touches video.
//
// The work is done in processes of its own for two reasons. A call that goes wrong ends
// alone. And the plugin brings a Go runtime, of which a process is to have only one.
//
//	signalling [--host ADDRESS] [--port N] [--codec vp8|h264] [--bitrate KBITS] [--calls N] WORKER...
//
// WORKER is the command of that process. pipelines/webrtc fills it in.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// options are what the command line says.
type options struct {
	host    string
	port    int
	codec   string // of which the page offers the call first
	bitrate int    // kbit/s of the doubled video
	calls   int    // that may be going on at the same time
	worker  []string
}

// parse reads the command line. It prints the help, if that is asked for, to out.
func parse(arguments []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("webrtc", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.host, "host", "127.0.0.1", "`address` to listen on; browsers give a camera to pages of this machine or over HTTPS only")
	flags.IntVar(&o.port, "port", 8080, "TCP port `N` of the page; 0 takes a free one")
	flags.StringVar(&o.codec, "codec", "vp8", "`vp8|h264`, of the calls until the page chooses another")
	flags.IntVar(&o.bitrate, "bitrate", 2500, "kbit/s of the doubled video, `N` from 100 to 50000")
	flags.IntVar(&o.calls, "calls", 4, "how many calls may go on at the same time, `N` of 1 or more")
	err := flags.Parse(arguments)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(out, "pipelines/webrtc [--host ADDRESS] [--port N] [--codec vp8|h264] [--bitrate N] [--calls N]")
		flags.SetOutput(out)
		flags.PrintDefaults()
		return o, err
	}
	o.worker = flags.Args()
	switch {
	case err != nil:
		return o, fmt.Errorf("%w; see --help", err)
	case !codecs[o.codec]:
		return o, fmt.Errorf("--codec is %q; use vp8 or h264", o.codec)
	case o.port < 0 || o.port > 65535:
		return o, fmt.Errorf("--port is %d; use 0 to 65535", o.port)
	case o.bitrate < 100 || o.bitrate > 50000:
		return o, fmt.Errorf("--bitrate is %d; use 100 to 50000 kbit/s", o.bitrate)
	case o.calls < 1:
		return o, fmt.Errorf("--calls is %d; use 1 or more", o.calls)
	case len(o.worker) == 0:
		return o, errors.New("the command of a call's process is missing; start the server with pipelines/webrtc")
	}
	return o, nil
}

func main() {
	log.SetFlags(log.Ltime)
	o, err := parse(os.Args[1:], os.Stdout)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "webrtc:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "webrtc:", err)
		os.Exit(1)
	}
}

// serve listens until the context ends, and returns when every call has ended too.
func serve(ctx context.Context, o options, out io.Writer) error {
	listener, err := net.Listen("tcp", net.JoinHostPort(o.host, strconv.Itoa(o.port)))
	if err != nil {
		return fmt.Errorf("%w; --port and --host choose another address", err)
	}
	fmt.Fprintf(out, "open http://%s in a browser; Ctrl-C ends\n", address(listener.Addr()))

	calls := newExchange(ctx, o)
	server := http.Server{Handler: handler(calls), ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		quick, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(quick)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	calls.wait()
	return <-stopped
}

// address is where a browser finds what listens. By the name localhost, a page of this
// machine may use the camera.
func address(listening net.Addr) string {
	host, port, _ := net.SplitHostPort(listening.String())
	if ip := net.ParseIP(host); ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
