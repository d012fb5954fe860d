package store

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"jump/transport/wire"
)

// TestCandidates: what a client claims does not lead the site to itself.
func TestCandidates(t *testing.T) {
	c := Client{PublicIP: "203.0.113.9", Reach: Reach{Port: 5832, Good: "10.0.0.7:5832",
		Addresses: []string{"127.0.0.1", "::1", "169.254.1.1", "224.0.0.1", "0.0.0.0", "255.255.255.255", "fe80::1", "10.0.0.7", "2001:db8::7", "::ffff:10.0.0.8"}}}
	got := fmt.Sprint(c.Candidates())
	if want := "[10.0.0.7:5832 203.0.113.9:5832 [2001:db8::7]:5832 10.0.0.8:5832]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	c.Reach.Port = 6000
	if got := c.Candidates(); slices.ContainsFunc(got, func(a netip.AddrPort) bool { return a.Port() != 6000 }) {
		t.Errorf("after it listens elsewhere: %v", got)
	}
	c.Reach.Port = 0
	if got := c.Candidates(); got != nil {
		t.Errorf("one that does not listen: %v", got)
	}
}

// TestSetPassive: messages M2 and M10, and who cannot be passive.
func TestSetPassive(t *testing.T) {
	s := open(t)
	addKey(t, s, "k", 0, time.Hour)
	ids := []wire.ID{enrol(t, s, 1, "k", "one").ID, enrol(t, s, 2, "k", "two").ID}
	set := func(id wire.ID, passive bool) error {
		_, err := s.UpdateClient(t.Context(), id, Change{Passive: &passive})
		return err
	}
	if err := set(ids[0], true); !errors.Is(err, ErrNoPassive) {
		t.Errorf("an old version: %v", err)
	}
	for _, c := range []struct {
		reach *wire.Reach
		want  error
	}{{&wire.Reach{}, ErrNoListening}, {&wire.Reach{Allowed: true}, nil}} {
		if _, err := s.SetReach(t.Context(), ids[0], c.reach); err != nil {
			t.Fatal(err)
		}
		if err := set(ids[0], true); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.reach, err, c.want)
		}
	}
	if n, err := s.Deployed(t.Context()); err != nil || n != (Limits{Total: 2, Active: 1}) {
		t.Errorf("%+v, %v", n, err)
	}
	if err := s.SetLimits(t.Context(), Limits{Active: 1}); err != nil {
		t.Fatal(err)
	}
	if err := set(ids[0], false); !errors.Is(err, ErrActiveLimit) {
		t.Errorf("beyond the limit: %v", err)
	}
	if err := errors.Join(set(ids[1], false), set(ids[0], true)); err != nil {
		t.Errorf("no change: %v", err)
	}
	if err := s.SetLimits(t.Context(), Limits{Active: 2}); err != nil {
		t.Fatal(err)
	}
	if err := set(ids[0], false); err != nil {
		t.Errorf("with room: %v", err)
	}
}
