//go:build linux

package linux

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"jump/internal/testbuild"
	"jump/internal/testwait"
)

// programs is the folder with jumpsite, jumpclient and jump, built once.
var programs string

func TestMain(m *testing.M) { os.Exit(testbuild.With("linux", prepare, m.Run)) }

func prepare(dir string) error {
	programs = dir
	return testbuild.Programs(dir, "jump/cmd/jumpsite", "jump/cmd/jumpclient", "jump/cmd/jump")
}

func program(name string) string { return testbuild.Path(programs, name) }

// patience bounds every wait for something that takes milliseconds on an idle
// machine.
const patience = testwait.Patience

// result is how a program ended.
type result struct {
	out, err string
	status   int // -1: by a signal
}

func (r result) String() string { return fmt.Sprintf("status %d\n%s%s", r.status, r.out, r.err) }

// Error makes a result usable as what eventually waits for the end of.
func (r result) Error() string { return r.String() }

// try runs a program to its end.
func try(t testing.TB, env []string, name string, args ...string) result {
	t.Helper()
	return tryWith(t, env, "", name, args...)
}

func tryWith(t testing.TB, env []string, stdin, name string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	cmd.Env = append(os.Environ(), env...)
	cmd.WaitDelay = time.Second // whoever was started in the background has our pipes
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatalf("%s: %v", name, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%s %q has not ended after %v: %s%s", name, args, patience, &out, &errs)
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		t.Errorf("%s %q left somebody behind who holds its output", name, args)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// must runs a program that has to succeed and returns its output.
func must(t testing.TB, name string, args ...string) string {
	t.Helper()
	r := try(t, nil, name, args...)
	if r.status != 0 {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), r)
	}
	return r.out
}
