// Package retention removes clients that have been away for too long
// (requirement E11). The site is the authority for that, by its own clock; and
// since what is removed in error is lost to its people, it stops with an alarm
// when it would remove many at once or when its clock has jumped, and does not
// count the time in which it was not there itself.
//
// It is not what a representative removes (site/clients), and it does not decide
// for a client that has no site any more (agent/lifetime).
package retention

import (
	"time"

	"jump/site/store"
	"jump/transport/wire"
)

const day = 24 * time.Hour

// Policy says when a client that is away is removed.
type Policy struct {
	Days int // away; 0: never
	// CountedFrom is when counting began anew for all.
	CountedFrom time.Time
	// Absences are times that do not count, in their order.
	Absences []store.Span
}

// validDays reports whether a number of days is allowed.
func validDays(days int) bool {
	return days == 0 || days >= wire.MinOfflineDays && days <= wire.MaxOfflineDays
}

// DueAt returns when a client is to be removed that was last seen at that time,
// and whether it is to be at all.
func (p Policy) DueAt(seen time.Time) (time.Time, bool) {
	if p.Days == 0 {
		return time.Time{}, false
	}
	from := seen
	if from.Before(p.CountedFrom) {
		from = p.CountedFrom
	}
	due := from.Add(time.Duration(p.Days) * day)
	for _, a := range p.Absences {
		if begin := later(a.From, from); begin.Before(due) && a.To.After(begin) {
			due = due.Add(a.To.Sub(begin))
			from = later(from, a.To) // spans may overlap after a clock has jumped back
		}
	}
	return due, true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Bounds of what one run may remove without a question: 5 % of the fleet and 25
// clients, whichever is less, but one in any fleet. What is stopped in error
// costs an answer, what is removed in error a way to every computer.
const (
	share = 20
	most  = 25
)

func allowance(fleet int) int { return max(1, min(fleet/share, most)) }

// Bounds of what two looks at the clocks may differ by.
const (
	maxSkew  = 5 * time.Minute // of the wall clock against that since boot, or it was set
	maxGap   = time.Hour       // without a look, or the site was not there
	maxGuess = 30 * day        // across boots, or the wall clock was set
)

// between compares two looks: whether the time between them does not count,
// because the site was not there or its clock cannot be trusted, and whether
// that is because the clock was set.
func between(a, b store.Look) (absent, jumped bool) {
	if a.At.IsZero() {
		return false, false
	}
	wall, up := b.At.Sub(a.At), b.Up-a.Up
	if a.Boot == b.Boot && up >= 0 {
		jumped = (wall - up).Abs() > maxSkew
	} else {
		jumped = wall < -maxSkew || wall > maxGuess
	}
	return wall > maxGap || jumped && wall > 0, jumped
}
