package main

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"jump/cmd/jump/internal/apiclient"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"jump": main})
}

// TestScripts runs the command line as a user types it. Every script has a
// site of its own, whose address, CA and fingerprint are in $SITE, $CA and
// $FINGERPRINT.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			f := newFakeSite(t)
			ca := filepath.Join(e.WorkDir, "ca.pem")
			e.Setenv("SITE", f.URL)
			e.Setenv("CA", ca)
			e.Setenv("FINGERPRINT", apiclient.Fingerprint(f.Certificate()))
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, "config"))
			return f.writeCA(ca)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status, "private": private, "png": isPNG},
	})
}

// status runs a program and demands its exit status: status 5 jump show x.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strconv.Itoa(err.(interface{ ExitCode() int }).ExitCode())
	}
	if got != args[0] {
		ts.Fatalf("status %s, want %s (%v)", got, args[0], err)
	}
}

// isPNG demands a picture of one colour: png FILE WIDTH HEIGHT RRGGBB.
func isPNG(ts *testscript.TestScript, _ bool, args []string) {
	m, err := png.Decode(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	if got := fmt.Sprint(m.Bounds().Dx(), " ", m.Bounds().Dy()); got != args[1]+" "+args[2] {
		ts.Fatalf("%s has %s pixels", args[0], got)
	}
	for i := range m.Bounds().Dx() * m.Bounds().Dy() {
		r, g, b, _ := m.At(i%m.Bounds().Dx(), i/m.Bounds().Dx()).RGBA()
		if got := fmt.Sprintf("%02x%02x%02x", r>>8, g>>8, b>>8); got != args[3] {
			ts.Fatalf("pixel %d of %s is %s", i, args[0], got)
		}
	}
}

// private demands that only their owner can read files.
func private(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if info.Mode().Perm()&0o077 != 0 {
			ts.Fatalf("%s has mode %v", name, info.Mode())
		}
	}
}
