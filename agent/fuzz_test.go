package agent

import (
	"bytes"
	"testing"

	"jump/transport/transporttest"
	"jump/transport/wire"
)

// FuzzControl lets a site say anything: first in place of an answer to Hello,
// and the rest to a welcomed agent.
func FuzzControl(f *testing.F) {
	seed := func(kind wire.Type, v any) []byte {
		body, err := wire.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		return wire.Append(nil, kind, body)
	}
	welcome := seed(wire.TypeWelcome, wire.Welcome{Protocol: 1, Name: "pc", Settings: wire.Settings{StatusEvery: 9}, Join: &wire.Join{MAC: []byte("m")}})
	f.Add(welcome)
	f.Add(append(welcome, seed(wire.TypeSettings, wire.Settings{ReconnectSpread: 1 << 31})...))
	f.Add(append(welcome, wire.Append(nil, wire.TypePing, make([]byte, 8))...))
	f.Add(append(welcome, seed(wire.TypeRelease, wire.Release{Session: "s"})...))
	f.Add(seed(wire.TypeRefused, wire.Refused{Code: wire.CodeKeyExpired, Text: "No.", Final: true}))
	f.Add(seed(wire.TypeRemoved, wire.Removed{Reason: "Sold."}))
	f.Add(seed(wire.TypeGoodbye, wire.Goodbye{RetryAfter: 1 << 31}))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		n := transporttest.NewNetwork()
		l := fuzzed(t, n, said)
		err := l.answer()
		if err == nil && (l.welcome.Protocol != 1 || len([]rune(l.welcome.Name)) > wire.MaxName) {
			t.Errorf("welcome %+v", l.welcome)
		}
		for err == nil {
			err = l.listen()
		}
		a := newAgent(Options{})
		a.backoff.Base = firstWait
		if wait := a.pause(err, 0); wait < 0 || wait > longestWish+longestWait {
			t.Errorf("%v: wait %v", err, wait)
		}
		if reason, final := verdict(err, true); final && reason == ReasonStopped {
			t.Errorf("%v: an end without a reason", err)
		}
	})
}

// fuzzed is a link on which a site has said that, and hangs up.
func fuzzed(t *testing.T, n *transporttest.Network, said []byte) *link {
	t.Helper()
	listener, err := n.Listen(transporttest.Key("site"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	tunnel, err := n.Dialer(transporttest.Key("agent"), transporttest.ID("site")).Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tunnel.Close("over") })
	control, err := tunnel.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &link{agent: newAgent(Options{}), tunnel: tunnel, control: control, reader: wire.NewReader(bytes.NewReader(said), wire.MaxControl), wishes: make(chan wire.Settings, 1)}
}
