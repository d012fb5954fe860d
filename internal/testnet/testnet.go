//go:build linux

// Package testnet gives tests network namespaces of their own.
//
// It is not what lays cables between them: that is the test's matter. It needs
// root and iproute2.
package testnet

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// prefix begins the names of all namespaces; the number of the test's process
// follows.
const prefix = "jump-test-"

var (
	count    atomic.Int32
	sweeping sync.Once
)

// Namespace makes a namespace with a loopback that is up, for as long as the
// test runs, and returns its name. It removes those of tests that were killed.
func Namespace(t testing.TB) string {
	t.Helper()
	sweeping.Do(func() { sweep(t) })
	name := fmt.Sprintf("%s%d-%d", prefix, os.Getpid(), count.Add(1))
	ip(t, "netns", "add", name)
	t.Cleanup(func() { ip(t, "netns", "delete", name) })
	ip(t, "-netns", name, "link", "set", "lo", "up")
	return name
}

// sweep removes the namespaces of processes that are gone.
func sweep(t testing.TB) {
	t.Helper()
	all, err := filepath.Glob("/run/netns/" + prefix + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		name := filepath.Base(path)
		pid, _, _ := strings.Cut(strings.TrimPrefix(name, prefix), "-")
		if _, err := os.Stat("/proc/" + pid); os.IsNotExist(err) {
			t.Logf("a test that was killed left the namespace %s", name)
			_ = exec.Command("ip", "netns", "delete", name).Run() // another test may be quicker
		}
	}
}

func ip(t testing.TB, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s", strings.Join(args, " "), err, out)
	}
}
