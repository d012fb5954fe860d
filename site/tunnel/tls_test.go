package tunnel

import (
	"crypto/ed25519"
	"net"
	"testing"

	"jump/site/deploy"
	"jump/site/store"
	"jump/transport"
	"jump/transport/tls"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// TestOverTLS is TestOverQUIC on the other transport: last messages arrive, and
// an enrolment is bound to the connection.
func TestOverTLS(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen(tcp, transporttest.Key("site"), tls.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Others().Close() })
	s := startOn(t, listener)
	port := uint16(tcp.Addr().(*net.TCPAddr).Port)
	s.dialer = func(agent ed25519.PrivateKey) transport.Dialer {
		d, err := tls.NewDialer(tls.Config{Host: "127.0.0.1", Port: port, Site: transporttest.ID("site"), Key: agent})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}

	stranger := s.dial("stranger")
	if r := stranger.refused(stranger.hello("")); r.Code != wire.CodeNotEnrolled {
		t.Errorf("refused %+v", r)
	}
	info := s.key(deploy.Request{MaxUses: 1}).Info
	a := s.dial("one")
	a.welcome(a.hello(info))
	if c := s.get(a.id); c.PublicIP != "127.0.0.1" || c.State() != store.StateOnline {
		t.Errorf("client %+v", c)
	}
	if err := s.clients.Remove(t.Context(), a.id, "the end"); err != nil {
		t.Fatal(err)
	}
	var removed wire.Removed
	if a.next(wire.TypeRemoved, &removed); removed.Reason != "the end" {
		t.Errorf("%+v", removed)
	}
	a.tunnel.Close("removed")
}
