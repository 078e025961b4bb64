package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestParseMessage(t *testing.T) {
	for _, c := range []struct {
		text string
		want message
	}{
		{
			`{"type":"offer","sdp":"v=0\r\n","codec":"vp8","set":{"tier":"fast","strength":0.5}}`,
			message{Type: "offer", SDP: "v=0\r\n", Codec: "vp8", Set: map[string]any{"tier": "fast", "strength": 0.5}},
		},
		{`{"type":"offer","sdp":"v=0","codec":"h264"}`, message{Type: "offer", SDP: "v=0", Codec: "h264"}},
		{
			`{"type":"candidate","line":0,"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host"}`,
			message{Type: "candidate", Candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host"},
		},
		{`{"type":"candidate","line":0,"candidate":""}`, message{Type: "candidate"}},
		{`{"type":"set","property":"tier","value":"lanczos"}`, message{Type: "set", Property: "tier", Value: "lanczos"}},
		{`{"type":"set","property":"look","value":"crisp"}`, message{Type: "set", Property: "look", Value: "crisp"}},
		{`{"type":"set","property":"strength","value":0}`, message{Type: "set", Property: "strength", Value: 0.0}},
	} {
		got, err := parseMessage([]byte(c.text))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("parseMessage(%s) is %+v, %v; want %+v", c.text, got, err, c.want)
		}
	}
}

func TestParseMessageNamesWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		``:           "not JSON",
		`{`:          "not JSON",
		`null`:       `type is ""`,
		`[]`:         "not JSON",
		`{"type":1}`: "not JSON",
		`{"type":"set","property":"tier","value":"fast"} {}`: "more than one",
		`{"type":"bye"}`: `"bye"`,
		`{"type":"offer","sdp":"v=0","codec":"vp8","stdin":"x"}`:       `"stdin"`,
		`{"type":"offer","codec":"vp8"}`:                               "no SDP",
		`{"type":"offer","sdp":"v=0","codec":"av1"}`:                   `"av1"`,
		`{"type":"offer","sdp":"v=0","codec":"vp8","set":{"model":1}}`: `"model"`,
		`{"type":"candidate","line":-1,"candidate":"candidate:1"}`:     "line is -1",
		`{"type":"candidate","line":0,"candidate":"rm"}`:               `"rm"`,
		`{"type":"candidate","line":0,"candidate":"candidate:1\n{}"}`:  "which is none",
		`{"type":"set","property":"threads","value":1}`:                `"threads"`,
		`{"type":"set","property":"tier","value":"best"}`:              "tier is best; use auto, quality, balanced, fast, lanczos",
		`{"type":"set","property":"tier","value":1}`:                   "tier is 1",
		`{"type":"set","property":"tier"}`:                             "tier is <nil>",
		`{"type":"set","property":"strength","value":1.5}`:             "strength is 1.5; use a number from 0 to 1",
		`{"type":"set","property":"strength","value":"1"}`:             "strength is 1",
		`{"type":"set","property":"strength","value":[1]}`:             "strength is [1]",
	} {
		if _, err := parseMessage([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseMessage(%s) gives the error %v; want one with %q in it", text, err, want)
		}
	}
}

// FuzzParseMessage checks that what is let through is one line for the process of a
// call, and reads back there as what it was.
func FuzzParseMessage(f *testing.F) {
	for _, text := range []string{
		`{"type":"offer","sdp":"v=0\r\n","codec":"vp8","set":{"tier":"fast","look":"crisp","strength":0.5}}`,
		`{"type":"candidate","line":0,"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host"}`,
		`{"type":"set","property":"tier","value":"lanczos"}`,
		`{"type":"set","property":"strength","value":1e-300}`,
		`{"type":"set","property":"tier","value":{"a":[null]}}`,
		`{`, ``, "\x00", `{"type":"offer"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := parseMessage(text)
		if err != nil {
			return
		}
		line, err := json.Marshal(m)
		if err != nil {
			t.Fatalf("%+v was let through and is no JSON: %v", m, err)
		}
		if strings.ContainsAny(string(line), "\r\n") {
			t.Fatalf("%q has line ends in it", line)
		}
		again, err := parseMessage(line)
		if err != nil || again.Type != m.Type || again.Property != m.Property || !reflect.DeepEqual(again.Value, m.Value) {
			t.Fatalf("%s reads back as %+v, %v", line, again, err)
		}
	})
}
