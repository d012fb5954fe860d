// Package agent keeps one endpoint reachable by its site: it dials, says who it
// is, reports its status, takes conversations in, and comes back after every
// loss.
//
// It holds no conversation itself (that is agent/session, which it is given as a
// function), installs and removes nothing (it returns why it ended, and the
// command acts on it), and listens on no socket unless the site makes it passive
// (passive.go).
package agent

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"jump/agent/config"
	"jump/agent/held"
	"jump/agent/lifetime"
	"jump/internal/backoff"
	"jump/transport"
	"jump/transport/wire"
)

// MaxConversations is how many conversations are held at once; further ones are
// refused by a message.
const MaxConversations = 32

// Options says how to be an agent. What is not marked as optional is needed.
type Options struct {
	Dialer       transport.Dialer
	Key          ed25519.PrivateKey // the agent's own, the same that Dialer proves
	Version      string             // of this program
	Capabilities []wire.Kind        // the conversations that Serve can hold

	// Serve holds one conversation and returns when it is over, soon after ctx
	// ends. It sends Opened or Refused first. It need not close s, and what it
	// has written is delivered after it returned.
	Serve func(ctx context.Context, s transport.Stream, open *wire.Open)
	// Status tells the facts of this computer. It is called every few seconds
	// and must return soon after ctx ends.
	Status func(ctx context.Context) wire.Status
	// Disabled reports whether the user of this computer has disabled the
	// client (requirement A7). It is asked at every conversation and every
	// second while one is open. Optional.
	Disabled func() bool
	// Offline counts how long the agent is without its site (requirement E11).
	// Without it Run never returns ReasonOffline. Optional.
	Offline *lifetime.Count

	Enrolment *Enrolment // optional: the right to join, until the first Welcome
	// Renewal takes the place of Enrolment for an agent that was the copy of
	// another. Optional.
	Renewal *wire.Renewal
	Learned config.Learned
	// Keep stores what was learned. If it fails the agent stays online, and
	// learns the same again next time.
	Keep func(config.Learned) error

	// Examine looks at this agent and its ways to the site, for people at the site;
	// one call at a time. It gives up with its context. Optional.
	Examine func(context.Context) []wire.Finding

	// Hurry, if it is not nil, holds a token after a local cause to try again at
	// once, such as a change of the network. A wait that the site wished for is
	// not cut short.
	Hurry <-chan struct{}

	// Listen opens what the site can call while it wants this agent to be passive
	// (requirement G1): a listener that lets nobody but the site through. Optional:
	// without it nothing ever listens.
	Listen func() (transport.Listener, error)
	// Addresses are those of this computer at which it can be called. Optional.
	Addresses func() []netip.Addr

	// Rest is called when the agent is online and has held no conversation for a
	// minute, once until the next. Optional.
	Rest func()

	Report func(Presence)      // optional: called at every change, one call at a time
	Log    *slog.Logger        // optional
	Draw   func(n int64) int64 // optional: randomness of waits, see backoff.Full
}

// Enrolment is a deployment key as the agent needs it.
type Enrolment struct {
	KeyID  [8]byte
	Signer ed25519.PrivateKey
	Wishes wire.Wishes
}

// Presence is whether the site can reach this agent, and if not, why.
type Presence struct {
	Online bool
	Name   string // on the site, once known
	// Waiting says that it is a passive agent between two check-ins, which the
	// site can call.
	Waiting bool
	Err     error // why it is not online; nil while it is, and before the first try
}

// Reason says why Run returned.
type Reason int

// The reasons.
const (
	ReasonStopped Reason = iota // its context ended
	ReasonRefused               // the site will never take this agent; the error is a *wire.Refused
	ReasonRemoved               // the site has removed this agent; the error says why
	ReasonOffline               // it was away from its site for longer than the site's limit (requirement E11)
	ReasonCopied                // it is the copy of another, and is to make a key of its own; the error is a *wire.Refused with the permit
)

// String returns the reason in one word.
func (r Reason) String() string {
	switch r {
	case ReasonStopped:
		return "stopped"
	case ReasonRefused:
		return "refused"
	case ReasonRemoved:
		return "removed"
	case ReasonOffline:
		return "offline"
	case ReasonCopied:
		return "copied"
	}
	return fmt.Sprintf("reason-%d", int(r))
}

// Run keeps the agent connected until ctx ends or the site says that it is in
// vain. It returns after the last conversation has ended, or was left behind
// after 10 seconds because it hangs, which is logged. The error is nil if
// and only if the reason is ReasonStopped.
func Run(ctx context.Context, o Options) (Reason, error) {
	a := newAgent(o)
	defer a.release()
	a.confirm()
	a.adjust()
	defer a.hangUp()
	for {
		start := time.Now()
		err := a.connect(ctx)
		if reason, final := verdict(err, a.Learned.Enrolled); final {
			return reason, err
		}
		if ctx.Err() != nil {
			return ReasonStopped, nil
		}
		if a.missed() {
			return ReasonOffline, lifetime.ErrOver
		}
		if a.adjust(); a.post.next != nil {
			continue
		}
		wait := a.pause(err, time.Since(start))
		a.tell(err, wait)
		if !a.rest(ctx, wait, start, err) {
			return ReasonStopped, nil
		}
	}
}

// tell tells people that the agent has no tunnel for a while.
func (a *agent) tell(err error, wait time.Duration) {
	if _, ok := checkedIn(err); ok && a.post.listener != nil {
		a.Log.Info("checked in", "next_time_in", wait.Round(time.Second))
		a.Report(Presence{Name: a.Learned.Name, Waiting: true})
		return
	}
	a.Log.Warn("not connected", "error", err, "next_try_in", wait.Round(time.Millisecond))
	a.Report(Presence{Name: a.Learned.Name, Err: err})
}

// agent is a running agent. Only Run's goroutine uses it.
type agent struct {
	Options
	backoff backoff.Full
	reached bool        // by the last dial
	held    *held.Table // conversations; Serve goes through it
	post    post

	examining chan struct{} // a token while it examines itself
}

func newAgent(o Options) *agent {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Examine != nil {
		o.Capabilities = append(slices.Clone(o.Capabilities), wire.KindDoctor)
	}
	if o.Report == nil {
		o.Report = func(Presence) {}
	}
	return &agent{Options: o, examining: make(chan struct{}, 1), backoff: backoff.Full{Base: firstWait, Draw: o.Draw}, post: post{calls: make(chan transport.Tunnel)},
		held: held.New(held.Options{Serve: o.Serve, Disabled: o.Disabled, Log: o.Log})}
}

// Waits between two tries.
const (
	firstWait   = time.Second
	longestWait = 30 * time.Second // so 95 % of a fleet are back in that time, however long the site was gone
	dialTimeout = 30 * time.Second
	// slowWait is the least when a site that knew this agent does not any
	// more: it may have been restored, and a fleet must not be lost over it.
	slowWait = 5 * time.Minute
	// heldWait is the longest while a representative may be waiting for a
	// conversation to go on.
	heldWait    = 5 * time.Second
	longestWish = 24 * time.Hour // of a site
)

// verdict decides whether trying again could help.
func verdict(err error, enrolled bool) (Reason, bool) {
	var refused *wire.Refused
	var removed *removedError
	switch {
	case errors.As(err, &removed):
		return ReasonRemoved, true
	case !errors.As(err, &refused):
		return ReasonStopped, false
	case refused.Code == wire.CodeRemoved:
		return ReasonRemoved, true
	case refused.Code == wire.CodeCopied && refused.Permit != nil:
		return ReasonCopied, true
	case enrolled && refused.Code == wire.CodeNotEnrolled:
		return ReasonStopped, false
	}
	return ReasonRefused, refused.Final || !enrolled && enrolmentCodes[refused.Code]
}

// enrolmentCodes are about a deployment key, which will not become better.
var enrolmentCodes = map[wire.Code]bool{
	wire.CodeNotEnrolled: true,
	wire.CodeKeyUnknown:  true,
	wire.CodeKeyExpired:  true,
	wire.CodeKeyUsedUp:   true,
	wire.CodeKeyRevoked:  true,
	wire.CodeOverride:    true,
	wire.CodeNoGroup:     true,
}

// pause draws how long to wait after a try that took so long.
func (a *agent) pause(err error, lived time.Duration) time.Duration {
	spread := a.Learned.Settings.Spread()
	a.backoff.Cap = max(longestWait, spread)
	if bye, ok := checkedIn(err); ok {
		return a.checkIn(bye)
	}
	if lived > a.backoff.Cap {
		a.backoff.Reset() // it was a connection, not the next of many failures
	}
	wait := a.backoff.Next()
	if wait > heldWait && a.held.Waiting() {
		wait = backoff.Spread(heldWait, a.Draw)
	}
	var bye *goodbyeError
	var refused *wire.Refused
	switch {
	case errors.As(err, &bye) && bye.RetryAfter == 0:
		return max(wait, backoff.Spread(spread, a.Draw))
	case errors.As(err, &bye):
		return wish(bye.RetryAfter) + wait
	case errors.As(err, &refused) && refused.Code == wire.CodeNotEnrolled:
		return max(slowWait, wish(refused.RetryAfter)) + wait
	case errors.As(err, &refused):
		return wish(refused.RetryAfter) + wait
	}
	return wait
}

func wish(seconds uint32) time.Duration {
	return min(time.Duration(seconds)*time.Second, longestWish)
}

// sleep reports whether ctx lived that long.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// removedError is a Removed from the site.
type removedError struct{ wire.Removed }

func (e *removedError) Error() string {
	if e.Reason == "" {
		return "this client was removed from its site"
	}
	return e.Reason
}

// goodbyeError is a Goodbye from the site.
type goodbyeError struct{ wire.Goodbye }

func (e *goodbyeError) Error() string { return fmt.Sprintf("the site said goodbye (%.64q)", e.Code) }
