package quic

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/quic-go/quic-go"

	"jump/transport"
	"jump/transport/identity"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// hall serves others by telling of them.
type hall struct {
	tls  *tls.Config
	came chan *quic.Conn
}

func newHall(t *testing.T) *hall {
	t.Helper()
	cert, err := identity.Certificate(transporttest.Key("web"))
	if err != nil {
		t.Fatal(err)
	}
	return &hall{&tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h3"}}, make(chan *quic.Conn, 8)}
}

func (h *hall) TLS() *tls.Config { return h.tls }

func (h *hall) Serve(conn *quic.Conn) {
	h.came <- conn
	<-conn.Context().Done()
}

// knockAt opens a raw connection as somebody of that key, or of none.
func knockAt(t *testing.T, to net.Addr, key ed25519.PrivateKey, protocols ...string) (*quic.Conn, error) {
	t.Helper()
	c := &tls.Config{InsecureSkipVerify: true, NextProtos: protocols}
	if key != nil {
		cert, err := identity.Certificate(key)
		if err != nil {
			t.Fatal(err)
		}
		c.Certificates = []tls.Certificate{cert}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn, err := quic.DialAddr(ctx, to.String(), c, &quic.Config{EnableDatagrams: true, EnableStreamResetPartialDelivery: true})
	if err == nil {
		t.Cleanup(func() { conn.CloseWithError(0, "test over") })
	}
	return conn, err
}

// TestOthers: a port with others is one with tunnels as ever. One of them needs no
// key, an agent does, whatever else it offers to speak, and nobody gets in who
// speaks neither.
func TestOthers(t *testing.T) {
	h, pc := newHall(t), socket(t)
	l := listen(t, pc, "site", Also(h))
	if _, err := knockAt(t, pc.LocalAddr(), nil, "h3"); err != nil {
		t.Fatalf("one of the others: %v", err)
	}
	other := <-h.came
	pair := meet(t, l, newDialer(t, pc.LocalAddr(), nil))
	if got := wire.IDOf(pair.Site.Peer().Key); got != transporttest.ID("agent") {
		t.Errorf("the agent is %v", got)
	}
	for what, protocols := range map[string][]string{
		"an agent without a key": {wire.ALPN}, "the same that offers both": {"h3", wire.ALPN}, "a stranger": {"h2"}, "nothing": {},
	} {
		conn, err := knockAt(t, pc.LocalAddr(), nil, protocols...)
		if err == nil { // a client's handshake is over before the site has seen its key
			<-conn.Context().Done()
			err = context.Cause(conn.Context())
		}
		if local := new(quic.ApplicationError); errors.As(err, &local) && !local.Remote {
			t.Errorf("%s got in", what)
		}
	}
	if len(h.came) != 0 {
		t.Error("somebody else was taken for one of the others")
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := other.Context().Err(); err != nil {
		t.Errorf("one of the others is thrown out: %v", err)
	}
}

// TestNoOthers: without them the port is for tunnels alone.
func TestNoOthers(t *testing.T) {
	pc := socket(t)
	listen(t, pc, "site")
	if _, err := knockAt(t, pc.LocalAddr(), nil, "h3"); err == nil {
		t.Error("one of the others got in")
	}
	conn, err := knockAt(t, pc.LocalAddr(), transporttest.Key("agent"), wire.ALPN)
	if err != nil {
		t.Fatal(err)
	}
	if s := conn.ConnectionState(); s.SupportsDatagrams.Remote || s.SupportsStreamResetPartialDelivery.Remote {
		t.Error("a site without others offers what only they need")
	}
}

// TestStrays: what is offered to others ends a tunnel on which it is used.
func TestStrays(t *testing.T) {
	for what, send := range map[string]func(*quic.Conn) error{
		"a datagram": func(c *quic.Conn) error { return c.SendDatagram([]byte("x")) },
		"a one-way stream": func(c *quic.Conn) error {
			s, err := c.OpenUniStream()
			if err == nil {
				_, err = s.Write([]byte("x"))
			}
			return err
		},
	} {
		pc := socket(t)
		l := listen(t, pc, "site", Also(newHall(t)))
		conn, err := knockAt(t, pc.LocalAddr(), transporttest.Key("agent"), wire.ALPN)
		if err != nil {
			t.Fatal(err)
		}
		site, err := l.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := send(conn); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		select {
		case <-site.Context().Done():
		case <-time.After(30 * time.Second):
			t.Fatalf("%s does not end the tunnel", what)
		}
		if err := context.Cause(site.Context()); !errors.Is(err, transport.ErrClosed) || !strings.Contains(err.Error(), "datagrams") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
