package tunnel

import (
	"math/rand/v2"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// How long the tunnel of a passive client stands while nobody needs it
// (requirement G1).
const (
	checkInTime = 3 * time.Second // after a check-in on which nobody had a wish
	restAfter   = 2 * time.Minute // after the last conversation, or a call
)

// rest is when a link to a passive client ends. It is guarded by the link's mu.
type rest struct {
	passive bool
	told    bool // passive is what an administrator has said since Hello
	listens bool // so it can be called
	used    bool // called, or held a conversation
	over    bool // the last message is on its way: no conversation begins any more
	timer   *time.Timer
}

// SetPassive implements clients.Link.
func (l *link) SetPassive(passive bool) {
	l.mu.Lock()
	l.rest.passive, l.rest.told = passive, true
	l.restLocked()
	l.mu.Unlock()
	l.send(wire.TypeSettings, l.settings())
}

// Over implements clients.Link.
func (l *link) Over(t transport.Tunnel) bool { return l.tunnel == t }

// settings are those of the site, for this agent.
func (l *link) settings() wire.Settings {
	s := l.server.currentSettings()
	s.Passive = l.passive()
	return s
}

func (l *link) passive() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rest.passive
}

// begins takes in what is known of an agent at its Hello.
func (l *link) begins(passive bool, r *wire.Reach) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.rest.told {
		l.rest.passive = passive
	}
	l.rest.listens = r != nil && r.Port != 0
	l.restLocked()
}

// reachable takes in that the agent listens, or does not any more.
func (l *link) reachable(r *wire.Reach) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest.listens = r.Port != 0
	l.restLocked()
}

// restLocked lets the tunnel end after a while, if the client is a passive one
// that nobody talks to. One that cannot be called keeps its tunnel.
func (l *link) restLocked() {
	if l.rest.timer != nil {
		l.rest.timer.Stop()
	}
	if !l.restsLocked() {
		return
	}
	wait := checkInTime
	if l.rest.used {
		wait = restAfter
	}
	l.rest.timer = time.AfterFunc(wait, l.takeRest)
}

func (l *link) restsLocked() bool {
	return l.rest.passive && l.rest.listens && len(l.sessions) == 0 && !l.rest.over
}

// takeRest ends the tunnel in good order, unless somebody needs it by now.
func (l *link) takeRest() {
	l.mu.Lock()
	if !l.restsLocked() || l.tunnel.Context().Err() != nil {
		l.mu.Unlock()
		return
	}
	l.rest.over = true
	l.mu.Unlock()
	every := l.server.currentSettings().CheckIn()
	l.last(wire.TypeGoodbye, wire.Goodbye{Code: wire.CodeCheckedIn, RetryAfter: jitter(every)})
}

// jitter returns a time within a tenth of d, in seconds: a fleet that was
// installed at once shall not check in at once for ever.
func jitter(d time.Duration) uint32 {
	return uint32((d - d/10 + rand.N(d/5+1)) / time.Second)
}

// finish lets no timer outlive the link.
func (l *link) finish() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest.over = true
	l.restLocked()
}

// patience is after how long a passive client that has not checked in is not
// expected any more: three check-ins were missed.
func patience(s wire.Settings) time.Duration { return 3*s.CheckIn() + time.Minute }
