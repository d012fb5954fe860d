package broker

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"jump/platform/desktop"
	"jump/platform/ipc"
)

// seat starts a seat and stays with it: until its connection ends, or its
// session has lost the screen, or is over.
func (b *broker) seat(ctx context.Context, c *ipc.Conn, what request) {
	if b.seats.Add(1) > MaxSeats {
		b.seats.Add(-1)
		b.answer(c, refused(answerBusy), nil)
		return
	}
	defer b.seats.Add(-1)
	// Changes from now on are not missed.
	changed, stop := b.watcher()
	defer stop()
	s, unit, pipe, err := b.start(ctx, what)
	ok := b.answer(c, err, pipe)
	if pipe != nil {
		pipe.Close()
	}
	if err != nil {
		return
	}
	b.Log.Info("a seat begins", "unit", unit, "user", s.User, "session", s.ID, "class", s.Class)
	if ok {
		b.stay(c, s, what, changed)
	}
	b.end(unit)
}

// start starts a seat where it belongs now. The file is the agent's end of its
// pipe.
func (b *broker) start(ctx context.Context, what request) (s desktop.Session, unit string, pipe *os.File, err error) {
	if s, err = b.Logins.Screen(ctx); err != nil {
		return s, "", nil, err
	}
	if err := suits(s, what); err != nil {
		return s, "", nil, err
	}
	args, err := b.Seat()
	if err != nil {
		return s, "", nil, err
	}
	ours, theirs, err := ipc.Pair()
	if err != nil {
		return s, "", nil, err
	}
	defer theirs.Close()
	unit, err = b.Logins.Start(ctx, s, desktop.Program{
		Name: "jumpclient-seat", Args: args, Pipe: theirs, Confined: what == requestScreen,
	})
	if err != nil {
		ours.Close()
		return s, "", nil, err
	}
	return s, unit, ours, nil
}

// suits tells whether a session can hold what is asked for. A program is a
// user's: at a sign-in screen there is none, and the users of the system that
// show it have rights that nobody should be lent.
func suits(s desktop.Session, what request) error {
	switch {
	case s.Ending:
		return refused(answerNoneNow)
	case what == requestProgram && s.Class != "user":
		return refused(answerNobody)
	case what == requestScreen && s.Type == "wayland":
		return refused(answerWayland)
	case what == requestScreen && !s.Graphical():
		return refused(answerText)
	}
	return nil
}

// stay returns when the connection has ended, or the session is not where this
// belongs any more, of which the agent is told.
func (b *broker) stay(c *ipc.Conn, s desktop.Session, what request, changed <-chan struct{}) {
	hungUp := make(chan struct{})
	go func() {
		defer close(hungUp)
		for { // nothing more may be said; what is, is dropped
			_, file, err := c.Receive()
			if file != nil {
				file.Close()
			}
			if err != nil {
				return
			}
		}
	}()
	defer func() {
		c.Close()
		<-hungUp
	}()
	var again <-chan time.Time
	for {
		select {
		case <-hungUp:
			return
		case <-b.ctx.Done():
			return
		case <-changed:
		case <-again:
		}
		left, err := b.left(s, what)
		if again = nil; err != nil {
			// The next change may be hours away, and this one was not understood.
			b.Log.Warn("it is not known whose the screen is", "error", err)
			again = time.After(lookAgain)
		}
		if left {
			if err := c.Send([]byte{byte(answerLeft)}, nil); err != nil && !errors.Is(err, io.EOF) {
				b.Log.Debug("the agent was not told", "error", err)
			}
			return
		}
	}
}

// left reports whether a session is not the one any more that a seat is for. A
// screen's is the one that has the screen; a program's stays where it began, as
// long as that lives.
func (b *broker) left(s desktop.Session, what request) (bool, error) {
	ctx, cancel := context.WithTimeout(b.ctx, callTimeout)
	defer cancel()
	var now desktop.Session
	var err error
	if what == requestScreen {
		now, err = b.Logins.Screen(ctx)
	} else {
		now, err = b.Logins.Session(ctx, s.ID)
	}
	switch {
	case errors.Is(err, desktop.ErrNoSession):
		return true, nil
	case err != nil:
		return false, err
	}
	return now.ID != s.ID || now.Ending, nil
}

// end ends a seat: by itself, since its pipe is closed, or by force.
func (b *broker) end(unit string) {
	timer := time.NewTimer(hangUpTimeout)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), callTimeout)
	defer cancel()
	if err := b.Logins.Stop(ctx, unit); err != nil {
		b.Log.Warn("a seat may not have ended", "unit", unit, "error", err)
	}
}
