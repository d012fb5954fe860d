package broker

import (
	"context"
	"fmt"
	"net"
	"time"

	"jump/agent/seat"
	"jump/platform/ipc"
	"jump/transport/wire"
)

// Desk asks the broker for seats. It is the agent's.
type Desk struct {
	Socket string // the broker's
}

var _ seat.Desk = Desk{}

// Start implements seat.Desk.
func (d Desk) Start(ctx context.Context, kind wire.Kind) (seat.Seat, error) {
	what := requestProgram
	if kind == wire.KindScreen {
		what = requestScreen
	}
	c, pipe, err := d.ask(ctx, what)
	if err != nil {
		return nil, err
	}
	s := &brokered{UnixConn: pipe, broker: c, left: make(chan struct{})}
	go s.listen()
	return s, nil
}

// LogOut implements seat.Desk.
func (d Desk) LogOut(ctx context.Context) error {
	c, _, err := d.ask(ctx, requestLogOut)
	if err != nil {
		return err
	}
	return c.Close()
}

// ask makes one request. Errors are *wire.Refused where the broker said no. The
// pipe is nil if none came.
func (d Desk) ask(ctx context.Context, what request) (*ipc.Conn, *net.UnixConn, error) {
	c, err := ipc.Dial(ctx, d.Socket)
	if err != nil {
		return nil, nil, fmt.Errorf("reach the broker: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { c.Close() })
	pipe, err := exchange(c, what)
	if err == nil && stop() {
		return c, pipe, nil
	}
	stop()
	c.Close()
	if pipe != nil {
		pipe.Close()
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return nil, nil, err
}

func exchange(c *ipc.Conn, what request) (*net.UnixConn, error) {
	if err := c.Send([]byte{byte(what)}, nil); err != nil {
		return nil, fmt.Errorf("ask the broker: %w", err)
	}
	message, file, err := c.Receive()
	if err != nil {
		return nil, fmt.Errorf("ask the broker: %w", err)
	}
	needs := what == requestScreen || what == requestProgram
	if len(message) == 1 && answer(message[0]) == answerDone && (file != nil) == needs {
		if file == nil {
			return nil, nil
		}
		return ipc.Stream(file)
	}
	if file != nil {
		file.Close()
	}
	if len(message) == 1 {
		return nil, sentence(answer(message[0]))
	}
	return nil, fmt.Errorf("the broker answers in %d bytes", len(message))
}

// sentence returns what a viewer is told.
func sentence(a answer) *wire.Refused {
	if r, ok := sentences[a]; ok {
		return &r
	}
	return &wire.Refused{Code: wire.CodeInternal, Text: "The computer could not open the user's session.", Hint: "Its journal says why."}
}

var sentences = map[answer]wire.Refused{
	answerNobody: {Code: wire.CodeNobody, Text: "Nobody is logged in at this computer.",
		Hint: "Open its screen and log in there first: programs run as the user who is logged in."},
	answerNoneNow: {Code: wire.CodeNoScreen, Text: "No session has the screen of this computer now.", Hint: "Try again in a moment."},
	answerText: {Code: wire.CodeNoScreen, Text: "A text console has the screen of this computer, which cannot be shown.",
		Hint: "A shell may be available."},
	answerWayland: {Code: wire.CodeNoScreen, Text: "A Wayland desktop has the screen of this computer, which cannot be shown yet.",
		Hint: "Choose an X11 session at the sign-in screen, or use a shell."},
	answerBusy: {Code: wire.CodeOverloaded, Text: "This computer holds too many conversations already.", RetryAfter: 10},
}

// brokered is the agent's end of a seat. The connection to the broker lives as
// long as the seat shall.
type brokered struct {
	*net.UnixConn
	broker *ipc.Conn
	left   chan struct{}
}

var _ seat.Seat = (*brokered)(nil)

// Left implements seat.Seat.
func (s *brokered) Left() <-chan struct{} { return s.left }

// listen waits for the broker to say that the seat is left. A broker that ends
// takes its seats with it.
func (s *brokered) listen() {
	defer close(s.left)
	_, file, err := s.broker.Receive()
	if err == nil && file != nil {
		file.Close()
	}
}

// Close ends the seat.
func (s *brokered) Close() error {
	s.broker.Close()
	return s.UnixConn.Close()
}

// SetDeadline bounds reading and writing of the pipe.
func (s *brokered) SetDeadline(t time.Time) error { return s.UnixConn.SetDeadline(t) }
