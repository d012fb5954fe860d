package seat

import (
	"context"
	"fmt"
	"io"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// relay holds a conversation about a shell, a program or files. It stays with the user where it
// began, whoever has the screen meanwhile, and ends when that user logs out.
func relay(ctx context.Context, s transport.Stream, seat *begun) error {
	defer seat.Close()
	if err := wire.Send(s, wire.TypeOpened, &seat.answer); err != nil {
		return err
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		forward(seat, s)
	}()
	err := programSays(ctx, s, seat)
	if s.CloseWrite() == nil {
		// The peer's own end comes when it has read the last word.
		select {
		case <-over:
		case <-ctx.Done():
		case <-time.After(finishTimeout):
		}
	}
	s.Close()
	<-over
	return err
}

// forward carries what the representative says. The seat checks it, as the
// agent would: it is that user's program which is spoken to.
func forward(seat Seat, s transport.Stream) {
	if _, err := io.Copy(seat, s); err != nil || seat.CloseWrite() != nil {
		seat.Close()
	}
}

// programSays carries what the seat says until its last message. A seat that
// ends without one has lost its user.
func programSays(ctx context.Context, s transport.Stream, seat *begun) error {
	defer closeWhenLeft(ctx, seat)()
	for {
		typ, body, err := seat.reader.Next()
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		switch {
		case err != nil:
			return lastWord(s, &wire.Exit{Status: -1, Text: "The user's session has ended, and what ran in it."})
		case typ == wire.TypeOutput, typ == wire.TypeErrors, typ == wire.TypePong, ofFiles(typ):
			err = wire.Write(s, typ, body)
		case typ == wire.TypeExit:
			var exit wire.Exit
			if err := wire.Unmarshal(body, &exit); err != nil {
				return fmt.Errorf("%w: %w", errBroken, err)
			}
			return lastWord(s, &exit)
		}
		if err != nil {
			return err
		}
	}
}

// ofFiles reports whether a message about files is one of the endpoint's.
func ofFiles(typ wire.Type) bool {
	return typ == wire.TypeFileData || typ >= wire.TypeFileFacts && typ <= wire.TypeFileFailed
}

func lastWord(s io.Writer, exit *wire.Exit) error {
	if err := wire.Send(s, wire.TypeExit, exit); err != nil {
		return err
	}
	return fmt.Errorf("exit status %d", exit.Status)
}

// closeWhenLeft closes a seat when it is left behind or ctx ends, which ends
// what reads from it. The function that it returns stops that, and waits.
func closeWhenLeft(ctx context.Context, seat Seat) (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-seat.Left():
			seat.Close()
		case <-ctx.Done():
			seat.Close()
		case <-done:
		}
	}()
	return func() {
		close(done)
		<-stopped
	}
}
