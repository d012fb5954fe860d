//go:build unix

package daemon

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"jump/platform/account"
	"jump/platform/lock"
)

// TestMain lets the test program be the daemon: its first argument says how it
// behaves, the second is its lock.
func TestMain(m *testing.M) {
	if len(os.Args) != 3 || os.Args[1][0] == '-' {
		os.Exit(m.Run())
	}
	switch os.Args[1] {
	case "broken":
		fmt.Fprintln(os.Stderr, "the disk is on fire")
		os.Exit(7)
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
	}
	if _, err := lock.Acquire(os.Args[2]); err != nil {
		os.Exit(1)
	}
	// Until a signal ends it; one that never comes, or the runtime would find that
	// nothing can happen any more.
	never := make(chan os.Signal, 1)
	signal.Notify(never, syscall.SIGUSR1)
	<-never
}

func spec(t *testing.T, behaviour string) Spec {
	t.Helper()
	me, err := account.Current()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "lock")
	return Spec{Program: os.Args[0], Args: []string{behaviour, path}, Lock: path, Output: filepath.Join(dir, "output"), As: me}
}

func TestStartAndStop(t *testing.T) {
	s := spec(t, "obedient")
	if err := Stop(t.Context(), s.Lock, s.As); err != nil {
		t.Errorf("stop what does not run: %v", err)
	}
	for range 2 {
		if err := Start(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if pid, err := lock.Owner(s.Lock); pid == 0 || pid == os.Getpid() || err != nil {
			t.Errorf("the lock is held by %d, %v", pid, err)
		}
		if err := Stop(t.Context(), s.Lock, s.As); err != nil {
			t.Error(err)
		}
		if held, err := lock.Held(s.Lock); held || err != nil {
			t.Errorf("after stopping: %v, %v", held, err)
		}
	}
}

// TestBroken: what does not start says why.
func TestBroken(t *testing.T) {
	err := Start(t.Context(), spec(t, "broken"))
	var ended *EndedError
	if !errors.As(err, &ended) || ended.Code != 7 || ended.Said != "the disk is on fire" {
		t.Errorf("%v", err)
	}
}

// TestDeaf: who does not end when asked is killed.
func TestDeaf(t *testing.T) {
	s := spec(t, "deaf")
	if err := Start(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if free, err := end(t.Context(), held{s.Lock, s.As}, syscall.SIGTERM, 10*look); free || err != nil {
		t.Errorf("asked: %v, %v", free, err)
	}
	if free, err := end(t.Context(), held{s.Lock, s.As}, syscall.SIGKILL, killTimeout); !free || err != nil {
		t.Errorf("killed: %v, %v", free, err)
	}
}

// TestStranger: a lock file that names somebody else's process harms nobody.
func TestStranger(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root could signal somebody else's process")
	}
	nobody, err := account.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	s := spec(t, "obedient")
	if err := Start(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := Stop(t.Context(), s.Lock, nobody); err == nil {
		t.Error("a process of root was stopped as nobody's")
	}
	if err := Stop(t.Context(), s.Lock, s.As); err != nil {
		t.Error(err)
	}
}
