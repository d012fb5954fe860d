package mux

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"jump/transport"
)

// say builds what a peer says.
func say(frames ...[]byte) []byte {
	var b []byte
	for _, f := range frames {
		b = append(b, f...)
	}
	return b
}

func data(stream uint32, n int) []byte {
	return append(appendHeader(nil, kindData, stream, n), make([]byte, n)...)
}

func bare(k kind, stream uint32) []byte { return appendHeader(nil, k, stream, 0) }

// flood is n bytes on stream 1.
func flood(n int) []byte {
	var b []byte
	for ; n > 0; n -= maxData {
		b = append(b, data(1, min(n, maxData))...)
	}
	return b
}

// TestOffences: whatever breaks the rules ends the tunnel, with the reason.
func TestOffences(t *testing.T) {
	var many []byte
	for i := range uint32(streamsOfAgent + 1) {
		many = append(many, data(1+2*i, 1)...)
	}
	for name, said := range map[string][]byte{
		"kind 0":                  bare(0, 0),
		"kind 10":                 bare(10, 0),
		"HTTP":                    []byte("GET / HTTP/1.1\r\n\r\n"),
		"data on stream 0":        data(0, 1),
		"no data":                 bare(kindData, 1),
		"too much data":           data(1, maxData+1),
		"fin with a body":         appendHeader(nil, kindFin, 1, 1),
		"ping on a stream":        bare(kindPing, 1),
		"a window without number": bare(kindWindow, 1),
		"a reason too long":       appendHeader(nil, kindClose, 0, transport.MaxReason+1),
		"more than the window":    flood(firstWindow + 1),
		"data after fin":          say(data(1, 1), bare(kindFin, 1), data(1, 1)),
		"fin twice":               say(bare(kindFin, 1), bare(kindFin, 1)),
		"reset after fin":         say(bare(kindFin, 1), bare(kindReset, 1)),
		"the second stream first": data(3, 1),
		"a stream of the site":    data(2, 1),
		"stop opens no stream":    bare(kindStop, 1),
		"reset opens no stream":   bare(kindReset, 1),
		"window opens no stream":  appendNumber(nil, kindWindow, 1, 1),
		"too many streams":        many,
		"streams out of nothing":  appendNumber(nil, kindStreams, 0, 1),
		"streams beyond counting": appendNumber(nil, kindStreams, 0, 1<<32-1),
		"a window beyond counting": say(data(1, 1),
			appendNumber(nil, kindWindow, 1, 1<<31-1)),
	} {
		a, b := net.Pipe()
		go io.Copy(io.Discard, b)
		go b.Write(said)
		tunnel := New(a, Config{})
		select {
		case <-tunnel.Context().Done():
		case <-time.After(20 * time.Second):
			t.Errorf("%s: the tunnel goes on", name)
		}
		if cause := context.Cause(tunnel.Context()); !errors.Is(cause, errProtocol) || !errors.Is(cause, transport.ErrClosed) {
			t.Errorf("%s: cause %v", name, cause)
		}
		b.Close()
		tunnel.Close("")
	}
}

// TestLate: what a peer says before it can know that a stream is over is no
// offence.
func TestLate(t *testing.T) {
	a, b := net.Pipe()
	go io.Copy(io.Discard, b)
	tunnel := New(a, Config{})
	defer tunnel.Close("")
	defer b.Close()
	go b.Write(say(data(1, 5), bare(kindFin, 1)))
	s, err := tunnel.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(s); err != nil || len(got) != 5 {
		t.Errorf("read %q, %v", got, err)
	}
	if err := s.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	go b.Write(say(appendNumber(nil, kindWindow, 1, 5), bare(kindStop, 1), data(3, 1)))
	if _, err := tunnel.Accept(t.Context()); err != nil {
		t.Errorf("after late frames: %v", err)
	}
}

// TestReason: what a peer gives as its reason is shown as text, never as
// commands to a terminal.
func TestReason(t *testing.T) {
	a, b := net.Pipe()
	go io.Copy(io.Discard, b)
	tunnel := New(a, Config{})
	defer b.Close()
	go b.Write(append(appendHeader(nil, kindClose, 0, 5), "\x1b[2J\n"...))
	<-tunnel.Context().Done()
	if cause := context.Cause(tunnel.Context()).Error(); !strings.Contains(cause, `\x1b[2J\n`) {
		t.Errorf("cause %q", cause)
	}
}

// script is a connection on which a peer says something and is gone.
type script struct {
	net.Conn
	said io.Reader
}

func (s script) Read(p []byte) (int, error)      { return s.said.Read(p) }
func (s script) SetReadDeadline(time.Time) error { return nil }

// FuzzFrames lets a stranger say anything to a tunnel that is in use: nothing
// panics, nothing is kept beyond the windows, and the answers keep to the rules.
func FuzzFrames(f *testing.F) {
	f.Add(say(data(1, 10), bare(kindFin, 1)))
	f.Add(say(data(1, 10), bare(kindReset, 1), data(3, 1), bare(kindStop, 3)))
	f.Add(say(data(1, 1), appendNumber(nil, kindWindow, 1, 1<<20), bare(kindPing, 0), bare(kindPong, 0)))
	f.Add(say(appendNumber(nil, kindWindow, 2, 9), bare(kindStop, 2), bare(kindReset, 2), appendNumber(nil, kindStreams, 0, 1)))
	f.Add(append(appendHeader(nil, kindClose, 0, 3), "bye"...))
	f.Fuzz(func(t *testing.T, said []byte) {
		tunnel := newTunnel(script{said: bytes.NewReader(said)}, Config{})
		tunnel.writing = true // by this test
		own, err := tunnel.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		own.Write(make([]byte, 100))
		own.CloseWrite()
		answers(t, tunnel)
		if tunnel.read() == nil {
			t.Error("reading ended without a reason")
		}
		use(t, tunnel)
		answers(t, tunnel)
		for _, s := range tunnel.streams {
			if len(s.in) > maxWindow || s.left < 0 || s.credit < 0 {
				t.Errorf("stream %d holds %d bytes, %d to come", s.id, len(s.in), s.left)
			}
		}
		if tunnel.theirs > streamsOfAgent || tunnel.allowed > streamsOfSite {
			t.Errorf("%d streams of the peer, %d to open", tunnel.theirs, tunnel.allowed)
		}
	})
}

// use takes what has come, and ends every other stream.
func use(t *testing.T, tunnel *Tunnel) {
	for i := 0; len(tunnel.backlog) > 0; i++ {
		s, err := tunnel.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if in := s.(*stream); len(in.in) > 0 || in.inEnd != nil {
			s.Read(make([]byte, 1<<20))
		}
		s.Write([]byte("answer"))
		if i%2 == 0 {
			s.Close()
		}
	}
}

// answers checks that what waits to be written are frames.
func answers(t *testing.T, tunnel *Tunnel) {
	tunnel.mu.Lock()
	defer tunnel.mu.Unlock()
	var b []byte
	for n := -1; len(b) > n; {
		n = len(b)
		b = tunnel.fillLocked(b)
	}
	for len(b) > 0 {
		h, err := parseHeader([headerSize]byte(b))
		if err != nil || headerSize+h.length > len(b) {
			t.Fatalf("the answer %x is no frame: %v", b, err)
		}
		b = b[headerSize+h.length:]
	}
}
