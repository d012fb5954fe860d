package lasting

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// pair is two lines and the tunnel on which their carriers are streams.
type pair struct {
	t        *testing.T
	near     *Line
	far      *Line
	ended    [2]chan error // what Carry returned, of near and of far
	streams  [2]transport.Stream
	from, to transport.Tunnel
}

func newPair(t *testing.T) *pair {
	t.Helper()
	network := transporttest.NewNetwork()
	l, err := network.Listen(transporttest.Key("site"))
	if err != nil {
		t.Fatal(err)
	}
	p := &pair{t: t, near: New(Options{Limit: wire.MaxData}), far: New(Options{Limit: wire.MaxData})}
	if p.from, err = network.Dialer(transporttest.Key("agent"), transporttest.ID("site")).Dial(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.to, err = l.Accept(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.near.End()
		p.far.End()
		p.from.Close("over")
		p.to.Close("over")
		l.Close()
	})
	return p
}

// fragile is a stream that breaks after so many bytes were written to it.
type fragile struct {
	transport.Stream
	left int
}

func (f *fragile) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		n, _ := f.Stream.Write(p[:max(0, f.left+len(p))])
		f.Stream.Close()
		return n, net.ErrClosed
	}
	return f.Stream.Write(p)
}

// carry carries both lines by a new stream, which breaks after so many bytes of
// the near one. Its first byte is nobody's.
func (p *pair) carry(bytes int) {
	p.t.Helper()
	a, err := p.from.Open(p.t.Context())
	if err == nil {
		_, err = a.Write([]byte{0})
	}
	if err != nil {
		p.t.Fatal(err)
	}
	b, err := p.to.Accept(p.t.Context())
	if err == nil {
		_, err = io.ReadFull(b, make([]byte, 1))
	}
	if err != nil {
		p.t.Fatal(err)
	}
	nearHas, farHas := p.near.Received(), p.far.Received()
	p.streams = [2]transport.Stream{a, b}
	near := &fragile{a, bytes}
	p.ended = [2]chan error{make(chan error, 1), make(chan error, 1)}
	go func(ended chan error) { ended <- p.near.Carry(near, farHas) }(p.ended[0])
	go func(ended chan error) { ended <- p.far.Carry(b, nearHas) }(p.ended[1])
}

// torn waits until both ends have noticed that the carrier broke.
func (p *pair) torn() {
	p.t.Helper()
	for i, ended := range p.ended {
		if err := <-ended; err == nil {
			p.t.Errorf("the carrier's end is the end of line %d", i)
		}
	}
}

// say writes messages that add up to n bytes of bodies, and returns these.
func say(t *testing.T, l *Line, r *rand.Rand, n int) []byte {
	var all []byte
	for len(all) < n {
		body := make([]byte, r.IntN(min(n-len(all), 40_000)+1))
		for i := range body {
			body[i] = byte(r.Uint32())
		}
		if err := wire.Write(l, wire.TypeOutput, body); err != nil {
			t.Error(err)
			return all
		}
		all = append(all, body...)
	}
	return all
}

// hear reads n bytes of bodies.
func hear(t *testing.T, l *Line, n int) []byte {
	var all []byte
	for r := wire.NewReader(l, wire.MaxData); len(all) < n; {
		_, body, err := r.Next()
		if err != nil {
			t.Error(err)
			return all
		}
		all = append(all, body...)
	}
	return all
}

// whole is as many bytes as no test writes.
const whole = 1 << 40

// TestTorn: both directions are full while the carrier breaks again and again;
// every byte arrives once and in its place.
func TestTorn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size, tears = 4 << 20, 40
		p := newPair(t)
		var sent, got [2][]byte
		var all sync.WaitGroup
		for i, l := range []*Line{p.near, p.far} {
			all.Go(func() { sent[i] = say(t, l, rand.New(rand.NewPCG(1, uint64(i))), size) })
		}
		for i, l := range []*Line{p.far, p.near} {
			all.Go(func() { got[i] = hear(t, l, size) })
		}
		r := rand.New(rand.NewPCG(7, 7))
		for range tears {
			p.carry(r.IntN(2 * size / tears))
			p.torn()
		}
		p.carry(whole)
		all.Wait()
		for i := range sent {
			if !bytes.Equal(sent[i], got[i]) {
				t.Errorf("direction %d: %d bytes were sent and %d others came", i, len(sent[i]), len(got[i]))
			}
		}
	})
}

// TestUnread: a program that reads nothing costs Window bytes at most, holds up
// whoever writes, and no sign of life.
func TestUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.near.Silence = 15 * time.Second
		p.carry(whole)
		wrote := 0
		go func() {
			for wire.Write(p.near, wire.TypeInput, make([]byte, 1000)) == nil {
				wrote += 1000
			}
		}()
		time.Sleep(time.Hour)
		synctest.Wait()
		if wrote < Window-4000 || wrote > Window {
			t.Errorf("%d bytes were taken, of %d", wrote, Window)
		}
		if n := p.far.in.buf.len(); n > Window {
			t.Errorf("%d bytes are kept", n)
		}
		hear(t, p.far, 2*Window)
		if wrote < 2*Window {
			t.Errorf("after all were read, %d bytes were taken", wrote)
		}
	})
}

// TestSilence: a carrier on which nothing comes any more is given up.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.near.Silence = 15 * time.Second
		a, err := p.from.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := p.near.Carry(a, 0); err == nil || time.Since(start) != 15*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// TestEnd: the last words come before the end, also over another carrier; and
// the end of one side is the end of the other.
func TestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		p.carry(6) // less than Received
		p.torn()
		wire.Write(p.near, wire.TypeExit, []byte("over"))
		p.near.CloseWrite()
		p.near.Close()
		select {
		case <-p.near.Done():
			t.Fatal("over before it was said")
		default:
		}
		p.carry(whole)
		r := wire.NewReader(p.far, wire.MaxData)
		if typ, body, err := r.Next(); typ != wire.TypeExit || string(body) != "over" || err != nil {
			t.Errorf("read 0x%02x %q, %v", uint8(typ), body, err)
		}
		if _, _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("at the end: %v", err)
		}
		if err := <-p.ended[1]; err != nil {
			t.Errorf("the line is over, but %v", err)
		}
		if _, err := p.far.Write([]byte{1, 0, 0, 0}); err == nil {
			t.Error("written after the end")
		}
	})
}

// TestAnswer: the first message is the owner's, and those of the carrier are
// not the line's.
func TestAnswer(t *testing.T) {
	var first string
	l := New(Options{Limit: wire.MaxData, Answer: func(typ wire.Type, body []byte) { first = string(body) }})
	l.Write([]byte{byte(wire.TypeOpened), 0, 0})
	l.Write([]byte{2, 'y'})
	l.Write([]byte{'o', byte(wire.TypePong), 0, 0, 0, byte(wire.TypeOutput), 0, 0, 1, 'x'})
	if first != "yo" || l.out.buf.len() != 5 {
		t.Errorf("answer %q, %d bytes", first, l.out.buf.len())
	}
	for _, c := range []struct {
		received uint64
		good     bool
	}{{0, true}, {5, true}, {4, false}, {6, false}, {1 << 63, false}} {
		if err := l.Check(c.received); (err == nil) != c.good {
			t.Errorf("after %d bytes: %v", c.received, err)
		}
	}
}

// hostile is a carrier whose peer says what it likes.
type hostile struct {
	io.Reader
	io.Writer
}

func (hostile) CloseWrite() error           { return nil }
func (hostile) Close() error                { return nil }
func (hostile) SetDeadline(time.Time) error { return nil }

// FuzzCarry: whatever a peer says, and wherever it wants to go on, a line keeps
// no more than its window, and ends or waits for the next carrier.
func FuzzCarry(f *testing.F) {
	f.Add(uint64(0), wire.Append(nil, wire.TypeInput, []byte("ls\n")))
	f.Add(uint64(9), wire.Append(nil, wire.TypeReceived, wire.Received(9).Append(nil)))
	f.Add(uint64(9), wire.Append(nil, wire.TypeReceived, wire.Received(1<<63).Append(nil)))
	f.Add(uint64(5), wire.Append(nil, wire.TypePing, make([]byte, 8)))
	f.Add(uint64(1<<63), wire.AppendHeader(nil, wire.TypeInput, wire.MaxFrame))
	f.Fuzz(func(t *testing.T, received uint64, says []byte) {
		l := New(Options{Limit: wire.MaxData})
		wire.Write(l, wire.TypeOutput, []byte("hello"))
		good := l.Check(received) == nil
		err := l.Carry(hostile{bytes.NewReader(says), io.Discard}, received)
		if !good && err == nil {
			t.Errorf("went on after %d bytes", received)
		}
		if l.in.buf.len() > Window || l.out.sent < 0 || l.out.sent > l.out.buf.len() {
			t.Errorf("%d bytes came, %d of %d are sent", l.in.buf.len(), l.out.sent, l.out.buf.len())
		}
	})
}
