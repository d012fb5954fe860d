package tunnel

import (
	"crypto/ed25519"
	"net"
	"testing"

	"jump/site/deploy"
	"jump/site/store"
	"jump/transport"
	"jump/transport/quic"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// TestOverQUIC goes the whole way once over a real socket: last messages arrive
// although the tunnel is closed behind them, and the address is the peer's.
func TestOverQUIC(t *testing.T) {
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	listener, err := quic.Listen(socket, transporttest.Key("site"))
	if err != nil {
		t.Fatal(err)
	}
	s := startOn(t, listener)
	port := uint16(socket.LocalAddr().(*net.UDPAddr).Port)
	s.dialer = func(agent ed25519.PrivateKey) transport.Dialer {
		d, err := quic.NewDialer(quic.Config{Host: "127.0.0.1", Port: port, Site: transporttest.ID("site"), Key: agent})
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
	late := s.dial("late")
	if r := late.refused(late.hello(info)); r.Code != wire.CodeKeyUsedUp {
		t.Errorf("refused %+v", r)
	}
	go a.answer(wire.TypeOpened, wire.Opened{Rights: wire.RightExec})
	stream, _, err := s.clients.Open(t.Context(), a.id, execOpen())
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	if err := s.clients.Remove(t.Context(), a.id, "the end"); err != nil {
		t.Fatal(err)
	}
	var removed wire.Removed
	if a.next(wire.TypeRemoved, &removed); removed.Reason != "the end" {
		t.Errorf("%+v", removed)
	}
	a.tunnel.Close("removed")
}
