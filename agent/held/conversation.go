package held

import (
	"context"
	"time"

	"jump/transport"
	"jump/transport/lasting"
	"jump/transport/wire"
)

// conversation is one that lasts.
type conversation struct {
	table  *Table
	open   *wire.Open
	token  [wire.TokenSize]byte
	line   *lasting.Line
	ctx    context.Context
	cancel context.CancelFunc
	answer chan answer   // of whoever serves, once
	over   chan struct{} // closed when nothing is left of it
	turn   chan struct{} // holds a token while a stream carries it

	rights wire.Rights // of the answer; set before the first stream carries it

	// The table's lock guards these.
	session string
	timer   *time.Timer // nil if and only if it does not wait for its representative
	since   time.Time   // it waits
}

func newConversation(t *Table, open *wire.Open) *conversation {
	c := &conversation{table: t, open: open, token: token(), session: open.Session,
		answer: make(chan answer, 1), over: make(chan struct{}), turn: make(chan struct{}, 1)}
	c.ctx, c.cancel = context.WithCancel(t.life)
	c.line = lasting.New(lasting.Options{Limit: wire.MaxData, Answer: c.answered})
	c.turn <- struct{}{} // of the stream that begins it
	return c
}

// answer is the first message of whoever serves.
type answer struct {
	raw    []byte
	opened wire.Opened
	yes    bool
}

// answered takes the answer of whoever serves.
func (c *conversation) answered(t wire.Type, body []byte) {
	a := answer{raw: wire.Append(nil, t, body)}
	a.yes = t == wire.TypeOpened && wire.Unmarshal(body, &a.opened) == nil
	c.answer <- a
}

// tell passes the answer on, with the token if it is yes, and reports whether
// that is so and somebody may have heard it.
func (a *answer) tell(c *conversation, s transport.Stream) bool {
	if !a.yes {
		_, _ = s.Write(a.raw) // if it does not arrive there is nothing to be done
		return false
	}
	c.rights, a.opened.Token = a.opened.Rights, c.token[:]
	return wire.Send(s, wire.TypeOpened, &a.opened) == nil
}

// take waits until no other stream carries the conversation; the one that does
// is lost with that.
func (c *conversation) take(ctx context.Context) error {
	for {
		c.line.Drop()
		select {
		case c.turn <- struct{}{}:
			return nil
		case <-c.over:
			return errOver()
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(dropEvery):
		}
	}
}

// dropEvery is for a stream that began to carry when it was already to be
// dropped.
const dropEvery = 100 * time.Millisecond

func (c *conversation) giveBack() { <-c.turn }

// carry lets s carry the conversation until s is lost, on which it waits, or
// the conversation is over, on which it ends.
func (c *conversation) carry(ctx context.Context, s transport.Stream, received uint64) {
	defer context.AfterFunc(ctx, func() { s.Close() })()
	if err := c.line.Carry(s, received); err != nil && c.hold(err) {
		return
	}
	c.end()
	<-c.over
}

// hold lets the conversation wait for its representative, and reports whether
// there is one that may come back.
func (c *conversation) hold(why error) bool {
	t := c.table
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, there := t.all[c]; !there || t.closed || c.ctx.Err() != nil {
		return false
	}
	t.Log.Info("conversation waits for its representative", "kind", c.open.Kind.String(), "session", c.session, "reason", why)
	if t.waitingLocked() >= Max {
		oldest := t.oldestLocked()
		oldest.unholdLocked()
		oldest.end()
	}
	c.since = time.Now()
	c.timer = time.AfterFunc(Time, func() {
		t.Log.Info("the representative did not come back", "kind", c.open.Kind.String())
		c.end()
	})
	return true
}

func (t *Table) oldestLocked() (oldest *conversation) {
	for c := range t.all {
		if c.timer != nil && (oldest == nil || c.since.Before(oldest.since)) {
			oldest = c
		}
	}
	return oldest
}

func (c *conversation) unholdLocked() {
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
}

// end ends the conversation soon, whatever is still to be said.
func (c *conversation) end() {
	c.cancel()
	c.line.End()
}

// untilDisabled ends the conversation when the client is disabled, and returns
// when it has ended.
func (c *conversation) untilDisabled() {
	if c.table.Disabled == nil {
		return
	}
	tick := time.NewTicker(disabledEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if c.table.Disabled() {
				c.end()
				return
			}
		case <-c.ctx.Done():
			return
		}
	}
}
