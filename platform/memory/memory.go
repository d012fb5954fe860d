// Package memory gives memory back to the system that a process at rest does
// not need.
//
// It is no limit and no collector: what is in use stays, and what is needed
// again comes back by itself.
package memory

import "runtime/debug"

// Rest is for a moment at which a process expects to do little for long. It
// collects garbage and returns what the heap has no use for and, on Linux, the
// pages of the program's file that only its start has needed. It takes some
// milliseconds, and the first work after it a little longer than usual.
func Rest() {
	debug.FreeOSMemory()
	leave()
}
