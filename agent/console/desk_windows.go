package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"jump/agent/seat"
	"jump/platform/desktop"
	"jump/transport/wire"
)

// Desk starts seats. Its fields are set before its first use.
type Desk struct {
	// Args returns the arguments that make this program a seat.
	Args func() ([]string, error)
	Log  *slog.Logger

	mu   sync.Mutex
	live map[*seated]bool
}

var _ seat.Desk = (*Desk)(nil)

// beginTimeout bounds a seat's start, in milliseconds.
const beginTimeout = 10000

// place is where a seat can be.
type place struct {
	who     desktop.Who
	desktop string
}

// Start implements seat.Desk. Who has the screen in its session can only be
// seen from inside: a seat that finds itself at the wrong desktop ends without
// having begun, and the next place is tried.
func (d *Desk) Start(ctx context.Context, kind wire.Kind) (seat.Seat, error) {
	session, err := desktop.Console()
	if err != nil {
		return nil, sentence(err)
	}
	args, err := d.Args()
	if err != nil {
		return nil, err
	}
	places := []place{{desktop.User, desktop.Default}}
	if kind == wire.KindScreen {
		args = append(args, "--screen")
		places = append(places, place{desktop.System, desktop.Secure})
	}
	for _, p := range places {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var s seat.Seat
		if s, err = d.try(desktop.Launch{Session: session, Who: p.who, Desktop: p.desktop, Args: args, Said: d.said}); err == nil {
			return s, nil
		}
		d.Log.Debug("no seat", "desktop", p.desktop, "error", err)
	}
	return nil, sentence(err)
}

// said notes what a seat wrote. It is not believed, only kept.
func (d *Desk) said(line string) { d.Log.Info("a seat says", "line", line) }

func (d *Desk) try(l desktop.Launch) (seat.Seat, error) {
	p, err := l.Start()
	if err != nil {
		return nil, err
	}
	if !p.Begun(beginTimeout) {
		p.Close()
		return nil, desktop.ErrElsewhere
	}
	s := &seated{Launched: p, desk: d, session: l.Session, left: make(chan struct{})}
	s.leave = sync.OnceFunc(func() { close(s.left) })
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.live == nil {
		d.live = map[*seated]bool{}
	}
	d.live[s] = true
	return s, nil
}

// sentence returns what a viewer is told.
func sentence(err error) error {
	switch {
	case errors.Is(err, desktop.ErrNobody):
		return &wire.Refused{Code: wire.CodeNobody, Text: "Nobody is signed in at this computer.",
			Hint: "Open its screen and sign in there first: programs run as the user who is signed in."}
	case errors.Is(err, desktop.ErrNoConsole), errors.Is(err, desktop.ErrElsewhere):
		return &wire.Refused{Code: wire.CodeNoScreen, Text: "No session has the screen of this computer now.", Hint: "Try again in a moment."}
	}
	return err
}

// LogOut implements seat.Desk.
func (d *Desk) LogOut(context.Context) error {
	session, err := desktop.Console()
	if err != nil {
		return sentence(err)
	}
	return desktop.LogOff(session)
}

// Changed is told that somebody signed in or out, or that the screen went to
// another session: seats elsewhere are left.
func (d *Desk) Changed() {
	session, err := desktop.Console()
	d.mu.Lock()
	defer d.mu.Unlock()
	for s := range d.live {
		if err != nil || s.session != session {
			s.leave()
		}
	}
}

// seated is the agent's end of a seat.
type seated struct {
	*desktop.Launched
	desk    *Desk
	session uint32
	left    chan struct{}
	leave   func() // closes left
}

var _ seat.Seat = (*seated)(nil)

// Left implements seat.Seat. A seat whose desktop has lost the screen ends, and
// so does its pipe.
func (s *seated) Left() <-chan struct{} { return s.left }

// Close ends the seat. It has a moment to let go of keys and programs, which it
// does when its pipe ends.
func (s *seated) Close() error {
	_ = s.Launched.Pipe.Close()
	select {
	case <-s.Done():
	case <-time.After(endTimeout):
	}
	s.desk.mu.Lock()
	delete(s.desk.live, s)
	s.desk.mu.Unlock()
	if err := s.Launched.Close(); err != nil {
		return fmt.Errorf("end a seat: %w", err)
	}
	return nil
}

// endTimeout is how long a seat may take to end by itself.
const endTimeout = 3 * time.Second
