// Package lifetime decides when an agent that has lost its site ends for good
// (requirement E11): it counts the time without the site that the agent has
// really lived through.
//
// It is not the authority, which is the site with a clock of its own; it reads
// no clock and no file itself; and it uninstalls nothing.
//
// An agent that ends too early is lost to its site, one that ends too late
// harms nobody. So every doubt is decided for the agent:
//
//   - Only the time between two failed attempts counts, when nothing authenticated
//     was heard between them: at most a day of it, and at most what both the
//     clock since boot and the clock on the wall say. Setting the wall clock can
//     therefore make the count smaller, never larger.
//   - Of the time that the machine was switched off nothing counts, for no clock
//     can be trusted to have seen it. Across a boot the uptime at the first look
//     counts, at most an hour: a disk may have come into a machine that was up
//     for long. For the same reason the end is a day later than the limit.
//   - A contact sets the count to nothing, and so does a count on the disk that
//     is lost or damaged.
//   - The end also needs 72 hours of running and 50 failed attempts, both since
//     the last boot. What may be the return of a snapshot (the wall clock has
//     jumped) begins both anew, what may be a waking (the machine slept) the
//     attempts: networks come up late.
//
// A disk that was put back to an older state brings an older count with it.
// Then the time of its own history counts, and what protects the agent is the
// last rule: it has three days to reach its site.
//
//	          failure                      failure: counts
//	         ┌─────────────┐              ┌──┐
//	         │             ▼              │  ▼
//	┌────────┴──┐        ┌────────────────┴──┐  limit, 72 h, 50   ┌──────┐
//	│ in touch  │        │       away        │ ─────────────────► │ over │
//	└───────────┘        └────────┬──────────┘   and it is kept   └──────┘
//	         ▲     contact        │
//	         └────────────────────┘
package lifetime

import (
	"time"
)

// The bounds of the count.
const (
	maxStep    = 24 * time.Hour  // of one step of the count within a boot
	maxBoot    = time.Hour       // of one across a boot
	grace      = 24 * time.Hour  // on top of the limit
	leastRan   = 72 * time.Hour  // of running since boot, before the end
	leastFails = 50              // attempts since boot or waking, before the end
	asleep     = time.Minute     // of sleep, from which on attempts begin anew
	jump       = 5 * time.Minute // of the wall clock against that since boot, from which on it was set
)

// Reading is what the machine's clocks say at one moment.
type Reading struct {
	Boot  string        `json:"boot"`     // names this start of the machine; empty: unknown
	Total time.Duration `json:"total_ns"` // since boot, asleep or awake
	Awake time.Duration `json:"awake_ns"` // since boot, without sleep
	Wall  time.Duration `json:"wall_ns"`  // since 1970; anybody can set it
}

// State is the count. Its zero value is that of an agent that has heard from
// its site just now.
type State struct {
	Away   bool          `json:"away"`     // since the last contact an attempt has failed
	Lived  time.Duration `json:"lived_ns"` // without the site
	Ran    time.Duration `json:"ran_ns"`   // of that, running since boot
	Failed int           `json:"failed"`   // attempts since boot or waking
	Last   Reading       `json:"last"`     // at the last failed attempt, if Away
}

// fail is the state after an attempt that failed. Alive says that this process
// has seen the state before it.
func (s State) fail(now Reading, alive bool) State {
	if !s.Away { // whatever was before may have been contact
		return State{Away: true, Failed: 1, Last: now}
	}
	x := between(s.Last, now)
	next := State{Away: true, Lived: s.Lived + x.lived, Ran: s.Ran, Failed: s.Failed + 1, Last: now}
	if alive {
		next.Ran += x.awake
	}
	if x.booted || x.jumped {
		next.Ran = 0
	}
	if x.booted || x.jumped || x.slept {
		next.Failed = 1
	}
	return next
}

// over reports whether the agent has lived without its site for too long.
func (s State) over(limit time.Duration) bool {
	return s.Away && s.Lived >= limit+grace && s.Ran >= leastRan && s.Failed >= leastFails
}

// step is what lies between two readings.
type step struct {
	lived  time.Duration // that has passed, at most maxStep
	awake  time.Duration
	booted bool
	slept  bool
	jumped bool
}

func between(a, b Reading) step {
	if a.Boot != b.Boot && a.Boot != "" && b.Boot != "" {
		return step{booted: true, lived: lived(b.Total, b.Wall-a.Wall, maxBoot)}
	}
	if b.Total < a.Total || b.Awake < a.Awake {
		return restarted(a, b)
	}
	total, wall := b.Total-a.Total, b.Wall-a.Wall
	awake := min(b.Awake-a.Awake, total)
	return step{
		lived: lived(total, wall, maxStep), awake: awake,
		slept: total-awake > asleep, jumped: (wall - total).Abs() > jump,
	}
}

// restarted is the step between readings whose clocks went back. Where boots
// have names, this is none, and who knows what it is.
func restarted(a, b Reading) step {
	if a.Boot != "" && b.Boot != "" {
		return step{booted: true}
	}
	return step{booted: true, lived: lived(b.Total, b.Wall-a.Wall, maxBoot)}
}

// lived is what counts of a step that is so long for two clocks.
func lived(total, wall, most time.Duration) time.Duration { return max(0, min(total, wall, most)) }
