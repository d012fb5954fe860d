//go:build linux

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"jump/internal/testwait"
	"jump/platform/child"
)

// patience bounds every wait for something that takes milliseconds on an idle
// machine.
const patience = testwait.Patience

// process is a program that runs until it is stopped. What it says is shown
// when its test fails.
type process struct {
	t    testing.TB
	name string
	cmd  *exec.Cmd
	*child.Process
	out *output
}

// output collects what a program writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// start runs a program in a group of its own and stops the whole group at the
// end of the test.
func start(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, name: strings.TrimPrefix(cmd.Path, programs+"/"), cmd: cmd, out: &output{}}
	if cmd.Stdout == nil {
		cmd.Stdout = p.out
	}
	cmd.Stderr = p.out
	cmd.WaitDelay = time.Second
	var err error
	if p.Process, err = child.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.cleanup)
	return p
}

func (p *process) cleanup() {
	p.signal(syscall.SIGTERM)
	select {
	case <-p.Done():
	case <-time.After(10 * time.Second):
		p.t.Errorf("%s did not end within 10 s of SIGTERM", p.name)
	}
	if err := p.Stop(0); err != nil { // and whom it left behind
		p.t.Error(err)
	}
	if p.t.Failed() {
		p.t.Logf("%s said:\n%s", strings.Join(p.cmd.Args, " "), clip(p.out.String(), 8000))
	}
}

// kill ends the program at once, as a power cut would.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.Done()
}

func (p *process) signal(s syscall.Signal) {
	if !p.ended() {
		_ = p.cmd.Process.Signal(s)
	}
}

// exit waits for the program's end and returns its status.
func (p *process) exit() int {
	p.t.Helper()
	select {
	case <-p.Done():
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.t.Fatalf("%s has not ended after %v", p.name, patience)
		return -1
	}
}

// says waits until the program has written text.
func (p *process) says(text string) {
	p.t.Helper()
	testwait.Eventually(p.t, fmt.Sprintf("%s says %q", p.name, text), func() error {
		over := p.ended() // before its output is looked at, which is complete then
		if strings.Contains(p.out.String(), text) {
			return nil
		}
		err := fmt.Errorf("it said %q", clip(p.out.String(), 2000))
		if over {
			p.t.Fatalf("%s ended without saying %q: %v", p.name, text, err)
		}
		return err
	})
}

func (p *process) ended() bool {
	select {
	case <-p.Done():
		return true
	default:
		return false
	}
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return "…" + s[len(s)-n:]
}

// result is how a program ended.
type result struct {
	out, err string
	status   int
}

// try runs a program to its end.
func try(t testing.TB, stdin string, env []string, name string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	cmd.Env = append(os.Environ(), env...)
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("%s: %v", name, err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// must runs a program that has to succeed and returns its output.
func must(t testing.TB, stdin string, env []string, name string, args ...string) string {
	t.Helper()
	r := try(t, stdin, env, name, args...)
	if r.status != 0 {
		t.Fatalf("%s %s: status %d\n%s%s", name, strings.Join(args, " "), r.status, r.out, r.err)
	}
	return r.out
}
