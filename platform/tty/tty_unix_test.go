//go:build !windows

package tty

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// open returns both ends of a terminal of 100 by 30 characters.
func open(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, program, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { person.Close(); program.Close() })
	if err := pty.Setsize(person, &pty.Winsize{Cols: 100, Rows: 30}); err != nil {
		t.Fatal(err)
	}
	return person, program
}

// heard returns what the terminal shows until it ends with text.
func heard(t *testing.T, person *os.File, text string) string {
	t.Helper()
	if err := person.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for b := make([]byte, 1); !strings.HasSuffix(string(got), text); got = append(got, b[0]) {
		if _, err := io.ReadFull(person, b); err != nil {
			t.Fatalf("after %q: %v", got, err)
		}
	}
	return string(got)
}

func TestIsAndSize(t *testing.T) {
	_, program := open(t)
	if c, r, err := Size(program); !Is(program) || c != 100 || r != 30 || err != nil {
		t.Errorf("terminal %v, %d by %d, %v", Is(program), c, r, err)
	}
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, _, err := Size(file); Is(file) || err == nil {
		t.Error("a file is taken for a terminal")
	}
	if _, err := Raw(file, file); err == nil {
		t.Error("a file has a raw mode")
	}
}

func TestRaw(t *testing.T) {
	person, program := open(t)
	restore, err := Raw(program, program)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := person.Write([]byte("\x03q")); err != nil { // Ctrl-C is a key like any other
		t.Fatal(err)
	}
	got := make([]byte, 2)
	if _, err := io.ReadFull(program, got); err != nil || string(got) != "\x03q" {
		t.Errorf("%q, %v", got, err)
	}
	if err := restore(); err != nil {
		t.Fatal(err)
	}
	if _, err := person.Write([]byte("echo\n")); err != nil {
		t.Fatal(err)
	}
	heard(t, person, "echo\r\n")
}

func TestPassword(t *testing.T) {
	person, program := open(t)
	type answer struct {
		password string
		err      error
	}
	got := make(chan answer, 1)
	go func() {
		p, err := Password(t.Context(), program, program, "Password: ")
		got <- answer{p, err}
	}()
	heard(t, person, "Password: ")
	// The echo goes off after the prompt; what is typed before shows, but counts.
	if _, err := person.Write([]byte("geheim ä\n")); err != nil {
		t.Fatal(err)
	}
	if a := <-got; a.password != "geheim ä" || a.err != nil {
		t.Errorf("%q, %v", a.password, a.err)
	}
}

func TestPasswordInterrupted(t *testing.T) {
	person, program := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := Password(ctx, program, io.Discard, "")
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was interrupted", err)
	}
	person.Close() // ends the read that was left behind
}

func TestLine(t *testing.T) {
	for _, c := range []struct{ in, want, rest string }{
		{"one\ntwo\n", "one", "two\n"}, {"one\r\ntwo", "one", "two"}, {"end", "end", ""}, {"\n", "", ""},
	} {
		in := strings.NewReader(c.in)
		got, err := Line(t.Context(), in, io.Discard, "")
		rest, _ := io.ReadAll(in)
		if got != c.want || string(rest) != c.rest || err != nil {
			t.Errorf("%q: %q and %q, %v", c.in, got, rest, err)
		}
	}
	for _, in := range []string{"", strings.Repeat("x", maxLine+1) + "\n"} {
		if got, err := Line(t.Context(), strings.NewReader(in), io.Discard, ""); err == nil {
			t.Errorf("%d bytes: %q", len(in), got)
		}
	}
	var prompt bytes.Buffer
	if _, err := Line(t.Context(), strings.NewReader("x\n"), &prompt, "Name: "); err != nil || prompt.String() != "Name: " {
		t.Errorf("prompt %q, %v", &prompt, err)
	}
}

func TestResizes(t *testing.T) {
	_, program := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	sizes := Resizes(ctx, program)
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	select {
	case <-sizes:
	case <-time.After(10 * time.Second):
		t.Error("nothing said of a new size")
	}
	cancel()
	for range sizes { // until it is closed
	}
}
