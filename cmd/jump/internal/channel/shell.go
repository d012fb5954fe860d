package channel

import (
	"errors"
	"io"
	"sync"

	"jump/transport/wire"
)

// ErrEscaped says that the person at the terminal left with the escape.
var ErrEscaped = errors.New("left by the escape")

// Shell carries a terminal until its shell ends, and returns how. Each size
// that arrives is told to the far terminal. With escapes, the input is that of
// a person, who leaves with "~." at the beginning of a line: the error is
// ErrEscaped then.
func (c *Channel) Shell(s Streams, sizes <-chan wire.Size, escapes bool) (wire.Exit, error) {
	escaped := make(chan struct{})
	if escapes {
		s.In = &escapeReader{in: s.In, leave: func() { close(escaped); c.Close() }}
	}
	done := make(chan struct{})
	var resizing sync.WaitGroup
	resizing.Go(func() { c.resize(sizes, done) })
	exit, err := c.Exec(s)
	close(done)
	resizing.Wait()
	select {
	case <-escaped:
		return exit, ErrEscaped
	default:
		return exit, err
	}
}

func (c *Channel) resize(sizes <-chan wire.Size, done <-chan struct{}) {
	for {
		select {
		case size := <-sizes:
			if c.Send(wire.TypeResize, size.Append(nil)) != nil {
				return
			}
		case <-done:
			return
		}
	}
}

// escapeReader passes input through its escape. At "~." it calls leave, after
// what came before it was read; that is the end of its input.
type escapeReader struct {
	in    io.Reader
	state escape
	quit  bool
	leave func()
}

func (r *escapeReader) Read(p []byte) (int, error) {
	for !r.quit {
		// The filter may give back one byte more than it takes.
		n, err := r.in.Read(p[:len(p)/2])
		var out []byte
		out, r.quit = r.state.filter(nil, p[:n])
		if len(out) > 0 || err != nil {
			return copy(p, out), err
		}
	}
	r.leave()
	return 0, io.EOF
}

// escape recognises what ssh users know: at the beginning of a line "~." ends
// the conversation, "~~" is one "~", and "~" before anything else is itself.
// The zero value stands before the first byte that is typed, where a line
// begins.
type escape struct {
	inLine bool // the last byte did not end a line
	tilde  bool // a "~" at the beginning of a line is held back
}

// filter appends what is to be sent of in to out. After quit it is not called
// again.
func (e *escape) filter(out, in []byte) (sent []byte, quit bool) {
	for _, b := range in {
		held := e.tilde
		e.tilde = false
		switch {
		case held && b == '.':
			return out, true
		case held && b != '~':
			out = append(out, '~')
		case !held && b == '~' && !e.inLine:
			e.tilde = true
			continue
		}
		out = append(out, b)
		e.inLine = b != '\r' && b != '\n'
	}
	return out, false
}
