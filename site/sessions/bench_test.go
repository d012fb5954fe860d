package sessions_test

import (
	"testing"

	"jump/site/sitetest"
	"jump/transport"
	"jump/transport/wire"
)

// BenchmarkChannel is what a representative, site and agent in one process need
// for a message there and back, and for a stream of frames that are acknowledged
// as a screen's are, over both ways. Compare them within one run.
func BenchmarkChannel(b *testing.B) {
	for _, c := range []struct {
		name string
		size int // of what the agent says
	}{{"echo64B", 64}, {"frame64kB", 64 << 10}} {
		for _, w := range []struct {
			name string
			open way
		}{{"WebSocket", open}, {"WebTransport", openLane}} {
			b.Run(c.name+"/"+w.name, func(b *testing.B) { channelRounds(b, w.open, c.size) })
		}
	}
}

// channelRounds sends a short message and waits for a long one, again and again.
func channelRounds(b *testing.B, open way, size int) {
	s := sitetest.Start(b)
	answer := make([]byte, size)
	agent := s.Join(b, "desk", "", func(stream transport.Stream, o *wire.Open) {
		wire.Send(stream, wire.TypeOpened, &wire.Opened{Rights: o.Rights})
		in := wire.NewReader(stream, wire.MaxData)
		for {
			if _, _, err := in.Next(); err != nil || wire.Write(stream, wire.TypeOutput, answer) != nil {
				return
			}
		}
	})
	c := open(b, s, start(b, s, s.Token, agent.ID).ID+"/shell")
	c.send(b, wire.TypeShellStart, shell)
	c.next(b, wire.TypeOpened)
	b.SetBytes(int64(size))
	for b.Loop() {
		if err := wire.Write(c, wire.TypeInput, make([]byte, 16)); err != nil {
			b.Fatal(err)
		}
		c.next(b, wire.TypeOutput)
	}
}
