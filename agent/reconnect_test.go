package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// longest draws the longest wait there is, shortest none.
func longest(n int64) int64 { return n - 1 }
func shortest(int64) int64  { return 0 }

// TestMonthsAway: however long a site is gone, its agent comes back.
func TestMonthsAway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		r.welcomed(wire.Settings{}).Close("power cut")
		r.away()
		time.Sleep(60 * 24 * time.Hour)
		begin := time.Now()
		r.welcomed(wire.Settings{})
		if took := time.Since(begin); took > longestWait {
			t.Errorf("came back after %v", took)
		}
		if tries := r.net.Dials(); tries < 60*24*60 {
			t.Errorf("tried %d times only", tries)
		}
	})
}

// TestLostNetwork: an idle tunnel over a cut network ends, and the agent comes
// back with the network.
func TestLostNetwork(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		r.welcomed(wire.Settings{}).answer()
		time.Sleep(time.Hour)
		r.net.Cut()
		time.Sleep(time.Hour)
		r.net.Restore()
		begin := time.Now()
		r.welcomed(wire.Settings{})
		if took := time.Since(begin); took > longestWait+5*time.Second {
			t.Errorf("came back after %v", took)
		}
	})
}

func TestPause(t *testing.T) {
	lost := errors.New("lost")
	bye := func(after uint32) error {
		return fmt.Errorf("x: %w", &goodbyeError{wire.Goodbye{RetryAfter: after}})
	}
	refused := func(code wire.Code, after uint32) error {
		return fmt.Errorf("x: %w", &wire.Refused{Code: code, RetryAfter: after})
	}
	const s = time.Second
	for _, c := range []struct {
		name   string
		spread uint32
		lived  time.Duration // every connection
		err    error
		least  time.Duration
		most   []time.Duration
	}{
		{"failures", 0, 0, lost, 0, []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s, 30 * s}},
		{"wide spread", 300, 0, lost, 0, []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 64 * s, 128 * s, 256 * s, 300 * s}},
		{"long connections", 0, time.Hour, lost, 0, []time.Duration{s, s, s}},
		{"short connections", 0, 10 * s, lost, 0, []time.Duration{s, 2 * s, 4 * s}},
		{"goodbye", 120, time.Hour, bye(0), 0, []time.Duration{120 * s, 120 * s}},
		{"goodbye until then", 120, time.Hour, bye(40), 40 * s, []time.Duration{41 * s, 41 * s}},
		{"busy site", 0, 0, refused(wire.CodeOverloaded, 10), 10 * s, []time.Duration{11 * s, 12 * s}},
		{"forgotten", 0, 0, refused(wire.CodeNotEnrolled, 10), slowWait, []time.Duration{slowWait + s, slowWait + 2*s}},
		{"absurd wish", 0, time.Hour, bye(1 << 31), longestWish, []time.Duration{longestWish + s}},
	} {
		for _, draw := range []func(int64) int64{longest, shortest} {
			a := newAgent(Options{Draw: draw})
			a.backoff.Base, a.backoff.Draw = firstWait, draw
			a.Learned.Settings.ReconnectSpread = c.spread
			var got []time.Duration
			for range c.most {
				got = append(got, a.pause(c.err, c.lived))
			}
			want := c.most
			if draw(2) == 0 {
				want = slices.Repeat([]time.Duration{c.least}, len(want))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", c.name, got, want)
			}
		}
	}
}

// TestFleetSpreads: agents that a site sends away come back evenly.
func TestFleetSpreads(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const agents, spread = 200, 100
		n := transporttest.NewNetwork()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{}, agents)
		for i := range agents {
			key := transporttest.Key(fmt.Sprint(i))
			go func() {
				Run(ctx, Options{
					Dialer: n.Dialer(key, transporttest.ID("site")), Key: key,
					Status: func(context.Context) wire.Status { return wire.Status{} },
					Keep:   (&running{}).keep,
				})
				ended <- struct{}{}
			}()
		}
		l, err := n.Listen(transporttest.Key("site"))
		if err != nil {
			t.Fatal(err)
		}
		for range agents {
			greet(t, l, wire.Settings{ReconnectSpread: spread}, true)
		}
		begin := time.Now()
		var quarters [4]int
		for range agents {
			greet(t, l, wire.Settings{}, false)
			quarters[min(int(time.Since(begin)/(spread/4*time.Second)), 3)]++
		}
		for i, got := range quarters {
			if got < agents/8 {
				t.Errorf("%d of %d came in quarter %d", got, agents, i)
			}
		}
		cancel()
		l.Close()
		for range agents {
			<-ended
		}
	})
}

// greet welcomes one agent, and then says goodbye or stops caring.
func greet(t *testing.T, l transport.Listener, s wire.Settings, bye bool) {
	t.Helper()
	tunnel, err := l.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	control, err := tunnel.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = wire.Send(control, wire.TypeWelcome, wire.Welcome{Protocol: 1, Settings: s})
	if err == nil && bye {
		err = wire.Send(control, wire.TypeGoodbye, wire.Goodbye{Code: wire.CodeRestarting})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestRestartedSite: the agent speaks often enough, in packets large enough, to
// learn of a restart before the transport's idle timeout.
func TestRestartedSite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		p := r.welcomed(wire.Settings{StatusEvery: 3600})
		for range 5 {
			begin := time.Now()
			p.read(wire.TypePing, nil)
			if quiet := time.Since(begin); quiet > 15*time.Second {
				t.Errorf("said nothing for %v", quiet)
			}
		}
	})
}

// TestSiteBreaksProtocol: nonsense on a welcomed control stream ends the
// tunnel, and the agent comes back, but slower and slower.
func TestSiteBreaksProtocol(t *testing.T) {
	for name, nonsense := range map[string][]byte{
		"no message":     []byte("HTTP/1.1 400 Bad Request\r\n\r\n"),
		"oversize":       wire.AppendHeader(nil, wire.TypeSettings, wire.MaxFrame),
		"short ping":     wire.Append(nil, wire.TypePing, []byte("1234567")),
		"second welcome": message(t, wire.TypeWelcome, wire.Welcome{Protocol: 1}),
		"bad settings":   wire.Append(nil, wire.TypeSettings, []byte{0xa1, 0x01, 0x61, 0x61}),
		"bad removal":    wire.Append(nil, wire.TypeRemoved, []byte{0xff}),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := start(t, func(o *Options) { o.Draw = longest })
				begin := time.Now()
				for range 7 {
					p := r.welcomed(wire.Settings{})
					p.raw(nonsense)
					p.gone()
				}
				if took := time.Since(begin); took < 60*time.Second {
					t.Errorf("seven tries within %v", took)
				}
				synctest.Wait()
				for _, got := range r.reports() {
					if !got.Online && !strings.Contains(got.Err.Error(), "broke the protocol") {
						t.Errorf("reported %+v", got)
					}
				}
			})
		})
	}
}

func TestRemovedLater(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		p := r.welcomed(wire.Settings{})
		time.Sleep(time.Hour)
		p.send(wire.TypeRemoved, wire.Removed{Reason: "Sold."})
		if got := r.result(); got.reason != ReasonRemoved || got.err.Error() != "Sold." {
			t.Errorf("ended with %+v", got)
		}
	})
}

// TestUnknownMessages are skipped, so that newer sites talk with this agent.
func TestUnknownMessages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		p := r.next()
		p.raw(wire.Append(nil, 0x7f, []byte("from the future")))
		p.send(wire.TypeWelcome, wire.Welcome{Protocol: 1})
		p.raw(wire.Append(nil, 0x7f, []byte("from the future")))
		p.raw(wire.Append(nil, wire.TypePing, []byte("12345678")))
		p.read(wire.TypePong, nil)
	})
}

// TestHurry: a change of the network ends a wait, once, and no wait that the
// site wished for.
func TestHurry(t *testing.T) {
	bubble(t, func(t *testing.T) {
		hurry := make(chan struct{}, 1)
		r := start(t, func(o *Options) { o.Hurry, o.Draw = hurry, longest })
		site := r.welcomed(wire.Settings{})
		site.answer()
		hurry <- struct{}{} // and the tunnel lives on
		time.Sleep(time.Hour)
		site.Close("power cut")
		r.away()
		time.Sleep(time.Hour) // until the waits are long
		if len(hurry) > 0 {
			t.Error("an old change would hurry still")
		}
		for before := r.net.Dials(); r.net.Dials() == before; {
			time.Sleep(time.Second)
		}
		time.Sleep(10 * time.Second) // until that dial is given up
		tries := r.net.Dials()
		hurry <- struct{}{}
		time.Sleep(time.Second)
		if n := r.net.Dials() - tries; n != 1 {
			t.Errorf("tried %d times at once", n)
		}
		r.next().send(wire.TypeGoodbye, wire.Goodbye{RetryAfter: 3600})
		begin := time.Now()
		time.Sleep(time.Second)
		hurry <- struct{}{}
		r.next()
		if took := time.Since(begin); took < time.Hour {
			t.Errorf("came back %v after the site wished for an hour", took)
		}
	})
}
