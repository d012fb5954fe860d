package agent

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// Times of the control stream.
const (
	silenceTimeout = 6 * time.Second  // without a word from the site while conversations are open
	busyBeat       = 2 * time.Second  // between two of our pings while conversations are open
	idleBeat       = 14 * time.Second // and while none is, on a tunnel that does not keep itself
	noBeat         = time.Hour        // on one that does, which is next to never
	lookEvery      = 5 * time.Second  // between two looks at this computer's facts
	pingSize       = 8
)

// noHash tells Ed25519 that the message is not hashed before.
const noHash = crypto.Hash(0)

func (a *agent) id() wire.ID { return wire.IDOf(a.Key.Public().(ed25519.PublicKey)) }

// listen reads the control stream until it ends, or the tunnel with it.
func (l *link) listen() error {
	for {
		kind, body, err := l.reader.Next()
		if err != nil {
			return readError(err)
		}
		l.pulse.hear()
		if err := l.take(kind, body); err != nil {
			return err
		}
	}
}

// take deals with one message. Unknown types are skipped.
func (l *link) take(kind wire.Type, body []byte) error {
	switch kind {
	case wire.TypePing:
		if len(body) != pingSize {
			return protocolError(fmt.Errorf("ping of %d bytes", len(body)))
		}
		return l.write(wire.TypePong, body)
	case wire.TypeSettings:
		var s wire.Settings
		if err := wire.Unmarshal(body, &s); err != nil {
			return protocolError(err)
		}
		l.wish(s)
	case wire.TypeRelease:
		var r wire.Release
		if err := wire.Unmarshal(body, &r); err != nil {
			return protocolError(err)
		}
		l.agent.held.Release(r.Session)
	case wire.TypeWelcome:
		return protocolError(fmt.Errorf("a second Welcome"))
	}
	return farewell(kind, body)
}

// wish leaves the newest settings for tell.
func (l *link) wish(s wire.Settings) {
	for {
		select {
		case l.wishes <- s:
			return
		case <-l.wishes: // older, and nobody has read them
		}
	}
}

// tell reports this computer's facts: what a person sees at once, figures in
// the interval that the site wants.
func (l *link) tell(ctx context.Context) {
	told, at := l.agent.facts(ctx), time.Now()
	for l.rest(ctx) {
		l.obey()
		now := l.agent.facts(ctx)
		if ctx.Err() != nil {
			return
		}
		if lasting(now) == lasting(told) && time.Since(at) < l.agent.Learned.Settings.StatusInterval() {
			continue
		}
		if err := l.send(wire.TypeStatus, now); err != nil {
			l.agent.Log.Warn("status not sent", "error", err)
			continue // the tunnel has ended, or the facts are out of bounds
		}
		told, at = now, time.Now()
	}
}

// rest waits for the next look, or for a wish of the site, and reports whether
// ctx lives on.
func (l *link) rest(ctx context.Context) bool {
	t := time.NewTimer(lookEvery)
	defer t.Stop()
	select {
	case <-t.C:
	case s := <-l.wishes:
		l.agent.adopt(s)
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// lasting leaves out what changes by itself all the time.
func lasting(s wire.Status) wire.Status {
	s.IdleSeconds, s.Uptime, s.CPUPermille = 0, 0, 0
	s.MemoryUsed, s.DiskUsed = 0, 0
	return s
}

// pulse knows whether the site lives.
type pulse struct {
	busy chan struct{} // holds a token after a first conversation began

	mu    sync.Mutex
	open  int       // conversations
	heard time.Time // when the control stream last said something
}

func (p *pulse) hear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = time.Now()
}

// begin counts a conversation. Silence counts from the first one on.
func (p *pulse) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open++; p.open > 1 {
		return
	}
	p.heard = time.Now()
	select {
	case p.busy <- struct{}{}:
	default:
	}
}

func (p *pulse) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
}

// next returns how long to wait for the next beat, 0 if the site is given up;
// idle is the answer while no conversation is open. seen is when the tunnel itself
// last heard of the site, see transport.Heard.
func (p *pulse) next(seen time.Time, idle time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == 0 {
		return idle
	}
	if seen.Before(p.heard) {
		seen = p.heard
	}
	return max(0, min(busyBeat, silenceTimeout-time.Since(seen)))
}

// watch pings the site and gives the tunnel up if nothing answers while somebody
// waits for it. While nobody does, the tunnel keeps itself if it can, and the site
// is only asked whether it knows it still when that is in doubt.
func (l *link) watch(ctx context.Context) {
	idle := idleBeat
	doubt, keeps := transport.Keeps(l.tunnel)
	if keeps {
		idle = noBeat
	}
	for {
		wait := l.pulse.next(transport.Heard(l.tunnel), idle)
		if wait == 0 {
			l.tunnel.Close("nothing heard for 6 seconds while conversations are open")
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-l.pulse.busy:
		case <-doubt:
		case <-time.After(wait):
		}
		ping := make([]byte, pingSize)
		rand.Read(ping)
		if l.write(wire.TypePing, ping) != nil {
			return // the tunnel has ended
		}
	}
}
