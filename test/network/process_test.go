//go:build linux

package network

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"jump/platform/child"
)

// process is a program that runs until its test ends. What it says is shown when
// the test fails.
type process struct {
	t   testing.TB
	cmd *exec.Cmd
	*child.Process

	mu      sync.Mutex
	said    bytes.Buffer
	changed chan struct{} // closed when it says something
}

func start(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: cmd, changed: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p, p
	cmd.WaitDelay = time.Second
	var err error
	if p.Process, err = child.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	return p
}

// stop ends the program and whom it started.
func (p *process) stop() {
	if err := p.Stop(10 * time.Second); err != nil {
		p.t.Error(err)
	}
	if p.t.Failed() {
		p.t.Logf("%s said:\n%s", strings.Join(p.cmd.Args, " "), p.text())
	}
}

// Write takes what the program says.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.changed)
	p.changed = make(chan struct{})
	return p.said.Write(b)
}

func (p *process) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// waitFor waits until the program has said something for the nth time.
func (p *process) waitFor(text string, n int, within time.Duration) {
	p.t.Helper()
	if err := p.hears(text, n, within); err != nil {
		p.t.Fatal(err)
	}
}

// hears is waitFor with an error.
func (p *process) hears(text string, n int, within time.Duration) error {
	limit := time.NewTimer(within)
	defer limit.Stop()
	for {
		p.mu.Lock()
		found, changed := strings.Count(p.said.String(), text), p.changed
		p.mu.Unlock()
		if found >= n {
			return nil
		}
		select {
		case <-changed:
		case <-p.Done():
			return fmt.Errorf("ended before it said %q", text)
		case <-limit.C:
			return fmt.Errorf("did not say %q for the %d. time within %v", text, n, within)
		}
	}
}

// grows waits until the program has written so many bytes in all, and reports
// whether it did before its end.
func (p *process) grows(size int) bool {
	for {
		p.mu.Lock()
		long, changed := p.said.Len() >= size, p.changed
		p.mu.Unlock()
		if long {
			return true
		}
		select {
		case <-changed:
		case <-p.Done():
			return false
		}
	}
}

// must runs a program to its end and returns what it printed.
func must(t testing.TB, cmd *exec.Cmd) string {
	t.Helper()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(cmd.Args, " "), err, out, errs.String())
	}
	return string(out)
}
