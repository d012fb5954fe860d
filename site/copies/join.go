package copies

import "slices"

// Join is what the site knows of the join counter (docs/PROTOCOL.md section 1)
// on one agent's disk. It moves in two phases, so that it is right whenever the
// agent, the site or the network fails:
//
//	            issue n                    n is shown, or kept
//	Confirmed c ───────► Confirmed c       ─────────────────► Confirmed n
//	                     Issued …, n ◄─┐                      Issued none
//	                       │ c is shown│
//	                       └───────────┘ issue n+1: n may be there or not
//
// The invariant: the disk holds c or one of those issued since. An agent shows
// only what is on its disk for certain, so once it has shown or confirmed one
// of them all others are gone, and whoever shows one of those has another disk.
type Join struct {
	Confirmed uint64   `json:"confirmed"` // 0: none
	Issued    []uint64 `json:"issued,omitempty"`
}

// maxIssued bounds Join.Issued, for agents that cannot write to their disk.
// Then the last one is issued again.
const maxIssued = 16

// Accepts reports whether the agent to which this belongs may show that counter.
func (j *Join) Accepts(shown uint64) bool {
	return shown == j.Confirmed || slices.Contains(j.Issued, shown)
}

// confirm notes that a counter is on the agent's disk. One that was never
// issued, or is not any more, changes nothing.
func (j *Join) confirm(counter uint64) {
	if slices.Contains(j.Issued, counter) {
		j.Confirmed, j.Issued = counter, nil
	}
}

// issue returns the counter for the agent's next Welcome; fresh was never used.
func (j *Join) issue(fresh uint64) uint64 {
	if len(j.Issued) == maxIssued {
		return j.Issued[maxIssued-1]
	}
	j.Issued = append(slices.Clone(j.Issued), fresh)
	return fresh
}
