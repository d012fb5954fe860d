//go:build linux

package service

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"jump/internal/testbuild"
	"jump/internal/testnet"
	"jump/internal/testwait"
)

// patience bounds every wait for something that takes seconds on an idle
// machine.
const patience = testwait.Patience

// programs is the folder with jumpsite, jumpclient, jump, and make, which makes
// installers; built once.
var programs string

func TestMain(m *testing.M) { os.Exit(testbuild.With("service", prepare, m.Run)) }

func prepare(dir string) error {
	programs = dir
	return testbuild.Programs(dir, "jump/cmd/jumpsite", "jump/cmd/jumpclient", "jump/cmd/jump", "jump/packaging/make")
}

func program(name string) string { return testbuild.Path(programs, name) }

// needRoot skips where a tree cannot be booted, and fails where only a package
// is missing.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("booting a tree needs root")
	}
	for _, name := range []string{"systemd-nspawn", "debootstrap", "nsenter", "ip"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is not installed: run `make setup`", name)
		}
	}
}

// must runs a program on this computer and returns what it prints.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// network is a wire between this computer and a namespace of its own.
type network struct {
	namespace string
	here      string // this computer's address on it
}

func newNetwork(t *testing.T) network {
	t.Helper()
	pid := os.Getpid()
	n := network{namespace: testnet.Namespace(t), here: fmt.Sprintf("10.213.%d.%d", pid/64%256, pid%64*4+1)}
	there := fmt.Sprintf("10.213.%d.%d", pid/64%256, pid%64*4+2)
	near, far := fmt.Sprintf("jump%da", pid), fmt.Sprintf("jump%db", pid)
	must(t, "ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", n.namespace)
	t.Cleanup(func() { _ = exec.Command("ip", "link", "delete", near).Run() }) // gone with the namespace, as a rule
	must(t, "ip", "address", "add", n.here+"/30", "dev", near)
	must(t, "ip", "link", "set", near, "up")
	for _, args := range [][]string{{"address", "add", there + "/30", "dev", far}, {"link", "set", far, "up"}} {
		must(t, append([]string{"ip", "-netns", n.namespace}, args...)...)
	}
	return n
}
