package tunnel

import (
	"context"
	"sync"

	"jump/transport"
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
	l.begin(session)
	return &conversation{Stream: stream, over: func() { l.end(session) }}, nil
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

func (l *link) begin(session string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sessions[session]++; len(l.sessions) > 1 || l.sessions[session] > 1 {
		return
	}
	select {
	case l.busy <- struct{}{}:
	default:
	}
}

func (l *link) end(session string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sessions[session]--; l.sessions[session] == 0 {
		delete(l.sessions, session)
	}
}
