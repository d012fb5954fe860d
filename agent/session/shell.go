package session

import (
	"errors"
	"fmt"
	"io"
	"time"

	"jump/platform/terminal"
	"jump/transport/wire"
)

// chunk is how much output one message carries at most.
const chunk = 32 << 10

// endOfInput is what a user types to say so (Ctrl+D).
const endOfInput = 0x04

// drain is how long the output of a shell that has ended may still come: what
// it left in the background holds the terminal open.
const drain = 500 * time.Millisecond

// shell holds a conversation about an interactive terminal.
func (h *Host) shell(t *talk, start *wire.ShellStart, rights wire.Rights) error {
	term, err := h.Terminal(terminal.Spec{Term: start.Term}, terminal.Size{Columns: start.Columns, Rows: start.Rows})
	if err != nil {
		return notStarted("a shell", err)
	}
	defer term.Close()
	if err := t.open(rights); err != nil {
		return err
	}
	// At the end of the conversation a blocked read or write of the terminal
	// ends only when that is closed.
	t.run(func() error {
		<-t.ctx.Done()
		return term.Close()
	})
	t.run(func() error { return typing(t, term) })
	return until(t, term)
}

// notStarted says why not, in a length that is a sentence: the system's error
// may repeat a whole command line.
func notStarted(what string, err error) *wire.Refused {
	if errors.Is(err, errors.ErrUnsupported) {
		return &wire.Refused{Code: wire.CodeUnsupported, Text: fmt.Sprintf("This computer cannot start %s: %.500s.", what, err), Final: true}
	}
	return &wire.Refused{Code: wire.CodeProgramFailed, Text: fmt.Sprintf("The computer could not start %s: %.500s.", what, err)}
}

// typing carries what the representative types. The terminal's errors are not
// the conversation's: its program has ended, and Exit says so.
func typing(t *talk, term terminal.Terminal) error {
	return t.receive(wire.MaxData, func(typ wire.Type, body []byte) error {
		switch typ {
		case wire.TypeInput:
			if len(body) == 0 {
				body = []byte{endOfInput}
			}
			t.patiently(func() { _, _ = term.Write(body) })
		case wire.TypeResize:
			s, err := wire.ParseSize(body)
			if err != nil {
				return err
			}
			_ = term.Resize(terminal.Size(s))
		}
		return nil // of a newer version
	})
}

// until carries what the terminal shows until its program ends, then the status.
func until(t *talk, term terminal.Terminal) error {
	over := make(chan error, 1)
	t.run(func() error {
		over <- output(t, wire.TypeOutput, term)
		return nil
	})
	status, err := term.Wait()
	select {
	case <-over:
	case <-time.After(drain):
		term.Close()
		<-over
	}
	return t.exit(status, err)
}

// output sends what r gives until its end.
func output(t *talk, typ wire.Type, r io.Reader) error {
	buf := make([]byte, chunk)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if err := t.write(typ, buf[:n]); err != nil {
				t.cancel(err) // nobody reads any more: the program goes as well
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

// exit sends the last message of a shell or program.
func (t *talk) exit(status int, failed error) error {
	if err := t.ctx.Err(); err != nil {
		return t.reason(err)
	}
	e := wire.Exit{Status: status}
	if failed != nil {
		e = wire.Exit{Status: -1, Text: fmt.Sprintf("%.500s", failed)}
	}
	if err := t.send(wire.TypeExit, &e); err != nil {
		return err
	}
	t.finish()
	return fmt.Errorf("exit status %d", e.Status)
}
