package channel

import (
	"errors"
	"fmt"
	"io"

	"jump/transport/wire"
)

// Streams are the near ends of a program's standard streams.
type Streams struct {
	In  io.Reader // nil: the program reads the end of input at once
	Out io.Writer
	Err io.Writer
}

const inputChunk = 32 << 10 // bytes of input in one message

// Exec carries a program's streams until it ends, and returns how.
func (c *Channel) Exec(s Streams) (wire.Exit, error) {
	if s.In == nil {
		if err := c.Send(wire.TypeInput, nil); err != nil {
			return wire.Exit{}, fmt.Errorf("end the input: %w", err)
		}
	} else {
		// Nothing can interrupt a read of standard input, so this goroutine
		// is not waited for: it ends with its input, or at the first write
		// after the channel was closed, or with the process.
		go c.pump(s.In)
	}
	return c.output(s)
}

// pump sends all of in, and its end.
func (c *Channel) pump(in io.Reader) {
	buf := make([]byte, inputChunk)
	for {
		n, err := in.Read(buf)
		if n > 0 && c.Send(wire.TypeInput, buf[:n]) != nil {
			return
		}
		if err != nil {
			_ = c.Send(wire.TypeInput, nil) // the reading side reports a broken channel
			return
		}
	}
}

// output writes what the program says until it ends.
func (c *Channel) output(s Streams) (wire.Exit, error) {
	for {
		t, body, err := c.Next()
		if err != nil {
			return wire.Exit{}, early(err)
		}
		switch t {
		case wire.TypeOutput:
			_, err = s.Out.Write(body)
		case wire.TypeErrors:
			_, err = s.Err.Write(body)
		case wire.TypeExit:
			var exit wire.Exit
			return exit, wire.Unmarshal(body, &exit)
		}
		if err != nil {
			return wire.Exit{}, fmt.Errorf("write the program's output: %w", err)
		}
	}
}

// early explains an end that came before the program's.
func early(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Ended{Code: wire.CodeNotConnected}
	}
	return err
}
