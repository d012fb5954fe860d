package program_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"jump/internal/testwait"
	"jump/platform/program"
)

func run(t *testing.T, input string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p, err := program.Start(program.Spec{Args: args, Stdout: &out, Stderr: &errs})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(p.Stdin(), input); err != nil {
		t.Fatal(err)
	}
	p.Stdin().Close()
	if status, err = p.Wait(); err != nil {
		t.Fatal(err)
	}
	return status, out.String(), errs.String()
}

func TestStreams(t *testing.T) {
	status, out, errs := run(t, "a line\n", "sh", "-c", `cat; echo no >&2; exit 7`)
	if status != 7 || out != "a line\n" || errs != "no\n" {
		t.Errorf("%d, %q, %q", status, out, errs)
	}
}

func TestArgumentsAreAVector(t *testing.T) {
	_, out, _ := run(t, "", "printf", "%s|", "a b", "$HOME", "`id`", "*", ";", "ü")
	if out != "a b|$HOME|`id`|*|;|ü|" {
		t.Errorf("%q", out)
	}
}

func TestSignal(t *testing.T) {
	if status, _, _ := run(t, "", "sh", "-c", "kill -TERM $$"); status != 128+15 {
		t.Errorf("status %d", status)
	}
}

func TestHome(t *testing.T) {
	_, out, _ := run(t, "", "sh", "-c", "pwd; echo $HOME; cd; pwd")
	lines := strings.Fields(out)
	if len(lines) != 3 || lines[0] != program.Home() || lines[1] != program.Home() || lines[2] != program.Home() {
		t.Errorf("%q, home is %q", out, program.Home())
	}
}

func TestNotFound(t *testing.T) {
	for _, args := range [][]string{nil, {"no-such-program-anywhere"}, {"/etc/passwd"}} {
		if _, err := program.Start(program.Spec{Args: args}); err == nil {
			t.Errorf("%q was started", args)
		}
	}
	if _, err := program.Start(program.Spec{Args: []string{"ls"}, Dir: "/no/such/place"}); err == nil {
		t.Error("started in no directory")
	}
}

// slowly writes to a buffer only after the gate opened.
type slowly struct {
	gate <-chan struct{}
	bytes.Buffer
}

func (s *slowly) Write(p []byte) (int, error) {
	<-s.gate
	return s.Buffer.Write(p)
}

// TestSlowReader: nothing is lost when the output is taken long after the
// program's end.
func TestSlowReader(t *testing.T) {
	gate := make(chan struct{})
	out := &slowly{gate: gate}
	p, err := program.Start(program.Spec{Args: []string{"head", "-c", "60000", "/dev/zero"}, Stdout: out})
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(program.Grace+500*time.Millisecond, func() { close(gate) })
	if status, err := p.Wait(); err != nil || status != 0 || out.Len() != 60000 {
		t.Errorf("%d, %v, %d bytes", status, err, out.Len())
	}
}

// TestBackground: what stays behind does not hold the end up.
func TestBackground(t *testing.T) {
	if status, out, _ := run(t, "", "sh", "-c", "sleep 30 & echo $!"); status != 0 || out == "" {
		t.Errorf("%d, %q", status, out)
	} else if pid, err := strconv.Atoi(strings.TrimSpace(out)); err == nil {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// TestKill: what a program started ends with it.
func TestKill(t *testing.T) {
	r, w := io.Pipe()
	p, err := program.Start(program.Spec{Args: []string{"sh", "-c", "sleep 1000 & echo $!; wait"}, Stdout: w})
	if err != nil {
		t.Fatal(err)
	}
	pid := make([]byte, 16)
	n, err := r.Read(pid)
	if err != nil {
		t.Fatal(err)
	}
	p.Kill()
	if status, err := p.Wait(); err != nil || status != 128+9 {
		t.Errorf("%d, %v", status, err)
	}
	p.Kill() // nothing, and nobody else
	// A killed process ends when it runs the next time, which may take a moment.
	testwait.Eventually(t, "the child has ended", func() error {
		state, err := os.ReadFile("/proc/" + strings.TrimSpace(string(pid[:n])) + "/stat")
		if err == nil && !strings.Contains(string(state), ") Z") {
			return fmt.Errorf("it lives: %s", state)
		}
		return nil
	})
}

func TestEnvironment(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "/run/x")
	t.Setenv("KEPT", "yes")
	env := program.Environment("KEPT=changed", "TERM=vt100")
	if slices.ContainsFunc(env, func(e string) bool { return strings.HasPrefix(e, "NOTIFY_SOCKET=") }) {
		t.Error("the service manager's variable is handed on")
	}
	if slices.Contains(env, "KEPT=yes") || !slices.Contains(env, "KEPT=changed") || !slices.Contains(env, "TERM=vt100") {
		t.Errorf("%q", env)
	}
}
