package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func TestPagesOfOtherSitesCannotCall(t *testing.T) {
	s := newTelephone(t, "echoes", 1)
	header := http.Header{"Origin": {"https://example.com"}}
	_, answer, err := websocket.Dial(context.Background(), s.URL+"/call", &websocket.DialOptions{HTTPHeader: header})
	if err == nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("a page of another site is answered with %v, %v; want 403", answer, err)
	}
}

func TestThePageIsWholeAndItsOwn(t *testing.T) {
	s := newTelephone(t, "echoes", 3)
	get := func(path string) (*http.Response, string) {
		answer, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(body)
	}
	for path, want := range map[string]string{"/": "text/html", "/style.css": "text/css", "/page.js": "text/javascript"} {
		answer, body := get(path)
		if got := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || !strings.HasPrefix(got, want) {
			t.Errorf("%s is answered with %s, %q; want %s", path, answer.Status, got, want)
		}
		// A name space is no address that is fetched.
		if strings.Contains(strings.ReplaceAll(body, "http://www.w3.org/2000/svg", ""), "://") {
			t.Errorf("%s names another server", path)
		}
		if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s has the policy %q", path, policy)
		}
	}
	if _, body := get("/state"); body != `{"codec":"vp8","calls":0,"most":3}`+"\n" {
		t.Errorf("the state is %s", body)
	}
	if answer, _ := get("/main.go"); answer.StatusCode != http.StatusNotFound {
		t.Errorf("/main.go is answered with %s; want 404", answer.Status)
	}
}
