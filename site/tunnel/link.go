package tunnel

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jump/site/clients"
	"jump/transport"
	"jump/transport/wire"
)

// link is a tunnel whose agent was welcomed. Two goroutines serve it: one reads
// the control stream, one writes to it and watches for silence.
type link struct {
	tunnel     transport.Tunnel
	control    transport.Stream
	reader     *wire.Reader
	client     wire.ID
	connection uint64
	copy       uint64
	joins      joinKey
	server     *Server

	out  chan message
	busy chan struct{} // holds a token after a first conversation began

	mu       sync.Mutex
	sessions map[string]int // open conversations of each; without zeros
	open     map[*conversation]struct{}
	heard    time.Time // when the control stream last said something
	rest     rest
	probes   map[string]chan struct{} // closed when the Pong with that payload comes
}

var _ clients.Link = (*link)(nil)

// message waits to be written. After the last one nothing more is.
type message struct {
	kind wire.Type
	body []byte
	last bool
}

// backlog is how many control messages may wait for an agent that does not read.
const backlog = 16

func newLink(t transport.Tunnel, control transport.Stream, r *wire.Reader) *link {
	_, used := t.(called)
	return &link{
		rest:   rest{used: used},
		tunnel: t, control: control, reader: r, out: make(chan message, backlog),
		busy: make(chan struct{}, 1), sessions: map[string]int{},
		open: map[*conversation]struct{}{}, probes: map[string]chan struct{}{},
	}
}

// hold serves a link until the tunnel ends.
func (s *Server) hold(ctx context.Context, l *link) {
	if !s.enter(l) {
		l.goodbye(s.currentSettings().Spread())
	}
	defer s.leave(l)
	// Whatever the writer waits for, it does not outlive ctx.
	defer context.AfterFunc(ctx, func() { l.Close("stopping") })()
	var writer sync.WaitGroup
	writer.Go(func() { l.write(ctx) })
	uninstalled, err := s.listen(ctx, l)
	if end := context.Cause(l.tunnel.Context()); end != nil {
		err = end // says more than the broken read
	}
	if uninstalled { // to close the tunnel tells the agent that this is noted
		s.note(ctx, l, uninstalled)
	}
	l.Close(err.Error())
	writer.Wait()
	l.finish()
	s.log.Info("client disconnected", "client", l.client.String(), "reason", err)
	s.note(ctx, l, uninstalled)
}

// note stores the end of a link; a second time it does nothing. The end of ctx
// may be why we are here, and the store must know all the same.
func (s *Server) note(ctx context.Context, l *link, uninstalled bool) {
	if err := s.clients.Leave(context.WithoutCancel(ctx), l.client, l.connection, uninstalled); err != nil {
		s.log.Error("disconnection not stored", "client", l.client.String(), "error", err)
	}
}

// Messages that an agent may send on the control stream, each second and at
// once. Faster ones wait in its own window.
const (
	messageRate  = 10
	messageBurst = 50
)

// listen reads the control stream to its end, and reports whether the agent
// said that it was uninstalled.
func (s *Server) listen(ctx context.Context, l *link) (uninstalled bool, err error) {
	if err := l.control.SetDeadline(time.Time{}); err != nil {
		return false, err
	}
	pace := rate.NewLimiter(messageRate, messageBurst)
	for {
		if err := pace.Wait(ctx); err != nil {
			return false, err
		}
		kind, body, err := l.reader.Next()
		if err != nil {
			return false, err
		}
		l.hear()
		if kind == wire.TypeGoodbye {
			var bye wire.Goodbye
			err := wire.Unmarshal(body, &bye)
			return bye.Code == wire.CodeUninstalled, errors.Join(err, fmt.Errorf("goodbye: %.64q", bye.Code))
		}
		if err := s.take(l, kind, body); err != nil {
			return false, fmt.Errorf("broken protocol: %w", err)
		}
	}
}

// take deals with one message. Unknown types are skipped.
func (s *Server) take(l *link, kind wire.Type, body []byte) error {
	switch kind {
	case wire.TypeStatus:
		var facts wire.Status
		if err := wire.Unmarshal(body, &facts); err != nil {
			return err
		}
		s.clients.Report(l.client, l.connection, facts)
	case wire.TypePing:
		if len(body) != pingSize {
			return fmt.Errorf("ping of %d bytes", len(body))
		}
		l.put(message{kind: wire.TypePong, body: append([]byte(nil), body...)})
	case wire.TypePong:
		l.answered(body)
	case wire.TypeKept:
		var kept wire.Kept
		if err := wire.Unmarshal(body, &kept); err != nil {
			return err
		}
		s.clients.Kept(l.client, l.copy, kept.Counter)
	case wire.TypeReach:
		var reach wire.Reach
		if err := wire.Unmarshal(body, &reach); err != nil {
			return err
		}
		if err := s.clients.Reachable(context.Background(), l.client, l.connection, &reach); err != nil {
			s.log.Error("how a client can be called was not stored", "client", l.client.String(), "error", err)
		}
		l.reachable(&reach)
	case wire.TypeHello:
		return errors.New("a second Hello")
	}
	return nil
}

const pingSize = 8

// write writes what waits, and pings while conversations are open.
func (l *link) write(ctx context.Context) {
	var tick <-chan time.Time
	for {
		select {
		case m := <-l.out:
			if err := l.deliver(ctx, m); err != nil || m.last {
				l.Close("the control stream is over")
				return
			}
		case <-l.busy:
			l.hear() // silence counts from now on
			tick = time.After(pingEvery)
		case <-tick:
			if tick = l.beat(); tick == nil && l.silent() {
				l.Close("no answer for 6 seconds while conversations are open")
				return
			}
		case <-ctx.Done():
			return // hold closes the tunnel
		}
	}
}

// deliver writes one message, which the agent must take in in time. After the last one it waits, but not long, until
// the agent has taken it in and closed the tunnel.
func (l *link) deliver(ctx context.Context, m message) error {
	late := time.AfterFunc(writeTimeout, func() { l.Close(unread) })
	err := wire.Write(l.control, m.kind, m.body)
	late.Stop()
	if err != nil || !m.last {
		return err
	}
	if err := l.control.CloseWrite(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lingerTimeout)
	defer cancel()
	select {
	case <-ctx.Done():
	case <-l.tunnel.Context().Done():
	}
	return nil
}

// beat sends a ping and returns when to do so again; nil if no conversation is
// open, or if the agent was silent for too long.
func (l *link) beat() <-chan time.Time {
	if l.Sessions() == 0 || l.silent() {
		return nil
	}
	ping := make([]byte, pingSize)
	rand.Read(ping)
	l.put(message{kind: wire.TypePing, body: ping})
	// Not a moment later than silence is allowed, whenever it began.
	return time.After(min(pingEvery, silenceTimeout-l.silence()))
}

// silent reports whether a tunnel with open conversations must be given up.
func (l *link) silent() bool { return l.Sessions() > 0 && l.silence() >= silenceTimeout }

// silence is how long the agent has said nothing.
func (l *link) silence() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	heard := l.heard
	if at := transport.Heard(l.tunnel); at.After(heard) {
		heard = at
	}
	return time.Since(heard)
}

func (l *link) hear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = time.Now()
}

// send queues a message with a CBOR body.
func (l *link) send(kind wire.Type, v any) {
	body, err := wire.Marshal(v)
	if err != nil {
		l.Close("a message could not be encoded: " + err.Error())
		return
	}
	l.put(message{kind: kind, body: body})
}

const unread = "the agent does not read its control stream"

// put queues a message; a link that takes in nothing is given up.
func (l *link) put(m message) {
	select {
	case l.out <- m:
	default:
		l.Close(unread)
	}
}

func (l *link) last(kind wire.Type, v any) {
	body, err := wire.Marshal(v)
	if err != nil {
		l.Close("a message could not be encoded: " + err.Error())
		return
	}
	l.put(message{kind: kind, body: body, last: true})
}

// goodbye announces a restart of the site, and when to come back.
func (l *link) goodbye(within time.Duration) {
	l.last(wire.TypeGoodbye, wire.Goodbye{Code: wire.CodeRestarting, RetryAfter: spread(within)})
}

// Remove implements clients.Link.
func (l *link) Remove(reason string) { l.last(wire.TypeRemoved, wire.Removed{Reason: reason}) }

// Close implements clients.Link.
func (l *link) Close(reason string) { l.tunnel.Close(reason) }
