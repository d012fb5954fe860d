//go:build unix

package child

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// shell starts a script and returns what it writes.
func shell(t *testing.T, script string) (*Process, *bufio.Reader) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	cmd := exec.Command("sh", "-c", script)
	cmd.Stdout = w
	p, err := Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	r.SetReadDeadline(time.Now().Add(20 * time.Second))
	return p, bufio.NewReader(r)
}

// line waits until the script says something.
func line(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	s, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(s)
}

// ended waits until the last process that has the pipe open is gone.
func ended(t *testing.T, r *bufio.Reader) {
	t.Helper()
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Errorf("a process is left: %v", err)
	}
}

func TestStopReachesGrandchildren(t *testing.T) {
	p, out := shell(t, "sleep 600 & echo ready; wait")
	line(t, out)
	if err := p.Stop(10 * time.Second); err != nil {
		t.Error(err)
	}
	ended(t, out)
}

func TestStopForces(t *testing.T) {
	p, out := shell(t, "trap '' TERM; echo ready; while :; do sleep 600; done")
	line(t, out)
	if err := p.Stop(50 * time.Millisecond); err != nil {
		t.Error(err)
	}
	ended(t, out)
}

func TestEndByItself(t *testing.T) {
	p, out := shell(t, "sleep 600 & exit 3")
	<-p.Done()
	if e, ok := p.Err().(*exec.ExitError); !ok || e.ExitCode() != 3 {
		t.Errorf("ended with %v", p.Err())
	}
	if err := p.Stop(time.Second); err != nil {
		t.Error(err)
	}
	ended(t, out)
}

func TestOwnGroup(t *testing.T) {
	p, out := shell(t, "echo $$; sleep 600")
	line(t, out)
	if g, err := syscall.Getpgid(p.cmd.Process.Pid); err != nil || g == syscall.Getpgrp() {
		t.Errorf("process group %d, %v", g, err)
	}
	if err := p.Stop(time.Second); err != nil {
		t.Error(err)
	}
}

func TestStartMissing(t *testing.T) {
	if _, err := Start(exec.Command("/nonexistent/program")); err == nil {
		t.Error("started a program that is not there")
	}
}

// TestDetach: the program is in a session of its own.
func TestDetach(t *testing.T) {
	fifo := t.TempDir() + "/fifo"
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Detach(exec.Command("sh", "-c", `echo $$ >"$0"; read end <"$0"`, fifo)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(fifo)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if sid, err := unix.Getsid(pid); err != nil || sid != pid {
		t.Errorf("process %d is in session %d, %v", pid, sid, err)
	}
	if err := os.WriteFile(fifo, []byte("end\n"), 0); err != nil {
		t.Error(err)
	}
}
