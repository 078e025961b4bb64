package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// largestMessage is the size in bytes of the largest message that is taken. A
// browser's offer has some five thousand.
const largestMessage = 256 << 10

// mostCandidates is how many network addresses a browser may name in one call.
const mostCandidates = 200

var codecs = map[string]bool{"vp8": true, "h264": true}

// values are those that a page may give the element's properties: names, or, where
// there are none, a number from 0 to 1.
var values = map[string][]string{
	"tier":     {"auto", "quality", "balanced", "fast", "lanczos"},
	"look":     {"faithful", "crisp"},
	"strength": nil,
}

// message is what a page may say: "offer" begins a call, "candidate" names an address
// of the browser's, "set" changes a property of the element.
type message struct {
	Type string `json:"type"`

	// Of an offer.
	SDP   string         `json:"sdp,omitempty"`
	Codec string         `json:"codec,omitempty"` // vp8 or h264
	Set   map[string]any `json:"set,omitempty"`   // properties to begin with

	// Of a candidate.
	Line      int    `json:"line"` // number of the media line in the SDP, from 0
	Candidate string `json:"candidate,omitempty"`

	// Of a change.
	Property string `json:"property,omitempty"`
	Value    any    `json:"value,omitempty"`
}

// parseMessage reads a page's message and refuses what no page of ours sends: it goes
// to another process, which need not check it again. The error names the wrong value.
func parseMessage(text []byte) (message, error) {
	var m message
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return message{}, fmt.Errorf("the message is not JSON of the form expected: %w", err)
	}
	if decoder.More() {
		return message{}, errors.New("the message is more than one JSON object")
	}
	var err error
	switch m.Type {
	case "offer":
		err = checkOffer(m)
	case "candidate":
		err = checkCandidate(m)
	case "set":
		err = checkValue(m.Property, m.Value)
	default:
		err = fmt.Errorf("the message's type is %q; use offer, candidate or set", m.Type)
	}
	if err != nil {
		return message{}, err
	}
	return m, nil
}

func checkOffer(m message) error {
	if !strings.HasPrefix(m.SDP, "v=0") {
		return errors.New("the offer has no SDP")
	}
	if !codecs[m.Codec] {
		return fmt.Errorf("the offer's codec is %q; use vp8 or h264", m.Codec)
	}
	for name, value := range m.Set {
		if err := checkValue(name, value); err != nil {
			return err
		}
	}
	return nil
}

func checkCandidate(m message) error {
	if m.Line < 0 || m.Line > 15 {
		return fmt.Errorf("the candidate's line is %d; use 0 to 15", m.Line)
	}
	// An empty one says that there will be no more, which the other side need not know.
	if m.Candidate != "" && !strings.HasPrefix(m.Candidate, "candidate:") || strings.ContainsAny(m.Candidate, "\r\n") {
		return fmt.Errorf("the candidate is %q, which is none", m.Candidate)
	}
	return nil
}

func checkValue(property string, value any) error {
	names, known := values[property]
	if !known {
		return fmt.Errorf("the property is %q; use tier, look or strength", property)
	}
	switch v := value.(type) {
	case string:
		if slices.Contains(names, v) {
			return nil
		}
	case float64:
		if names == nil && v >= 0 && v <= 1 {
			return nil
		}
	}
	if names == nil {
		return fmt.Errorf("%s is %v; use a number from 0 to 1", property, value)
	}
	return fmt.Errorf("%s is %v; use %s", property, value, strings.Join(names, ", "))
}
