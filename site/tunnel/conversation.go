package tunnel

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"jump/transport"
	"jump/transport/wire"
)

// conversation is a stream that tells its link when it is over.
type conversation struct {
	transport.Stream
	once sync.Once
	over func()
}

// Open implements clients.Link.
func (l *link) Open(ctx context.Context, session string) (transport.Stream, error) {
	stream, err := l.tunnel.Open(ctx)
	if err != nil {
		return nil, err
	}
	c := &conversation{Stream: stream}
	c.over = func() { l.end(session, c) }
	if !l.begin(session, c) {
		stream.Close()
		<-l.tunnel.Context().Done() // which is soon
		return nil, fmt.Errorf("the client has checked in: %w", transport.ErrClosed)
	}
	return c, nil
}

// Suspend implements clients.Link.
func (l *link) Suspend() {
	l.mu.Lock()
	open, sessions := slices.Collect(maps.Keys(l.open)), slices.Collect(maps.Keys(l.sessions))
	l.mu.Unlock()
	for _, s := range sessions {
		l.Release(s) // the agent is to hold nothing of it
	}
	for _, c := range open {
		c.Close() // on which its session finds out why
	}
}

// Release implements clients.Link.
func (l *link) Release(session string) {
	body, err := wire.Marshal(wire.Release{Session: session})
	if err != nil {
		l.Close("a message could not be encoded: " + err.Error())
		return
	}
	select {
	case l.out <- message{kind: wire.TypeRelease, body: body}:
	case <-l.tunnel.Context().Done():
	}
}

// Close ends the conversation.
func (c *conversation) Close() error {
	c.once.Do(c.over)
	return c.Stream.Close()
}

// Sessions implements clients.Link.
func (l *link) Sessions() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.sessions)
}

// begin counts a conversation, unless the tunnel is about to end.
func (l *link) begin(session string, c *conversation) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rest.over {
		return false
	}
	l.rest.used = true
	l.open[c] = struct{}{}
	if l.sessions[session]++; len(l.sessions) > 1 || l.sessions[session] > 1 {
		return true
	}
	select {
	case l.busy <- struct{}{}:
	default:
	}
	return true
}

func (l *link) end(session string, c *conversation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, c)
	if l.sessions[session]--; l.sessions[session] == 0 {
		delete(l.sessions, session)
	}
	l.restLocked()
}
