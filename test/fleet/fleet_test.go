//go:build linux

package main

import (
	"context"
	"os"
	"testing"
	"time"

	"jump/internal/testbuild"
)

// programs is the folder with jumpsite and jump, built once.
var programs string

func TestMain(m *testing.M) { os.Exit(testbuild.With("fleet", prepare, m.Run)) }

func prepare(dir string) error {
	programs = dir
	return testbuild.Programs(dir, "jump/cmd/jumpsite", "jump/cmd/jump")
}

// size is of a fleet in the usual run, or with JUMP_SOAK=1.
func size(usual, soak int) int {
	if os.Getenv("JUMP_SOAK") != "" {
		return soak
	}
	return usual
}

const patience = 10 * time.Minute // for a busy machine: no figure is tested with it

// TestFleet: a fleet enrols at once from one address; a flood and slow
// connections cost it nothing; a site that stops in good order has all of it back,
// and so, in full, has one that was killed. Not one agent is lost.
func TestFleet(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("spoofed packets need root")
	}
	ctx, end := context.WithCancel(t.Context())
	agents := size(150, 2000)
	f, err := newFleet(ctx, options{programs: testbuild.Path(programs, ""), agents: agents, way: "quic", oneHouse: true}, t.TempDir())
	if err != nil {
		end()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		end()
		f.herd.Wait()
		if err := f.site.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := f.herd.Start(ctx, 0, agents); err != nil {
		t.Fatal(err)
	}
	if err := f.await(ctx, agents, time.Time{}, patience); err != nil {
		t.Fatal(err)
	}
	a, err := f.attack(ctx, time.Duration(size(2, 10))*time.Second, size(5000, 20000), size(300, 2000))
	if t.Log(a); err != nil || a.lost > 0 {
		t.Errorf("%v, %v", a, err)
	}
	stop := []func() error{f.site.Stop, f.site.Kill}
	for _, end := range stop[:size(1, 2)] {
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if err := f.site.Start(ctx); err != nil {
			t.Fatal(err)
		}
		up := time.Now()
		if err := f.await(ctx, agents, up, patience); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, ended := f.herd.Online(); len(ended) > 0 {
		t.Errorf("agents that do not come back: %v", ended)
	}
}
