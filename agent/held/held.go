// Package held keeps conversations whose stream was lost until their
// representative comes back: the shell and what runs in it, the program and its
// output. It stands between the agent and whoever serves, in service mode and in
// user mode alike, and neither knows of it.
//
// It is not the counting and sending again (transport/lasting), it runs no
// program (agent/session) and knows no tunnel (agent).
//
//	         Open             stream lost
//	──────────────► carried ──────────────► held ──── 5 minutes ────► ended
//	                   ▲                      │                         ▲
//	                   └─ Open with Resume ───┘                         │
//	ended in good order, by either side; released; disabled; Close ─────┘
package held

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"log/slog"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

const (
	// Time is how long a conversation waits for its representative.
	Time = 5 * time.Minute
	// Max is how many wait at once; one more ends the one that waits longest.
	Max = 8

	disabledEvery = time.Second // between two looks whether the client is disabled
)

// Options say what a Table holds.
type Options struct {
	// Serve holds one conversation, as agent.Options.Serve does.
	Serve func(ctx context.Context, s transport.Stream, open *wire.Open)
	// Disabled reports whether the user of this computer has disabled the
	// client, which ends every conversation within a second. Optional.
	Disabled func() bool
	Log      *slog.Logger
}

// Table holds the conversations of one agent that last. Its methods may be
// called from any goroutine.
type Table struct {
	Options
	life context.Context // of all conversations
	stop context.CancelFunc

	mu     sync.Mutex
	closed bool
	all    map[*conversation]struct{}
	copies map[copying]*turn
	gone   sync.WaitGroup
}

// New returns an empty table, to be ended with Close.
func New(o Options) *Table {
	t := &Table{Options: o, all: map[*conversation]struct{}{}, copies: map[copying]*turn{}}
	t.life, t.stop = context.WithCancel(context.Background())
	return t
}

// Serve holds a conversation that does not last to its end, and one that does
// for as long as s carries it. When ctx ends s is lost.
func (t *Table) Serve(ctx context.Context, s transport.Stream, open *wire.Open) {
	switch {
	case open.Resume != nil:
		t.resume(ctx, s, open)
	case open.Lasting():
		t.begin(ctx, s, open)
	case open.Files != nil:
		t.alone(ctx, s, open)
	default:
		t.Options.Serve(ctx, s, open)
	}
}

// Waiting reports whether a conversation waits for its representative.
func (t *Table) Waiting() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.waitingLocked() > 0 || t.soughtLocked()
}

func (t *Table) waitingLocked() (n int) {
	for c := range t.all {
		if c.timer != nil {
			n++
		}
	}
	return n
}

// Release ends what is held of a session, because that is over.
func (t *Table) Release(session string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.all {
		if c.session == session {
			c.end()
		}
	}
	t.forgetLocked(session)
}

// Close ends all conversations and waits until nothing is left of them.
func (t *Table) Close() {
	t.mu.Lock()
	t.closed = true
	for c := range t.all {
		c.end()
	}
	t.mu.Unlock()
	t.stop()
	t.gone.Wait()
}

// begin begins a conversation that lasts, and lets s carry it.
func (t *Table) begin(ctx context.Context, s transport.Stream, open *wire.Open) {
	c := newConversation(t, open)
	if !t.enter(c) {
		s.Close()
		return
	}
	defer c.giveBack()
	select {
	case a := <-c.answer:
		if a.tell(c, s) {
			c.carry(ctx, s, 0)
			return
		}
	case <-ctx.Done():
	}
	c.end()
	<-c.over
}

// enter takes a conversation in and starts it, unless it is too late.
func (t *Table) enter(c *conversation) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.all[c] = struct{}{}
	t.gone.Go(func() { t.run(c) })
	return true
}

// run serves a conversation, and waits until what it said last was taken in, or
// nobody will take it any more.
func (t *Table) run(c *conversation) {
	defer close(c.over)
	defer t.leave(c)
	defer c.end()
	var watch sync.WaitGroup
	defer watch.Wait()
	defer c.cancel()
	watch.Go(c.untilDisabled)
	t.Options.Serve(c.ctx, c.line, c.open)
	select {
	case c.answer <- answer{}: // there was none
	default:
	}
	_ = c.line.CloseWrite() // whoever served may have closed it
	c.line.Close()
	<-c.line.Done()
}

func (t *Table) leave(c *conversation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.all, c)
	c.unholdLocked()
}

// resume goes on with a conversation, carried by s from now on.
func (t *Table) resume(ctx context.Context, s transport.Stream, open *wire.Open) {
	c, err := t.find(open)
	if err == nil {
		err = c.take(ctx)
	}
	if err == nil {
		defer c.giveBack()
		err = t.admit(c, open)
	}
	var refused *wire.Refused
	switch {
	case errors.As(err, &refused):
		t.Log.Warn("conversation not gone on with", "kind", open.Kind.String(), "representative", open.Representative, "code", string(refused.Code))
		_ = wire.Send(s, wire.TypeRefused, refused) // or the site asks again
		return
	case err != nil:
		return
	}
	t.Log.Info("conversation goes on", "kind", open.Kind.String(), "session", open.Session, "representative", open.Representative)
	_ = wire.Send(s, wire.TypeOpened, &wire.Opened{Rights: c.rights & open.Rights, Token: c.token[:], Received: c.line.Received()})
	c.carry(ctx, s, open.Resume.Received) // finds out whether s takes anything
}

// find returns the conversation that belongs to a token, if it is of that kind
// and representative. Nobody learns which of these was wrong, nor how long a
// comparison took.
func (t *Table) find(open *wire.Open) (*conversation, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var found *conversation
	for c := range t.all {
		if subtle.ConstantTimeCompare(c.token[:], open.Resume.Token) == 1 {
			found = c
		}
	}
	if open.Validate() != nil || found == nil || found.open.Kind != open.Kind || found.open.Representative != open.Representative {
		return nil, errOver()
	}
	return found, nil
}

// admit lets a conversation wait no longer, if s may carry it.
func (t *Table) admit(c *conversation, open *wire.Open) error {
	if !(c.rights & open.Rights).Has(open.Kind.Needs()) {
		return &wire.Refused{Code: wire.CodeDenied, Text: "The right for this conversation is missing now.", Hint: "An administrator can grant it.", Final: true}
	}
	if err := c.line.Check(open.Resume.Received); err != nil {
		return &wire.Refused{Code: wire.CodeMalformed, Text: "The conversation cannot go on where the other side wants.", Hint: err.Error(), Final: true}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, there := t.all[c]; !there || c.ctx.Err() != nil {
		return errOver()
	}
	c.unholdLocked()
	c.session = open.Session
	return nil
}

func errOver() error {
	return &wire.Refused{Code: wire.CodeOver, Text: "That conversation has ended on the computer and cannot go on.", Hint: "Begin another.", Final: true}
}

func token() (t [wire.TokenSize]byte) {
	rand.Read(t[:])
	return t
}
