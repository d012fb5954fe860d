package limiter

import (
	"net/netip"
	"strconv"
	"testing"
	"time"
)

func TestTake(t *testing.T) {
	now := time.Unix(1e9, 0)
	l := New(time.Minute, 10)
	for _, c := range []struct {
		after time.Duration
		key   string
		n     int
		wait  time.Duration
	}{
		{0, "a", 11, time.Minute}, // more than ever
		{0, "a", 6, 0}, {0, "a", 5, time.Minute}, {0, "a", 4, 0}, {0, "a", 1, time.Minute}, {0, "b", 10, 0},
		{90 * time.Second, "a", 1, 0}, {0, "a", 1, 30 * time.Second},
		{time.Hour, "a", 10, 0}, {0, "a", 1, time.Minute},
	} {
		now = now.Add(c.after)
		if wait := l.Take(c.key, now, c.n); wait != c.wait {
			t.Errorf("%+v: wait %v", c, wait)
		}
	}
	l.Refund("a")
	l.Refund("nobody")
	if wait := l.Take("a", now, 1); wait != 0 {
		t.Errorf("after a refund: wait %v", wait)
	}
}

// TestMemory: however many keys somebody thinks of, a limiter stays small, and
// remembers who owes most.
func TestMemory(t *testing.T) {
	l := New(time.Hour, 10)
	now := time.Unix(1e9, 0)
	l.Take("worst", now, 10)
	for n := range 2 * keysRemembered {
		l.Take(strconv.Itoa(n), now.Add(time.Duration(n)), 1)
	}
	if len(l.keys) != keysRemembered || len(l.next) != len(l.keys) {
		t.Errorf("%d keys, %d debts", len(l.keys), len(l.next))
	}
	if l.Take("worst", now, 1) == 0 {
		t.Error("who owes most was forgotten")
	}
	for n := range keysRemembered { // two are forgotten for each that comes
		l.Take(strconv.Itoa(-n), now.Add(24*time.Hour), 1)
	}
	if l.Take("worst", now.Add(24*time.Hour), 10) != 0 || len(l.keys) > keysRemembered {
		t.Errorf("a day later there are %d keys", len(l.keys))
	}
}

// BenchmarkFull takes tries of ever new keys while as many as can be are
// remembered.
func BenchmarkFull(b *testing.B) {
	l := New(time.Hour, 1)
	n := 0
	for ; n < keysRemembered; n++ {
		l.Take(strconv.Itoa(n), time.Unix(1e9, int64(n)), 1)
	}
	for b.Loop() {
		n++
		l.Take(strconv.Itoa(n), time.Unix(1e9, int64(n)), 1)
	}
}

func TestAddressKey(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8::1": "2001:db8::/64", "2001:db8::2%eth0": "2001:db8::/64",
	} {
		if got := AddressKey(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
	AddressKey(netip.Addr{})
}
