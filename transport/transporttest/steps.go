package transporttest

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"jump/transport"
)

// streams returns both ends of a new conversation, begun by the site.
func streams(t *testing.T, p Pair) (agent, site transport.Stream) {
	t.Helper()
	site = begin(t, p.Site, "?")
	agent = accept(t, p.Agent)
	if _, err := io.ReadFull(agent, make([]byte, 1)); err != nil {
		t.Fatalf("read the first byte: %v", err)
	}
	return agent, site
}

// begin opens a stream and writes, without which the peer sees none.
func begin(t *testing.T, from transport.Tunnel, text string) transport.Stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s, err := from.Open(ctx)
	if err != nil {
		t.Errorf("open a stream: %v", err)
		return closedStream{}
	}
	write(t, s, text)
	return s
}

func accept(t *testing.T, at transport.Tunnel) transport.Stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s, err := at.Accept(ctx)
	if err != nil {
		t.Errorf("accept a stream: %v", err)
		return closedStream{}
	}
	return s
}

func write(t *testing.T, s transport.Stream, text string) {
	t.Helper()
	if n, err := s.Write([]byte(text)); n != len(text) || err != nil {
		t.Errorf("wrote %d of %d bytes: %v", n, len(text), err)
	}
}

// expect reads to the end.
func expect(t *testing.T, s transport.Stream, text string) {
	t.Helper()
	check(t, "set deadline", s.SetDeadline(time.Now().Add(patience)))
	if got, err := io.ReadAll(s); err != nil || string(got) != text {
		t.Errorf("read %q, %v; want %q", got, err, text)
	}
	check(t, "unset deadline", s.SetDeadline(time.Time{}))
}

func check(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// failed tells a failure from the end of a stream.
func failed(err error) bool { return err != nil && !errors.Is(err, io.EOF) }

// waitFor tries until something holds that the peer's packets must bring about.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-limit.C:
			t.Fatalf("waited in vain for %s", what)
		case <-again.C:
		}
	}
}

// closedStream stands for one that could not be had, so that a test which
// failed goes on to its end.
type closedStream struct{}

func (closedStream) Read([]byte) (int, error)    { return 0, transport.ErrClosed }
func (closedStream) Write([]byte) (int, error)   { return 0, transport.ErrClosed }
func (closedStream) CloseWrite() error           { return nil }
func (closedStream) Close() error                { return nil }
func (closedStream) SetDeadline(time.Time) error { return nil }
