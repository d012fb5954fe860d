//go:build linux && amd64

package windows

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"jump/internal/testbuild"
	"jump/internal/testwait"
)

// shared is what all tests use; starting wine for each would take minutes.
var shared struct {
	dir  string // of the programs
	wine *wine
}

func TestMain(m *testing.M) {
	os.Exit(testbuild.With("windows", prepare, func() int {
		defer shared.wine.stop()
		return m.Run()
	}))
}

// prepare builds the programs and starts a fresh Windows.
func prepare(dir string) error {
	shared.dir = dir
	if err := testbuild.Programs(dir, "jump/cmd/jumpsite", "jump/cmd/jump"); err != nil {
		return err
	}
	client := testbuild.Target{System: "windows", Arch: "amd64", Linking: "-H windowsgui"}
	if err := client.Programs(dir, "jump/cmd/jumpclient"); err != nil {
		return err
	}
	w, err := startWine(filepath.Join(dir, "prefix"))
	shared.wine = w
	return err
}

// program returns the path of one of ours.
func program(name string) string { return testbuild.Path(shared.dir, name) }

// patience bounds every wait for something that takes a second on an idle
// machine.
const patience = testwait.Patience

// output runs a program of this computer to its end.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	timer := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer timer.Stop()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

// limited returns a context that ends with the test, or when it takes too long.
func limited(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
