//go:build linux

package network

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// counting is a shell in which something counts, and that is asked for its
// number before and after.
const counting = "echo shell-$$-begins; for i in $(seq %d); do echo n$i; sleep 0.5; done; echo shell-$$-ends\n"

// long reports whether tests take the times that people meet: `make soak`.
var long = os.Getenv("JUMP_SOAK") != ""

// pick returns the larger of two sizes of a test where that may take long.
func pick[T any](usual, soak T) T {
	if long {
		return soak
	}
	return usual
}

// TestShellOutlasts: a shell goes on after its client was away for a while,
// after the site was killed and began again, and after the client's address
// changed: the same process, and every line of its output once.
func TestShellOutlasts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		count   int
		happens func(w *world, s *site)
	}{
		"away":    {pick(40, 150), func(w *world, _ *site) { w.away(pick(9*time.Second, 65*time.Second)) }},
		"restart": {24, func(_ *world, s *site) { s.restart() }},
		"address": {16, func(w *world, _ *site) { w.move() }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := w.startSite()
			s.client().waitFor(online, 1, 2*soon)
			cmd := s.jump("shell", "pc")
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			shell := start(t, cmd)
			fmt.Fprintf(in, counting, c.count)
			shell.waitFor("\nn5\r", 1, 3*soon)
			c.happens(w, s)
			shell.waitFor(fmt.Sprintf("\nn%d\r", c.count), 1, 4*time.Minute)
			fmt.Fprintln(in, "exit")
			select {
			case <-shell.Done():
			case <-time.After(time.Minute):
				t.Error("the shell does not end")
			}
			shell.counted(c.count)
		})
	}
}

// counted checks what a shell has said while it counted.
func (p *process) counted(n int) {
	p.t.Helper()
	var numbers, shells []string
	for line := range strings.Lines(p.text()) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\x1b[?2004l\r")) // of readline
		switch number := strings.TrimPrefix(line, "shell-"); {
		case number != line:
			pid, _, _ := strings.Cut(number, "-")
			shells = append(shells, pid)
		case strings.HasPrefix(line, "n"):
			numbers = append(numbers, line)
		}
	}
	if len(shells) != 2 || shells[0] != shells[1] {
		p.t.Errorf("shells %q, not the same", shells)
	}
	var want []string
	for i := range n {
		want = append(want, fmt.Sprintf("n%d", i+1))
	}
	if got := strings.Join(numbers, " "); got != strings.Join(want, " ") {
		p.t.Errorf("counted %s", got)
	}
}

// away takes the agent's network away for a while.
func (w *world) away(d time.Duration) {
	w.in("agent", "ip link set router down")
	<-time.After(d)
	w.in("agent", "ip link set router up")
	w.in("agent", "ip route replace default via "+inside)
}

// move gives the agent another address, and takes the one that it had.
func (w *world) move() {
	w.in("agent", "ip addr add "+secondAddr+"/24 dev router")
	w.in("agent", "ip addr del "+agentAddr+"/24 dev router")
	w.in("agent", "ip addr replace "+secondAddr+"/24 dev router")
	w.in("agent", "ip route replace default via "+inside)
}

// restart kills the site, and starts it again a moment later.
func (s *site) restart() {
	s.w.t.Helper()
	if err := s.proc.cmd.Process.Kill(); err != nil {
		s.w.t.Fatal(err)
	}
	<-s.proc.Done()
	s.proc = start(s.w.t, s.w.command("site", s.proc.cmd.Args[4], s.proc.cmd.Args[5:]...))
	s.proc.waitFor("the site is open", 1, 30*time.Second)
}

// TestExecOutlasts: a program whose output takes a while arrives whole, though
// the site is killed in the middle.
func TestExecOutlasts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.in("router", "tc qdisc add dev site root tbf rate 80mbit burst 64kb latency 50ms")
	s := w.startSite()
	s.client().waitFor(online, 1, 2*soon)
	numbers := pick(2_500_000, 9_000_000) // 19 or 71 MB
	cmd := s.jump("exec", "pc", "--", "seq", fmt.Sprint(numbers))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	got, want := sha256.New(), sha256.New()
	if _, err := io.CopyN(got, out, 4<<20); err != nil {
		t.Fatal(err)
	}
	s.restart()
	if _, err := io.Copy(got, out); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	same := exec.Command("seq", fmt.Sprint(numbers))
	same.Stdout = want
	if err := same.Run(); err != nil {
		t.Fatal(err)
	}
	if string(got.Sum(nil)) != string(want.Sum(nil)) {
		t.Error("not what was sent")
	}
}
