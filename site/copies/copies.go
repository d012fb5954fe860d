// Package copies tells the computers apart that show the key of one client: one,
// unless its disk was copied, a snapshot was restored, or the site itself is an
// old backup (design section 4). It is what the site remembers of them and how
// that changes, without a database and without a clock.
//
// It is not what asks who is connected (site/clients does), and it does not
// decide what becomes of a copy: that is an administrator's word.
package copies

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Copy is one of the computers that show the key of one client. Which one shows
// it is told by the join counters that were issued to each.
type Copy struct {
	Number uint64 `json:"number"` // names it within the client; never used again
	Join
	// From is the counter with which it first appeared, which the disk that it
	// was copied from may show as well; 0 for the first.
	From     uint64    `json:"from,omitempty"`
	Address  string    `json:"address"` // where its last tunnel came from
	Hostname string    `json:"hostname"`
	Since    time.Time `json:"since"` // when it first appeared as this copy
	SeenAt   time.Time `json:"seen_at"`
	Fate     Fate      `json:"fate,omitempty"`
}

// Fate is what an administrator has decided about a copy.
type Fate string

// The fates.
const (
	FateNone   Fate = ""       // it is the client, or nobody has decided
	FateRenew  Fate = "renew"  // it becomes a client of its own
	FateRemove Fate = "remove" // it is refused for good, and takes itself off
)

// Set is all copies of one client. Its methods change nothing but return what
// is different then.
type Set []Copy

// maxCopies bounds a Set.
const maxCopies = 8

// Errors on which callers decide.
var (
	ErrTooMany = errors.New("too many copies of one client")
	ErrUnknown = errors.New("there is no such copy")
)

// epoch is how far counters go ahead when a database turns out to be a backup,
// so that none is issued twice, whichever backup is restored next.
const epoch = 1 << 32

// Beyond returns a counter that no run of the site can have issued to an agent
// that shows this one.
func Beyond(shown uint64) uint64 { return (shown/epoch + 1) * epoch }

// Undecided returns the copies about which nobody has decided. If there is one,
// it is the client; if there are more, one of them is.
func (s Set) Undecided() Set {
	return slices.DeleteFunc(slices.Clone(s), func(x Copy) bool { return x.Fate != FateNone })
}

// At returns where a copy is; -1 if it is not.
func (s Set) At(number uint64) int {
	return slices.IndexFunc(s, func(x Copy) bool { return x.Number == number })
}

// Visit is one connection of an agent.
type Visit struct {
	Shown             uint64 // join counter; 0: none
	Counter           uint64 // to issue: larger than all that were
	Address, Hostname string
	At                time.Time
}

// Connect lets a copy connect, or a new one if number is none of the set's. It
// returns the copy with the counter issued to it, the last one in Issued.
func (s Set) Connect(number uint64, v Visit) (Set, Copy, error) {
	s = slices.Clone(s)
	i := s.At(number)
	if i < 0 {
		var err error
		if s, err = s.room(); err != nil {
			return nil, Copy{}, err
		}
		i = len(s)
		s = append(s, Copy{Number: v.Counter, Join: Join{Confirmed: v.Shown}, From: v.Shown, Since: v.At})
	}
	x := &s[i]
	if x.Accepts(v.Shown) {
		x.confirm(v.Shown)
	} else { // from the future, or a disk that came back after it was uninstalled
		x.Join = Join{Confirmed: v.Shown}
	}
	x.issue(v.Counter)
	x.Address, x.Hostname, x.SeenAt = v.Address, v.Hostname, v.At
	return s, *x, nil
}

// room forgets the oldest copy that was decided about, if there are too many.
// It would be a new one if it came back.
func (s Set) room() (Set, error) {
	if len(s) < maxCopies {
		return s, nil
	}
	i := slices.IndexFunc(s, func(x Copy) bool { return x.Fate != FateNone })
	if i < 0 {
		return nil, ErrTooMany
	}
	return slices.Delete(s, i, i+1), nil
}

// Confirm notes that a counter is on a copy's disk.
func (s Set) Confirm(number, counter uint64) Set {
	if i := s.At(number); i >= 0 {
		s = slices.Clone(s)
		s[i].confirm(counter)
	}
	return s
}

// Decide carries out an administrator's word about copies that are undecided:
//
//	FateNone    they are one machine, which is number: the others are forgotten
//	FateRenew   number is the original: the others become clients of their own
//	FateRemove  number is a copy: it is removed
func (s Set) Decide(number uint64, fate Fate) (Set, error) {
	i := s.At(number)
	if i < 0 || s[i].Fate != FateNone {
		return nil, fmt.Errorf("copy %d: %w", number, ErrUnknown)
	}
	s = slices.Clone(s)
	switch fate {
	case FateNone:
		return slices.DeleteFunc(s, func(x Copy) bool { return x.Fate == FateNone && x.Number != number }), nil
	case FateRemove:
		s[i].Fate = FateRemove
	case FateRenew:
		for k := range s {
			if k != i && s[k].Fate == FateNone {
				s[k].Fate = FateRenew
			}
		}
	}
	return s, nil
}

// Release takes a copy out that becomes a client of its own; ErrUnknown if
// there is none that may.
func (s Set) Release(number uint64) (Set, error) {
	i := s.At(number)
	if i < 0 || s[i].Fate != FateRenew {
		return nil, fmt.Errorf("copy %d: %w", number, ErrUnknown)
	}
	return slices.Delete(slices.Clone(s), i, i+1), nil
}
