package store

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"jump/transport/wire"
)

// Reach is how a client can be called. It is its own claim, but for Good.
type Reach struct {
	Known     bool     `json:"known,omitempty"`   // it has said what follows: its version knows passive mode
	Allowed   bool     `json:"allowed,omitempty"` // the owner of its computer lets it listen
	Port      uint16   `json:"port,omitempty"`    // UDP; 0: it does not listen
	Addresses []string `json:"addresses,omitempty"`
	Good      string   `json:"good,omitempty"` // where it was last met: address and port
}

// take returns a Reach with what a client says now.
func (r Reach) take(said *wire.Reach) Reach {
	if said == nil {
		return Reach{}
	}
	return Reach{Known: true, Allowed: said.Allowed, Port: said.Port, Addresses: said.Addresses, Good: r.Good}
}

// maxCandidates bounds the addresses at which a client is tried.
const maxCandidates = 8

// Candidates returns where to try to call a client, the best first: where it
// was met last, where its tunnels come from, and what it says itself. Of the
// last only addresses count that lead to another computer in a network: what a
// client claims shall not make the site talk to itself.
func (c Client) Candidates() []netip.AddrPort {
	if c.Reach.Port == 0 {
		return nil
	}
	var all []netip.AddrPort
	add := func(a netip.AddrPort) {
		for _, x := range all {
			if x == a {
				return
			}
		}
		if a.IsValid() && len(all) < maxCandidates {
			all = append(all, a)
		}
	}
	good, _ := netip.ParseAddrPort(c.Reach.Good)
	if good.Port() == c.Reach.Port {
		add(good)
	}
	if seen, err := netip.ParseAddr(c.PublicIP); err == nil {
		add(netip.AddrPortFrom(seen, c.Reach.Port))
	}
	for _, text := range c.Reach.Addresses {
		if a, err := netip.ParseAddr(text); err == nil && a.Unmap().IsGlobalUnicast() {
			add(netip.AddrPortFrom(a.Unmap(), c.Reach.Port))
		}
	}
	return all
}

// Reasons why a client cannot be made passive.
var (
	ErrNoPassive   = errors.New("the version of the client does not know passive mode")
	ErrNoListening = errors.New("the owner of the computer does not let the client listen")
)

// setPassive makes a client passive or active, unless that changes nothing.
func (c *Client) setPassive(ctx context.Context, q queryer, passive *bool) error {
	if passive == nil || *passive == c.Passive {
		return nil
	}
	switch {
	case !*passive && c.UninstalledAt.IsZero():
		if err := room(ctx, q, Limits{Active: 1}); err != nil {
			return err
		}
	case *passive && !c.Reach.Known:
		return ErrNoPassive
	case *passive && !c.Reach.Allowed:
		return ErrNoListening
	}
	c.Passive, c.Absent = *passive, false
	return nil
}

// SetReach takes in what a client says about how it can be called.
func (s *Store) SetReach(ctx context.Context, id wire.ID, said *wire.Reach) (Client, error) {
	return s.edit(ctx, id, func(c *Client) error {
		c.Reach = c.Reach.take(said)
		return nil
	})
}

// MarkReached notes where a client was met.
func (s *Store) MarkReached(ctx context.Context, id wire.ID, at netip.AddrPort) error {
	_, err := s.edit(ctx, id, func(c *Client) error {
		c.Reach.Good = at.String()
		return nil
	})
	return err
}

// MarkAbsent notes that passive clients which have given no sign of life within
// their patience are not expected any more, and returns those of which this is
// new. It counts from the time since when the site can hear them, if that is
// later.
func (s *Store) MarkAbsent(ctx context.Context, since time.Time) ([]Client, error) {
	now := s.now()
	late, err := collect(ctx, s.reader, scanClient, selectClient+`WHERE c.removed_at = 0 AND c.online = 0 AND c.passive = 1
		AND c.absent = 0 AND c.last_seen_at + c.patience < $1 AND c.patience < $2`, toMillis(now), now.Sub(since).Milliseconds())
	if err != nil {
		return nil, fmt.Errorf("look for passive clients that are late: %w", err)
	}
	var marked []Client
	for _, c := range late {
		c, err := s.edit(ctx, c.ID, func(c *Client) error {
			c.Absent = c.Passive && !c.Online && c.LastSeenAt.Add(c.Patience).Before(now) // still
			return nil
		})
		switch {
		case isNotFound(err):
		case err != nil:
			return marked, err
		case c.Absent:
			marked = append(marked, c)
		}
	}
	return marked, nil
}

// passiveSetting is the name of PassiveSettings.
const passiveSetting = "passive"

// PassiveSettings are what administrators have set for all passive clients.
type PassiveSettings struct {
	CheckIn uint32 `json:"check_in"` // seconds; 0: wire.DefaultCheckIn
}

// PassiveSettings returns what is set.
func (s *Store) PassiveSettings(ctx context.Context) (PassiveSettings, error) {
	var p PassiveSettings
	err := s.Setting(ctx, passiveSetting, &p)
	return p, err
}

// SetPassiveSettings keeps what is set.
func (s *Store) SetPassiveSettings(ctx context.Context, p PassiveSettings) error {
	return s.SetSetting(ctx, passiveSetting, p)
}
