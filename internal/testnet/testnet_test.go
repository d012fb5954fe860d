//go:build linux

package testnet

import (
	"os"
	"os/exec"
	"testing"
)

// TestNamespace: a namespace goes with its test, and one that a killed test has
// left goes with the next.
func TestNamespace(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("network namespaces need root")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Fatal("ip is not installed: run `make setup`")
	}
	left := prefix + "4194305-1" // of a process with a number that Linux does not give (proc(5), pid_max)
	ip(t, "netns", "add", left)
	name := ""
	t.Run("lives", func(t *testing.T) {
		name = Namespace(t)
		if sweep(t); !there(name) {
			t.Error("a test that lives has lost its namespace")
		}
	})
	if there(name) || there(left) {
		t.Errorf("left behind: %s %v, %s %v", name, there(name), left, there(left))
	}
}

func there(name string) bool {
	_, err := os.Stat("/run/netns/" + name)
	return err == nil
}
