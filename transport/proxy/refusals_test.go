package proxy

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// lockouts counts the passwords that a proxy in memory is shown.
type lockouts struct {
	tries int
	good  bool // they are accepted
}

func (l *lockouts) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	go func() {
		defer there.Close()
		r, err := http.ReadRequest(bufio.NewReader(there))
		if err != nil {
			return
		}
		if r.Header.Get("Proxy-Authorization") == "" {
			io.WriteString(there, "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=a\r\n\r\n")
			return
		}
		if l.tries++; l.good {
			io.WriteString(there, "HTTP/1.1 200 OK\r\n\r\n")
			return
		}
		io.WriteString(there, "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=a\r\n\r\n")
	}()
	return here, nil
}

// TestRefusals: a client that tries every few seconds shows a wrong password few
// times an hour, and one that is right again soon.
func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var proxy lockouts
		var all, none = &Refusals{}, (*Refusals)(nil)
		p := Proxy{Scheme: "http", Address: "proxy.example:1", User: `CORP\anne`, Password: "secret"}
		try := func(r *Refusals) error {
			conn, err := r.Through(p, proxy.dial)(t.Context(), "tcp", "site.example:443")
			if err == nil {
				conn.Close()
			}
			return err
		}
		for begin := time.Now(); time.Since(begin) < time.Hour; <-time.After(20 * time.Second) {
			if err := try(all); err == nil || !strings.Contains(err.Error(), ErrRefused.Error()) || strings.Contains(err.Error(), "secret") {
				t.Fatal(err)
			}
		}
		if proxy.tries != 5 { // at once, after a minute, and then every 15
			t.Errorf("%d tries in an hour", proxy.tries)
		}
		all.Forget()
		if try(all); proxy.tries != 6 {
			t.Error("not tried in another network")
		}
		proxy.good = true
		if err := try(all); err == nil {
			t.Error("tried too early")
		}
		<-time.After(rests[0])
		for range 2 {
			if err := try(all); err != nil {
				t.Error(err)
			}
		}
		proxy.good = false
		for range 3 {
			try(none)
		}
		none.Forget()
		if proxy.tries != 11 {
			t.Errorf("%d tries in the end", proxy.tries)
		}
	})
}

// TestRefusalsBound: however many proxies refuse, few are remembered.
func TestRefusalsBound(t *testing.T) {
	var all Refusals
	for i := range 100 {
		all.note(Proxy{User: strings.Repeat("x", i)}, time.Now())
	}
	if len(all.all) > maxRefusals {
		t.Errorf("%d are remembered", len(all.all))
	}
}
