//go:build linux

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"jump/internal/testbuild"
	"jump/internal/testwait"
)

// programs is the folder with jumpsite, jumpclient, jump, and make, which makes
// installers; built once.
var programs string

func TestMain(m *testing.M) {
	testwait.AtOnce(3)
	os.Exit(testbuild.With("e2e", prepare, m.Run))
}

func prepare(dir string) error {
	programs = dir
	return testbuild.Programs(dir, "jump/cmd/jumpsite", "jump/cmd/jumpclient", "jump/cmd/jump", "jump/packaging/make")
}

// program returns the path of one of ours.
func program(name string) string { return testbuild.Path(programs, name) }

// need fails the test unless a program is installed.
func need(t testing.TB, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is not installed: run `make setup`", name)
	}
}

// keep returns the folder for pictures of this test's failure.
func keep(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "out", "e2e", filepath.FromSlash(t.Name()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
