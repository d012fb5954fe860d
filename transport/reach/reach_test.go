package reach

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/transporttest"
)

// after is an attempt that ends after a while, or with its context.
func after(d time.Duration, t transport.Tunnel, err error) func(context.Context) (transport.Tunnel, error) {
	return func(ctx context.Context) (transport.Tunnel, error) {
		select {
		case <-time.After(d):
			return t, err
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// stubborn ends after a while whatever its context says.
func stubborn(d time.Duration, t transport.Tunnel) func(context.Context) (transport.Tunnel, error) {
	return func(context.Context) (transport.Tunnel, error) {
		time.Sleep(d)
		return t, nil
	}
}

func tunnel(t *testing.T) transport.Tunnel {
	n := transporttest.NewNetwork()
	l, err := n.Listen(transporttest.Key("site"))
	if err != nil {
		t.Fatal(err)
	}
	agent, err := n.Dialer(transporttest.Key("agent"), transporttest.ID("site")).Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	t.Cleanup(func() { agent.Close("test over") })
	return agent
}

var errBlocked = errors.New("blocked")

func TestFirst(t *testing.T) {
	const wait = time.Second
	for _, c := range []struct {
		name  string
		tries []time.Duration // until success; negative: until failure
		won   int
		took  time.Duration
	}{
		{"the first is fast", []time.Duration{wait / 2, 0}, 0, wait / 2},
		{"the first is slower than its start", []time.Duration{3 * wait, wait / 2}, 1, wait + wait/2},
		{"the first is slow, and still wins", []time.Duration{2 * wait, 2 * wait}, 0, 2 * wait},
		{"the first fails, the second need not wait", []time.Duration{-wait / 4, wait / 4}, 1, wait / 2},
		{"the first fails late, the second runs", []time.Duration{-2 * wait, 3 * wait}, 1, 4 * wait},
		{"two fail", []time.Duration{-wait / 4, -wait / 4, wait / 4}, 2, 3 * wait / 4},
		{"all fail", []time.Duration{-wait / 4, -wait / 4}, -1, wait / 2},
		{"nothing to try", nil, -1, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			tries := make([]Try, len(c.tries))
			for i, d := range c.tries {
				tries[i] = Try{wait, after(max(d, -d), tunnel(t), nil)}
				if d < 0 {
					tries[i].Dial = after(-d, nil, errBlocked)
				}
			}
			start := time.Now()
			got, won, err := First(t.Context(), tries)
			if took := time.Since(start); won != c.won || took != c.took {
				t.Errorf("%s: attempt %d after %v, want %d after %v", c.name, won, took, c.won, c.took)
			}
			if (got != nil) != (won >= 0) || won < 0 && len(c.tries) > 0 && !errors.Is(err, errBlocked) {
				t.Errorf("%s: %v, %v", c.name, got, err)
			}
		})
	}
}

// TestLosers: a tunnel that comes too late is closed.
func TestLosers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		winner, loser := tunnel(t), tunnel(t)
		got, won, err := First(t.Context(), []Try{{0, stubborn(2*time.Second, loser)}, {time.Second, after(0, winner, nil)}})
		if got != winner || won != 1 || err != nil {
			t.Fatalf("attempt %d, %v", won, err)
		}
		<-loser.Context().Done()
		if cause := context.Cause(loser.Context()); !strings.Contains(cause.Error(), "faster") {
			t.Errorf("cause %v", cause)
		}
		if winner.Context().Err() != nil {
			t.Error("the winner was closed")
		}
	})
}

func TestGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		forever := after(time.Hour, nil, errBlocked)
		start := time.Now()
		_, _, err := First(ctx, []Try{{0, forever}, {time.Minute, forever}})
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

func addresses(list string) []netip.Addr {
	var all []netip.Addr
	for _, s := range strings.Fields(list) {
		all = append(all, netip.MustParseAddr(s))
	}
	return all
}

func TestAddresses(t *testing.T) {
	unknown := errors.New("no such host")
	for _, c := range []struct {
		host, found string
		err         error
		want        string
	}{
		{"192.0.2.1", "", unknown, "192.0.2.1"},
		{"::ffff:192.0.2.1", "", unknown, "192.0.2.1"},
		{"a.example", "", unknown, ""},
		{"a.example", "", nil, ""},
		{"a.example", "::ffff:192.0.2.1", nil, "192.0.2.1"},
		{"a.example", "2001:db8::1 2001:db8::2 2001:db8::3 2001:db8::4 2001:db8::5 192.0.2.1", nil, "2001:db8::1 192.0.2.1 2001:db8::2 2001:db8::3"},
		{"a.example", "192.0.2.1 192.0.2.2 2001:db8::1", nil, "192.0.2.1 2001:db8::1 192.0.2.2"},
	} {
		got, err := Addresses(t.Context(), c.host, func(context.Context, string) ([]netip.Addr, error) {
			return addresses(c.found), c.err
		})
		if !slices.Equal(got, addresses(c.want)) || (err == nil) != (c.want != "") {
			t.Errorf("%s found as %q: %v, %v; want %s", c.host, c.found, got, err, c.want)
		}
	}
}
