package tls

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jump/transport"
	"jump/transport/limit"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// web is what else lives on a port: a server with a certificate of its own, and
// a client that trusts it.
type web struct {
	config *tls.Config
	client *http.Client
}

func newWeb(t *testing.T) *web {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return &web{s.TLS.Clone(), s.Client()}
}

// serve runs a web server on the rest of a tunnel listener's port.
func (w *web) serve(t *testing.T, l *Listener) (base string) {
	hello := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { io.WriteString(rw, r.Proto) })
	server := &http.Server{Handler: hello, TLSConfig: w.config.Clone()} // which the server changes
	done := make(chan error, 1)
	go func() { done <- server.Serve(l.Others()) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the web server ended with %v", err)
		}
	})
	return "https://" + l.Addr().String()
}

func (w *web) get(t *testing.T, url string) (proto string) {
	t.Helper()
	answer, err := w.client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestSharedPort: tunnels and browsers come to one port, each with what it
// asks for, HTTP/2 included.
func TestSharedPort(t *testing.T) {
	w := newWeb(t)
	l := listen(t, "site", Options{Others: w.config})
	base := w.serve(t, l)
	p := meet(t, l, newDialer(t, l.Addr(), nil))
	if got := w.get(t, base); got != "HTTP/2.0" {
		t.Errorf("the browser speaks %q", got)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := newDialer(t, l.Addr(), nil).Dial(t.Context()); err == nil {
		t.Error("dialled after Close")
	}
	w.client.CloseIdleConnections()
	if got := w.get(t, base); got != "HTTP/2.0" {
		t.Errorf("without tunnels the browser speaks %q", got)
	}
	if err := p.Agent.Context().Err(); err != nil {
		t.Errorf("a tunnel ended with its listener: %v", err)
	}
}

// TestOnlyTunnels: without others, a browser is turned away in the handshake.
func TestOnlyTunnels(t *testing.T) {
	l := listen(t, "site", Options{})
	if _, err := newWeb(t).client.Get("https://" + l.Addr().String()); err == nil {
		t.Error("a browser got an answer")
	}
	if _, err := l.Others().Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept of others: %v", err)
	}
	meet(t, l, newDialer(t, l.Addr(), nil))
}

func TestListenerClose(t *testing.T) {
	l := listen(t, "site", Options{})
	for range 2 {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := l.Accept(t.Context()); !errors.Is(err, transport.ErrClosed) {
		t.Errorf("Accept after Close: %v", err)
	}
	if again, err := net.Listen("tcp", l.Addr().String()); err != nil {
		t.Errorf("the port is not free: %v", err)
	} else {
		again.Close()
	}
}

// TestWrongPin: something else with a key of our kind.
func TestWrongPin(t *testing.T) {
	l := listen(t, "impostor", Options{})
	_, err := newDialer(t, l.Addr(), nil).Dial(t.Context())
	if !errors.Is(err, transport.ErrWrongPeer) || !strings.Contains(err.Error(), transporttest.ID("impostor").String()) {
		t.Errorf("dialled an impostor: %v", err)
	}
}

// TestInterception: what opens TLS on the way is named, and never accepted.
func TestInterception(t *testing.T) {
	w := newWeb(t)
	l := listen(t, "site", Options{Others: w.config})
	w.serve(t, l)
	d := newDialer(t, l.Addr(), nil).(*dialer)
	d.tls = d.tls.Clone()
	d.tls.NextProtos = []string{"http/1.1"} // so that the web certificate answers
	_, err := d.Dial(t.Context())
	if !errors.Is(err, transport.ErrWrongPeer) || !strings.Contains(err.Error(), `issued by \"O=Acme Co\"`) && !strings.Contains(err.Error(), `issued by "O=Acme Co"`) {
		t.Errorf("dialled through an interceptor: %v", err)
	}
}

// TestStrangers: captive portals without TLS, and proxies with an old one.
func TestStrangers(t *testing.T) {
	portal := httptest.NewServer(http.NotFoundHandler())
	defer portal.Close()
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS12}
	old.StartTLS()
	defer old.Close()
	for _, s := range []*httptest.Server{portal, old} {
		if _, err := newDialer(t, s.Listener.Addr(), nil).Dial(t.Context()); !errors.Is(err, transport.ErrWrongPeer) {
			t.Errorf("%s: %v", s.URL, err)
		}
	}
}

// TestBusy: a site that refuses further tunnels is no stranger.
func TestBusy(t *testing.T) {
	l := listen(t, "site", Options{Admission: limit.NewAdmission(0.001)})
	meet(t, l, newDialer(t, l.Addr(), nil))
	if _, err := newDialer(t, l.Addr(), nil).Dial(t.Context()); err == nil || errors.Is(err, transport.ErrWrongPeer) {
		t.Error(err)
	}
}

// TestAdmit: what is too much is refused before any cryptography; browsers do
// not suffer.
func TestAdmit(t *testing.T) {
	w := newWeb(t)
	l := listen(t, "site", Options{Others: w.config, Admission: limit.NewAdmission(0.001)})
	base := w.serve(t, l)
	p := meet(t, l, newDialer(t, l.Addr(), nil))
	if _, err := newDialer(t, l.Addr(), nil).Dial(t.Context()); err == nil {
		t.Error("the second tunnel of a second was let in")
	}
	if got := w.get(t, base); got != "HTTP/2.0" {
		t.Errorf("the browser speaks %q", got)
	}
	if err := p.Agent.Context().Err(); err != nil {
		t.Errorf("the first suffers: %v", err)
	}
}

// TestGarbage sends what is no TLS, and what is a little.
func TestGarbage(t *testing.T) {
	l := listen(t, "site", Options{})
	for _, s := range []string{"", "x", "GET / HTTP/1.1\r\n\r\n", strings.Repeat("\xff", 1<<16), "\x16\x03\x01\xff\xff\x01"} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.Write([]byte(s)) // the site may have closed already
	}
	meet(t, l, newDialer(t, l.Addr(), nil))
}

// TestSlow: handshakes that are slow on purpose keep nobody out; the oldest has
// to go.
func TestSlow(t *testing.T) {
	l := listen(t, "site", Options{handshakes: 3})
	var slow []net.Conn
	for range 20 {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		slow = append(slow, conn)
	}
	meet(t, l, newDialer(t, l.Addr(), nil))
	if _, err := slow[0].Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the oldest is still there: %v", err)
	}
}

// gated lets the first write through, and the others when its gate opens.
type gated struct {
	net.Conn
	writes atomic.Int32
	held   chan struct{} // closed at the second write
	gate   chan struct{}
}

func (g *gated) Write(b []byte) (int, error) {
	switch g.writes.Add(1) {
	case 1:
	case 2:
		close(g.held)
		fallthrough
	default:
		<-g.gate
	}
	return g.Conn.Write(b)
}

// TestAdmitted: a tunnel that was admitted is not pushed out by those who come
// after it, however many and however long it takes.
func TestAdmitted(t *testing.T) {
	l := listen(t, "site", Options{handshakes: 3})
	g := &gated{held: make(chan struct{}), gate: make(chan struct{})}
	d := newDialer(t, l.Addr(), func(c *Config) {
		c.Connect = func(ctx context.Context, network, address string) (_ net.Conn, err error) {
			g.Conn, err = new(net.Dialer).DialContext(ctx, network, address)
			return g, err
		}
	})
	dialled := make(chan error, 1)
	go func() {
		agent, err := d.Dial(t.Context())
		if err == nil {
			t.Cleanup(func() { agent.Close("test over") })
		}
		dialled <- err
	}()
	<-g.held
	var crowd []net.Conn
	for range 20 {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		crowd = append(crowd, conn)
	}
	if _, err := crowd[0].Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("nobody was pushed out: %v", err)
	}
	close(g.gate)
	if err := <-dialled; err != nil {
		t.Error(err)
	}
	if site, err := l.Accept(t.Context()); err != nil {
		t.Error(err)
	} else {
		site.Close("test over")
	}
}

// TestHerd: agents that come all at once are all served, where admission allows
// it (how many of one address it allows is package limit's, which has tests of
// that).
func TestHerd(t *testing.T) {
	const n = 256
	l := listen(t, "site", Options{Admission: limit.NewAdmission(4 * n)})
	d := newDialer(t, l.Addr(), nil)
	failed := make(chan error, n)
	for range n {
		go func() {
			agent, err := d.Dial(t.Context())
			if err == nil {
				t.Cleanup(func() { agent.Close("test over") })
			}
			failed <- err
		}()
	}
	for range n {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range n {
		site, err := l.Accept(ctx)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { site.Close("test over") })
	}
}

// TestNobodyAnswers: a port that takes connections and says nothing is given up
// when the caller says so.
func TestNobodyAnswers(t *testing.T) {
	mute, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := newDialer(t, mute.Addr(), nil).Dial(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// TestAskedName: a site with a name is asked for by name, as proxies that look
// into handshakes expect it.
func TestAskedName(t *testing.T) {
	l := listen(t, "site", Options{})
	d := newDialer(t, l.Addr(), func(c *Config) {
		c.Host = "support.example.com"
		c.Through = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, l.Addr().String())
		}
	})
	if d.(*dialer).tls.ServerName != "support.example.com" {
		t.Error("the handshake does not name the site")
	}
	p := meet(t, l, d)
	if p.Agent.Peer().Binding == nil || len(p.Agent.Peer().Binding) != wire.BindingSize {
		t.Error("no binding")
	}
}
