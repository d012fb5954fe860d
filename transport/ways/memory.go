package ways

import (
	"slices"
	"time"
)

// Memory is what is known of the ways out of one network. All its methods are
// pure.
type Memory struct {
	// Way is the name of the one that led to the site when the best did not; "":
	// the best does, or nothing is known yet.
	Way string `json:"way,omitempty"`
	// Tries is how often the best way has failed since, but for the first time.
	Tries int `json:"tries,omitempty"`
	// Retry is when the best way is to be tried again.
	Retry time.Time `json:"retry,omitzero"`
	// Silent counts tunnels on the best way in a row that fell silent young: a
	// network that lets handshakes through and no tunnel.
	Silent int `json:"silent,omitempty"`
	// Seen is when this was last of use.
	Seen time.Time `json:"seen"`
}

// maxSilent is how many tunnels on the best way may fall silent young.
const maxSilent = 2

// retries are the waits before the best way is tried again; the last repeats.
var retries = []time.Duration{15 * time.Minute, time.Hour, 24 * time.Hour}

// due reports whether the best way is to be tried like any other. A time too
// far ahead was written by a clock that was wrong.
func (m Memory) due(now time.Time) bool {
	return m.Way == "" || !now.Before(m.Retry) || m.Retry.Sub(now) > retries[len(retries)-1]
}

// order returns the indexes of the ways in the order in which to try them.
func (m Memory) order(names []string, now time.Time) []int {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	if at := slices.Index(names, m.Way); at > 0 && !m.due(now) {
		order = slices.Insert(slices.Delete(order, at, at+1), 0, at)
	}
	return order
}

// knows reports whether a way, whose place in the order of preference is given,
// is the one that led to the site the last time.
func (m Memory) knows(name string, place int) bool {
	return !m.Seen.IsZero() && m.Silent == 0 && (m.Way == name || m.Way == "" && place == 0)
}

// won notes that a way led to the site, when first was tried first.
func (m Memory) won(names []string, way, first int, now time.Time) Memory {
	switch {
	case way == 0:
		return Memory{Silent: m.Silent, Seen: now}
	case first == 0 && m.Way == "":
		return Memory{Way: names[way], Retry: now.Add(retries[0]), Seen: now}
	case first == 0:
		m = m.failed(now)
	}
	m.Way, m.Seen = names[way], now
	return m
}

// failed notes that the best way was tried again in vain.
func (m Memory) failed(now time.Time) Memory {
	m.Tries++
	m.Retry, m.Seen = now.Add(retries[min(m.Tries, len(retries)-1)]), now
	return m
}

// silent notes that a tunnel on the best way fell silent young. After the
// second one the next best way comes first.
func (m Memory) silent(names []string, now time.Time) Memory {
	m.Silent++
	m.Seen = now
	if m.Silent < maxSilent || len(names) < 2 {
		return m
	}
	return Memory{Way: names[1], Retry: now.Add(retries[0]), Seen: now}
}
