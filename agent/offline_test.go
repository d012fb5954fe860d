package agent

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"jump/agent/lifetime"
	"jump/transport"
	"jump/transport/wire"
)

// counted gives an agent a count that is kept in memory, on a machine that is
// never switched off.
func counted(kept *lifetime.State) func(*Options) {
	begin := time.Now()
	return func(o *Options) {
		clocks := func() (lifetime.Reading, error) {
			up := time.Since(begin)
			return lifetime.Reading{Boot: "b", Total: up, Awake: up, Wall: up}, nil
		}
		o.Offline = lifetime.New(*kept, clocks, func(s lifetime.State) error { *kept = s; return nil })
	}
}

// TestOfflineLimit: after 180 days without its site an agent ends (requirement
// E11), or after what the site has set, or never.
func TestOfflineLimit(t *testing.T) {
	const day, hour = 24 * time.Hour, 3600
	for name, c := range map[string]struct {
		settings wire.Settings
		after    time.Duration // 0: never
	}{
		"usual":         {wire.Settings{ReconnectSpread: hour}, 180 * day},
		"as set":        {wire.Settings{ReconnectSpread: hour, OfflineLimit: 30}, 30 * day},
		"absurdly soon": {wire.Settings{OfflineLimit: 1}, 15 * day},
		"never":         {wire.Settings{ReconnectSpread: hour, OfflineNever: true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var kept lifetime.State
				r := start(t, counted(&kept))
				p := r.welcomed(c.settings)
				p.answer()
				time.Sleep(day) // online does not count
				lost := time.Now()
				r.away()
				p.Close("gone for good")
				if c.after == 0 {
					time.Sleep(400 * day)
					r.welcomed(c.settings)
					return
				}
				got := r.result()
				if took := time.Since(lost); took < c.after || took > c.after+2*day {
					t.Errorf("ended after %v", took)
				}
				if got.reason != ReasonOffline || !errors.Is(got.err, lifetime.ErrOver) {
					t.Errorf("ended with %+v", got)
				}
			})
		})
	}
}

// TestShortContact: one handshake with the site's key in 170 days is contact
// enough, even if the site refuses to talk.
func TestShortContact(t *testing.T) {
	const day = 24 * time.Hour
	bubble(t, func(t *testing.T) {
		var kept lifetime.State
		r := start(t, counted(&kept))
		p := r.welcomed(wire.Settings{ReconnectSpread: 3600})
		synctest.Wait()
		p.Close("power cut")
		for range 3 {
			r.away()
			time.Sleep(170 * day)
			if kept.Lived < 168*day {
				t.Errorf("counted %v only", kept.Lived)
			}
			p := r.next()
			p.send(wire.TypeRefused, wire.Refused{Code: wire.CodeOverloaded, Text: "Later.", RetryAfter: 60})
			p.gone()
		}
		r.welcomed(wire.Settings{})
	})
}

// TestOtherSite: whoever answers in the site's place with another key is no
// contact.
func TestOtherSite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var kept lifetime.State
		r := start(t, func(o *Options) {
			counted(&kept)(o)
			o.Dialer = impostor{}
			o.Draw = longest
		})
		if got := r.result(); got.reason != ReasonOffline {
			t.Errorf("ended with %+v", got)
		}
	})
}

type impostor struct{}

func (impostor) Dial(context.Context) (transport.Tunnel, error) { return nil, transport.ErrWrongPeer }
