package session

import (
	"errors"
	"io"
	"io/fs"
	"os/exec"

	"jump/platform/program"
	"jump/transport/wire"
)

// exec holds a conversation about one program.
func (h *Host) exec(t *talk, start *wire.ExecStart, rights wire.Rights) error {
	p, err := h.Program(program.Spec{
		Args: start.Args, Dir: start.Dir,
		Stdout: &sender{t, wire.TypeOutput}, Stderr: &sender{t, wire.TypeErrors},
	})
	if err != nil {
		return notRunning(err)
	}
	// Whatever happens now, the program is ended and waited for.
	t.run(func() error {
		<-t.ctx.Done()
		p.Kill()
		return nil
	})
	if err := t.open(rights); err != nil {
		t.cancel(err)
	}
	t.run(func() error { return feed(t, p.Stdin()) })
	status, err := p.Wait()
	return t.exit(status, err)
}

func notRunning(err error) *wire.Refused {
	r := notStarted("the program", err)
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		r.Hint = "Check its name, and the directory."
	}
	return r
}

// sender writes what a program says as messages, after the answer to Open.
type sender struct {
	t   *talk
	typ wire.Type
}

func (s *sender) Write(p []byte) (int, error) {
	<-s.t.opened
	n := 0
	for n < len(p) {
		part := p[n:min(n+chunk, len(p))]
		if err := s.t.write(s.typ, part); err != nil {
			s.t.cancel(err)
			return n, err
		}
		n += len(part)
	}
	return n, nil
}

// feed carries the standard input. A program that closed its input loses what
// still comes, as in a pipe; that is no error of the conversation.
func feed(t *talk, stdin io.WriteCloser) error {
	closed := false
	return t.receive(wire.MaxData, func(typ wire.Type, body []byte) error {
		if typ != wire.TypeInput || closed {
			return nil
		}
		if len(body) > 0 {
			var err error
			if t.patiently(func() { _, err = stdin.Write(body) }); err == nil {
				return nil
			}
		}
		closed = true
		stdin.Close()
		return nil
	})
}
