// Package memory keeps a process small: it says how much garbage may wait to be
// collected, and gives back to the system what a process at rest does not need.
//
// It is no limit and no collector: what is in use stays, and what is needed
// again comes back by itself.
package memory

import (
	"os"
	"runtime/debug"
	"sync"
)

// How much garbage may grow to, in percent of what is alive (the runtime's GOGC).
const (
	mostly     = 50
	whileLarge = 20
)

// large counts the callers of Large that are not done, and keeps what was in force
// before the first.
var large struct {
	sync.Mutex
	callers, before int
}

// Thin lets garbage grow to half of what is alive, not to as much again: for
// processes that are idle most of their time, in which what work leaves behind
// should not stay. Who has set GOGC has decided, here and in Large.
func Thin() {
	if !decided() {
		debug.SetGCPercent(mostly)
	}
}

// Large is for a time in which megabytes stay alive and little garbage is made,
// as while pictures of a screen are kept: it lets garbage grow to a fifth of that
// until done is called. Several callers may overlap.
func Large() (done func()) {
	if decided() {
		return func() {}
	}
	large.Lock()
	defer large.Unlock()
	if large.callers++; large.callers == 1 {
		large.before = debug.SetGCPercent(whileLarge)
	}
	return sync.OnceFunc(func() {
		large.Lock()
		defer large.Unlock()
		if large.callers--; large.callers == 0 {
			debug.SetGCPercent(large.before)
		}
	})
}

func decided() bool { return os.Getenv("GOGC") != "" }

// Rest is for a moment at which a process expects to do little for long. It
// collects garbage and returns what the heap has no use for and, on Linux, the
// pages of the program's file that only its start has needed. It takes some
// milliseconds, and the first work after it a little longer than usual.
func Rest() {
	debug.FreeOSMemory()
	leave()
}
