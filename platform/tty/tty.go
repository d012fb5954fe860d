// Package tty is the terminal in front of the person who runs a program: its
// size, its raw mode, and questions without an echo.
//
// It is not the terminal of a remote shell (platform/terminal makes those), and
// it interprets nothing of what is typed.
package tty

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// Is reports whether f is a terminal.
func Is(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Size returns the size of a terminal in characters.
func Size(f *os.File) (columns, rows int, err error) {
	columns, rows, err = term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0, fmt.Errorf("read the terminal's size: %w", err)
	}
	return columns, rows, nil
}

// Raw gives every key that is typed on in to the program at once and without
// an echo, and lets out understand escape sequences, until restore is called.
func Raw(in, out *os.File) (restore func() error, err error) {
	state, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return nil, fmt.Errorf("switch the terminal to raw mode: %w", err)
	}
	undo, err := sequences(out)
	if err != nil {
		return nil, errors.Join(err, term.Restore(int(in.Fd()), state))
	}
	return func() error { return errors.Join(undo(), term.Restore(int(in.Fd()), state)) }, nil
}

// Resizes sends whenever the terminal f may have another size, until ctx ends;
// then it closes the channel.
func Resizes(ctx context.Context, f *os.File) <-chan struct{} { return resizes(ctx, f) }

// Password writes a prompt and reads a line without an echo. When ctx ends it
// returns at once, with the echo back on.
func Password(ctx context.Context, in *os.File, out io.Writer, prompt string) (string, error) {
	fd := int(in.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("read a password: %w", err)
	}
	fmt.Fprint(out, prompt)
	defer fmt.Fprintln(out)
	line, err := within(ctx, func() (string, error) {
		b, err := term.ReadPassword(fd)
		return string(b), err
	})
	if ctx.Err() != nil {
		err = errors.Join(err, term.Restore(fd, state))
	}
	return line, err
}

// Line writes a prompt and reads a line, at most maxLine bytes, without its
// end. When ctx ends it returns at once.
func Line(ctx context.Context, in io.Reader, out io.Writer, prompt string) (string, error) {
	fmt.Fprint(out, prompt)
	return within(ctx, func() (string, error) { return readLine(in) })
}

const maxLine = 4096

// readLine reads byte by byte: what follows the line is somebody else's.
func readLine(in io.Reader) (string, error) {
	var line []byte
	for b := make([]byte, 1); len(line) < maxLine; {
		n, err := in.Read(b)
		switch {
		case n == 1 && b[0] == '\n':
			return trimReturn(line), nil
		case n == 1:
			line = append(line, b[0])
		case errors.Is(err, io.EOF) && len(line) > 0:
			return trimReturn(line), nil
		case err != nil:
			return "", fmt.Errorf("read a line: %w", err)
		}
	}
	return "", fmt.Errorf("read a line: more than %d bytes", maxLine)
}

func trimReturn(line []byte) string {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return string(line)
}

// within runs read until it returns or ctx ends. Nothing can interrupt a read
// from a terminal, so in the second case it is left behind: the program is
// about to end.
func within(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := read()
		got <- answer{line, err}
	}()
	select {
	case a := <-got:
		return a.line, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
