// Package seat splits a conversation between two processes, for a client that
// serves the whole computer (service mode, requirements A3 and A4): the agent,
// which has the network and no rights, and a seat, a process in the login
// session of whoever has the screen, which has that user's rights and no
// network of ours.
//
// The [Proxy] is the agent's half: it has one seat started per conversation and
// carries the messages between that seat and the site. [Run] is the seat's half:
// it holds the conversation, with agent/session.
//
// It is not what starts a seat in somebody's session: that needs rights and
// differs from system to system, so it is behind a [Desk] (agent/broker on
// Linux, the service itself on Windows). It captures nothing and runs no
// program either.
//
// # The pipe
//
// Every conversation has a seat process of its own and a private pipe to it: a
// stream of bytes both ways, for which nobody else has a name. On it runs what
// would run on the site's stream: Open with the rights that are left after the
// ceiling, Opened or Refused, and the messages of that kind. So nothing is
// multiplexed, and a seat that hangs, dies or lies spoils its own conversation
// and no other.
//
// A seat belongs to its user, who may have replaced it: the agent bounds what it
// reads of it, passes on only what that conversation may say, and acts on none
// of it.
package seat

import (
	"context"
	"fmt"
	"time"

	"jump/agent/session"
	"jump/transport"
	"jump/transport/wire"
)

// Desk starts seats. Its methods may be called from any goroutine.
type Desk interface {
	// Start starts a seat for one conversation: for wire.KindScreen in the
	// session that has the screen now, be it a sign-in screen; for other kinds
	// in the session of the user at the screen, never at a sign-in screen. It
	// returns soon after ctx ends. An error that is a *wire.Refused is told to
	// the viewer as it is, wire.CodeNoScreen and wire.CodeNobody among them.
	Start(ctx context.Context, kind wire.Kind) (Seat, error)
	// LogOut ends the session of the user who has the screen; the sign-in
	// screen follows. Errors as with Start.
	LogOut(ctx context.Context) error
}

// Seat is the agent's end of the pipe to a seat. Close ends the seat: its
// process is told by the end of the pipe, and killed where it does not listen.
type Seat interface {
	transport.Stream
	// Left returns a channel that is closed when this seat is not where its
	// kind of conversation belongs any more: somebody else has the screen, or,
	// for programs, the user has logged out.
	Left() <-chan struct{}
}

// Times of the beginning of a conversation.
const (
	openTimeout   = 10 * time.Second // to start a seat, and for its answer
	finishTimeout = 5 * time.Second  // for the agent to take in the last words
)

// Run holds the one conversation of a seat: it reads Open from the pipe, serves
// with host, and closes the pipe. It returns when nothing of the conversation is
// left running, at the latest shortly after ctx ends. The error says that no
// conversation began.
func Run(ctx context.Context, pipe transport.Stream, host *session.Host) error {
	defer pipe.Close()
	open, err := readOpen(pipe)
	if err != nil {
		return fmt.Errorf("begin a conversation: %w", err)
	}
	host.Serve(ctx, pipe, open)
	return nil
}

func readOpen(pipe transport.Stream) (*wire.Open, error) {
	if err := pipe.SetDeadline(time.Now().Add(openTimeout)); err != nil {
		return nil, err
	}
	typ, body, err := wire.NewReader(pipe, wire.MaxControl).Next()
	if err == nil && typ != wire.TypeOpen {
		err = fmt.Errorf("type 0x%02x in place of Open", uint8(typ))
	}
	if err != nil {
		return nil, err
	}
	var open wire.Open
	if err := wire.Unmarshal(body, &open); err != nil {
		return nil, err
	}
	return &open, pipe.SetDeadline(time.Time{})
}
