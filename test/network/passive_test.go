//go:build linux

package network

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
)

// listening returns the UDP sockets in the agent's namespace that belong to
// nobody at the other end.
func (w *world) listening() []string {
	w.t.Helper()
	var open []string
	for line := range strings.Lines(must(w.t, w.command("agent", "ss", "-H", "-lntu"))) {
		open = append(open, strings.Join(strings.Fields(line), " "))
	}
	return open
}

// shown is what `jump show` prints about the client.
type shown struct {
	Status    string `json:"status"`
	Passive   bool   `json:"passive"`
	Connected bool   `json:"connected"`
}

func (s *site) show() (c shown) {
	s.w.t.Helper()
	if err := json.Unmarshal([]byte(must(s.w.t, s.jump("show", "pc", "--json"))), &c); err != nil {
		s.w.t.Fatal(err)
	}
	return c
}

// fails runs a command that has to fail, and returns what it says.
func (s *site) fails(args ...string) string {
	s.w.t.Helper()
	cmd := s.jump(args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Run(); err == nil {
		s.w.t.Errorf("jump %v worked", args)
	}
	return errs.String()
}

// TestPassive: a client becomes passive, its tunnel goes, one socket listens
// there, and a jump comes through by a call (requirement G1). A black hole is
// message M15. Then it is active again, and nothing listens.
func TestPassive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.in("site", "ip route add 10.77.0.0/24 via "+outside)
	s := w.startSite()
	c := s.client()
	c.waitFor(online, 1, soon)
	if open := w.listening(); len(open) != 0 {
		t.Errorf("an active client listens: %q", open)
	}

	must(t, s.jump("set", "pc", "--passive"))
	c.waitFor(`msg="checked in"`, 1, soon)
	s.proc.waitFor(`msg="client disconnected"`, 1, soon)
	if got := s.show(); got != (shown{"passive", true, false}) {
		t.Errorf("the site shows %+v", got)
	}
	open := w.listening()
	if len(open) != 1 || !strings.HasPrefix(open[0], "udp ") || !strings.Contains(open[0], ":5832 ") {
		t.Errorf("a passive client listens on %q", open)
	}
	w.in("router", "iptables -I FORWARD -j DROP")
	if said := s.fails("exec", "pc", "--", "echo", "hello"); !strings.Contains(said, "Timed out trying to connect") {
		t.Errorf("into a black hole: %q", said)
	}
	w.in("router", "iptables -D FORWARD -j DROP")
	for range 2 { // by a call, and on the tunnel that it left
		if out := must(t, s.jump("exec", "pc", "--", "echo", "hello")); out != "hello\n" {
			t.Errorf("by a call: %q", out)
		}
	}
	c.waitFor(online, 2, soon)
	stranger(w)

	must(t, s.jump("set", "pc", "--active"))
	c.waitFor("not listening any more", 1, soon)
	must(t, s.jump("exec", "pc", "--", "echo", "hello"))
	if got := s.show(); got != (shown{"online", false, true}) {
		t.Errorf("the site shows %+v", got)
	}
}

// TestPassiveCopy: the disk of a passive client is copied and started elsewhere.
// None of the two keeps a tunnel, so it is a check-in that shows it; from then on
// no session begins with either.
func TestPassiveCopy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.in("site", "ip route add 10.77.0.0/24 via "+outside)
	s := w.startSite()
	folder := t.TempDir()
	first, second := filepath.Join(folder, "first"), filepath.Join(folder, "second")
	c := s.client("--dir", first)
	c.waitFor(online, 1, soon)
	must(t, s.jump("set", "pc", "--passive"))
	c.waitFor(`msg="checked in"`, 1, soon)
	testwait.Eventually(t, "the folder is copied", func() error { // a file that the client replaces meanwhile ends cp
		return errors.Join(os.RemoveAll(second), exec.Command("cp", "-a", first, second).Run())
	})
	copied := start(t, w.command("agent", "jumpclient", "run", "--dir", second))
	copied.waitFor(`msg="checked in"`, 1, 2*soon)
	w.in("agent", "ip route replace default via "+inside2) // they check in, either of them
	testwait.Eventually(t, "the copy is found", func() error {
		if got := s.show(); got.Status != "quarantined" {
			return fmt.Errorf("the site shows %+v", got)
		}
		return nil
	})
	if said := s.fails("exec", "pc", "--", "echo", "hello"); !strings.Contains(said, "Two computers") {
		t.Errorf("a session with one of two: %q", said)
	}
}

// stranger sends what is no knock to a passive client, and hears nothing.
func stranger(w *world) {
	w.t.Helper()
	out := must(w.t, w.command("router", "python3", "-c", `
import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(1)
for first in (b"x", b"\xc0\x00\x00\x00\x01\x08", b"\xc0\x0a\x0a\x0a\x0a\x08", b"\x40"):
    s.sendto(first + os.urandom(1199), ("`+agentAddr+`", 5832))
try:
    print("answered", s.recvfrom(2048))
except TimeoutError:
    print("silent")
`))
	if out != "silent\n" {
		w.t.Errorf("a stranger was %s", out)
	}
}

// TestPassiveForbidden: the owner of a computer has the last word.
func TestPassiveForbidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.startSite()
	c := s.client("--listen", "none")
	c.waitFor(online, 1, soon)
	if said := s.fails("set", "pc", "--passive"); !strings.Contains(said, "does not let") {
		t.Errorf("made passive: %q", said)
	}
	if open := w.listening(); len(open) != 0 {
		t.Errorf("it listens on %q", open)
	}
}
