package ways

import (
	"context"
	"sync"
	"time"

	"jump/transport"
)

// held is a tunnel that knows how many conversations of the peer are open.
type held struct {
	transport.Tunnel

	mu    sync.Mutex
	talks int
	idle  chan struct{} // holds a token after the last conversation has ended
}

var (
	_ transport.Witness = (*held)(nil)
	_ transport.Keeper  = (*held)(nil)
)

// Heard implements transport.Witness, if the tunnel is one.
func (h *held) Heard() time.Time { return transport.Heard(h.Tunnel) }

// Keeps implements transport.Keeper, if the tunnel is one.
func (h *held) Keeps() (doubt <-chan struct{}, keeps bool) { return transport.Keeps(h.Tunnel) }

func newHeld(t transport.Tunnel) *held { return &held{Tunnel: t, idle: make(chan struct{}, 1)} }

// Accept implements transport.Tunnel.
func (h *held) Accept(ctx context.Context) (transport.Stream, error) {
	s, err := h.Tunnel.Accept(ctx)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.talks++
	return &heldStream{Stream: s, over: sync.OnceFunc(h.end)}, nil
}

func (h *held) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.talks--; h.talks > 0 {
		return
	}
	select {
	case h.idle <- struct{}{}:
	default:
	}
}

// busy reports whether a conversation is open.
func (h *held) busy() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.talks > 0
}

// heldStream is a conversation that tells when it is over.
type heldStream struct {
	transport.Stream
	over func()
}

// Close implements transport.Stream.
func (s *heldStream) Close() error {
	s.over()
	return s.Stream.Close()
}
