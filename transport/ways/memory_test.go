package ways

import (
	"slices"
	"testing"
	"time"
)

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

var three = []string{"quic", "tls", "proxy"}

func TestOrder(t *testing.T) {
	for _, c := range []struct {
		name   string
		memory Memory
		want   []int
	}{
		{"nothing is known", Memory{}, []int{0, 1, 2}},
		{"tls led there", Memory{Way: "tls", Retry: start.Add(time.Minute)}, []int{1, 0, 2}},
		{"the proxy led there", Memory{Way: "proxy", Retry: start.Add(time.Minute)}, []int{2, 0, 1}},
		{"time for the best", Memory{Way: "proxy", Retry: start}, []int{0, 1, 2}},
		{"a proxy that is no more", Memory{Way: "other", Retry: start.Add(time.Minute)}, []int{0, 1, 2}},
		{"written by a clock that was ahead", Memory{Way: "tls", Retry: start.AddDate(10, 0, 0)}, []int{0, 1, 2}},
	} {
		if got := c.memory.order(three, start); !slices.Equal(got, c.want) {
			t.Errorf("%s: order %v, want %v", c.name, got, c.want)
		}
	}
}

// TestSchedule: the best way fails, is tried after 15 minutes, an hour, then
// daily; connections that are made meanwhile change nothing of that.
func TestSchedule(t *testing.T) {
	now := start
	m := Memory{}.won(three, 1, 0, now)
	for i, wait := range []time.Duration{15 * time.Minute, time.Hour, 24 * time.Hour, 24 * time.Hour} {
		if m.Way != "tls" || m.Retry.Sub(now) != wait {
			t.Fatalf("after %d tries: %+v, want another after %v", i, m, wait)
		}
		if again := m.won(three, 1, 1, now.Add(time.Minute)); again.Retry != m.Retry || again.Tries != m.Tries {
			t.Errorf("another connection changes the schedule: %+v", again)
		}
		now = m.Retry
		if i%2 == 0 {
			m = m.failed(now) // beside a tunnel
		} else {
			m = m.won(three, 1, 0, now) // when dialling
		}
	}
	if m = m.won(three, 0, 1, now); m.Way != "" || !m.due(now) {
		t.Errorf("after the best way led there: %+v", m)
	}
}

// TestSilentWay: a network that lets handshakes through and no tunnel.
func TestSilentWay(t *testing.T) {
	m := Memory{}.won(three, 0, 0, start).silent(three, start)
	if !m.due(start) {
		t.Errorf("once is no habit: %+v", m)
	}
	m = m.won(three, 0, 0, start).silent(three, start)
	if got := m.order(three, start); !slices.Equal(got, []int{1, 0, 2}) || m.Retry.Sub(start) != 15*time.Minute {
		t.Errorf("the second time: %+v", m)
	}
	if only := (Memory{Silent: 5}).silent(three[:1], start); !only.due(start) {
		t.Errorf("where there is no other way: %+v", only)
	}
}
