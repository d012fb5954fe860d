package session_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"jump/capture/capturetest"
	"jump/transport/wire"
)

// told is what a program said until its end.
type told struct {
	out, errs string
	exit      wire.Exit
}

func (p *peer) listen() told {
	p.t.Helper()
	p.stream.SetDeadline(time.Now().Add(3 * time.Minute))
	var s told
	for {
		switch typ, body := p.next(); typ {
		case wire.TypeOutput:
			s.out += string(body)
		case wire.TypeErrors:
			s.errs += string(body)
		case wire.TypeExit:
			if err := wire.Unmarshal(body, &s.exit); err != nil {
				p.t.Fatal(err)
			}
			p.stream.Close()
			<-p.ended
			return s
		default:
			p.t.Fatalf("message 0x%02x", uint8(typ))
		}
	}
}

func TestExec(t *testing.T) {
	for name, c := range map[string]struct {
		open  *wire.Open
		input []string
		want  told
	}{
		"streams":   {execOpen("sh", "-c", "cat; echo no >&2; exit 9"), []string{"one\n", "two\n", ""}, told{"one\ntwo\n", "no\n", wire.Exit{Status: 9}}},
		"vector":    {execOpen("printf", "%s|", "a b", "$(id)", "*"), []string{""}, told{"a b|$(id)|*|", "", wire.Exit{}}},
		"signal":    {execOpen("sh", "-c", "kill -9 $$"), nil, told{exit: wire.Exit{Status: 137}}},
		"no reader": {execOpen("true"), []string{strings.Repeat("x", 1000), "", "more"}, told{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := begin(t, host(capturetest.NewScreen(), &device{}), c.open)
			p.opened()
			for _, s := range c.input {
				if wire.Write(p.stream, wire.TypeInput, []byte(s)) != nil {
					break // it may have ended by itself
				}
			}
			if got := p.listen(); got != c.want {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// TestExecMuch: what does not fit into any buffer arrives whole.
func TestExecMuch(t *testing.T) {
	p := begin(t, host(capturetest.NewScreen(), &device{}), execOpen("head", "-c", "3000000", "/dev/zero"))
	p.opened()
	if got := p.listen(); len(got.out) != 3000000 || got.exit.Status != 0 {
		t.Errorf("%d bytes, %+v", len(got.out), got.exit)
	}
}

// TestExecEnds: the program ends with its conversation, however that ends.
func TestExecEnds(t *testing.T) {
	for name, end := range map[string]func(p *peer){
		"closed":   func(p *peer) { p.stream.Close() },
		"no input": func(p *peer) { p.stream.CloseWrite() },
		"stopped":  func(p *peer) { p.stop() },
		"garbage":  func(p *peer) { p.stream.Write([]byte{byte(wire.TypeInput), 0xFF, 0xFF, 0xFF}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Both the program and what it started hold this pipe open for writing.
			held := filepath.Join(t.TempDir(), "held")
			if err := syscall.Mkfifo(held, 0o600); err != nil {
				t.Fatal(err)
			}
			p := begin(t, host(capturetest.NewScreen(), &device{}), execOpen("sh", "-c", `exec 3>"$0"; sleep 1000`, held))
			p.opened()
			f, err := os.Open(held)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			end(p)
			<-p.ended
			f.SetReadDeadline(time.Now().Add(time.Minute))
			if _, err := f.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("somebody still holds the pipe: %v", err)
			}
		})
	}
}

// plainHome keeps a user's own start files out of the shells of a test: what
// they start may be slow, and may not like to be killed.
func plainHome(t *testing.T) {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
}

func TestShell(t *testing.T) {
	plainHome(t)
	p := begin(t, host(capturetest.NewScreen(), &device{}), shellOpen())
	p.opened()
	p.stream.SetDeadline(time.Now().Add(3 * time.Minute))
	p.write(wire.TypeResize, wire.Size{Columns: 132, Rows: 50}.Append(nil))
	p.write(wire.TypePing, []byte("12345678"))
	p.write(wire.TypeInput, []byte("stty size; echo it-$((40+2)); exit 3\n"))
	var out string
	pong := false
	for {
		typ, body := p.next()
		switch typ {
		case wire.TypeOutput:
			out += string(body)
		case wire.TypePong:
			pong = true
		case wire.TypeExit:
			var e wire.Exit
			if err := wire.Unmarshal(body, &e); err != nil || e.Status != 3 {
				t.Errorf("%+v, %v", e, err)
			}
			if !pong || !strings.Contains(out, "50 132") || !strings.Contains(out, "it-42") {
				t.Errorf("pong %v, %q", pong, out)
			}
			p.stream.Close()
			<-p.ended
			return
		}
	}
}

// TestShellEnds: the shell is gone when the conversation is.
func TestShellEnds(t *testing.T) {
	plainHome(t)
	for name, end := range map[string]func(p *peer){
		"closed":       func(p *peer) { p.stream.Close() },
		"stopped":      func(p *peer) { p.stop() },
		"size of none": func(p *peer) { p.write(wire.TypeResize, make([]byte, 4)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := begin(t, host(capturetest.NewScreen(), &device{}), shellOpen())
			p.opened()
			end(p)
			p.hang()
		})
	}
}
