package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"jump/test/fleet/internal/flood"
)

// attacked is how a fleet and its site have got through an attack.
type attacked struct {
	sent    int           // spoofed packets
	lost    int           // tunnels
	calls   int           // of the API
	slowest time.Duration // of those
	median  time.Duration
}

func (a attacked) String() string {
	return fmt.Sprintf("%d spoofed packets; %d tunnels lost; %d API calls: median %v, slowest %v",
		a.sent, a.lost, a.calls, a.median.Round(time.Millisecond), a.slowest.Round(time.Millisecond))
}

// attack floods the site for a while, and asks its API for a list ten times a
// second meanwhile.
func (f *fleet) attack(ctx context.Context, length time.Duration, perSecond, slow int) (a attacked, err error) {
	target := netip.AddrPortFrom(netip.MustParseAddr(f.site.Key.Host), f.site.Key.Port)
	client, err := f.site.Client()
	if err != nil {
		return a, err
	}
	if _, err := f.site.Call(client, "clients?limit=10"); err != nil { // the connection is there before
		return a, err
	}
	f.herd.Mark()
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	var all sync.WaitGroup
	var failed [2]error
	all.Go(func() { a.sent, failed[0] = flood.Spoof(ctx, target, perSecond) })
	all.Go(func() { failed[1] = flood.Slow(ctx, target, slow) })
	var took []time.Duration
	for tick := time.NewTicker(100 * time.Millisecond); ctx.Err() == nil; <-tick.C {
		d, e := f.site.Call(client, "clients?limit=10")
		if e != nil {
			err = errors.Join(err, e)
		}
		took = append(took, d)
	}
	all.Wait()
	slices.Sort(took)
	a.calls, a.slowest, a.median = len(took), took[len(took)-1], took[len(took)/2]
	_, a.lost, _ = f.herd.Online()
	return a, errors.Join(err, failed[0], failed[1])
}
