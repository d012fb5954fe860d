//go:build !windows

package command

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"jump/installer/stamp"
	"jump/transport/proxy/pac"
	"jump/transport/transporttest"
	"jump/transport/ways"
)

// TestScriptIsAskedOnce: a client that tries again does not fetch its script
// again, until the network changes.
func TestScriptIsAskedOnce(t *testing.T) {
	var fetched atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fetched.Add(1)
		io.WriteString(w, `function FindProxyForURL() { return "PROXY 127.0.0.1:1" }`)
	}))
	defer server.Close()
	key, err := stamp.New(transporttest.ID("site"), "192.0.2.1", 443)
	if err != nil {
		t.Fatal(err)
	}
	s := scripted{outlet{key: key, id: transporttest.Key("agent"), book: ways.NewBook(), scripts: new(pac.Answers),
		log: slog.New(slog.DiscardHandler)}, source{url: server.URL + "/proxy.pac"}}
	dial := func(want int32) {
		t.Helper()
		if _, err := s.Dial(t.Context()); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
			t.Errorf("the proxy of the script was not tried: %v", err)
		}
		if n := fetched.Load(); n != want {
			t.Errorf("the script was fetched %d times, want %d", n, want)
		}
	}
	dial(1)
	dial(1)
	s.scripts.Forget()
	dial(2)
}
