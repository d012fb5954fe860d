package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"jump/test/fleet/internal/herd"
	"jump/test/fleet/internal/server"
	"jump/test/internal/usage"
)

// fleet is a site and its agents.
type fleet struct {
	options
	site *server.Site
	herd *herd.Herd
}

func run(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "jump-fleet-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx, end := context.WithCancel(ctx)
	f, err := newFleet(ctx, o, dir)
	if err != nil {
		end()
		return err
	}
	defer func() {
		end()
		f.herd.Wait()
		err = errors.Join(err, f.site.Close())
	}()
	fmt.Printf("%d agents over %s, %s\n", o.agents, o.way, load())
	if err := f.grow(ctx); err != nil {
		return err
	}
	if o.flood > 0 {
		a, err := f.attack(ctx, o.flood, o.spoofed, o.slow)
		fmt.Printf("flood of %v with %d slow connections: %v, %s\n", o.flood, o.slow, a, load())
		if err != nil {
			return err
		}
	}
	if o.outage > 0 {
		return f.outages(ctx)
	}
	return nil
}

// newFleet starts a site with no agents yet. They end with ctx, and before the
// site is closed they must have.
func newFleet(ctx context.Context, o options, dir string) (*fleet, error) {
	site, err := server.New(ctx, server.Options{Programs: o.programs, Data: dir, Uses: o.agents})
	if err != nil {
		return nil, err
	}
	c := herd.Config{Key: site.Key, TCP: o.way == "tls", Source: herd.Loopback, Seed: "fleet"}
	if o.oneHouse {
		c.Source = nil
	}
	return &fleet{o, site, herd.New(c)}, nil
}

// load is how busy the machine is, with all that runs on it.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load unknown"
	}
	return "load " + string(b[:min(len(b), 14)])
}

// grow enrols agents and prints what so many idle tunnels cost the site.
func (f *fleet) grow(ctx context.Context) error {
	base := usage.Resident(f.site.PID())
	fmt.Printf("%8s %12s %12s %14s %16s %s\n", "tunnels", "RSS MB", "heap MB", "RSS kB/tunnel", "CPU s/h/1,000", "enrolled in")
	fmt.Printf("%8d %12.1f %12.1f\n", 0, mb(base), mb(f.site.Heap()))
	started := 0
	for _, n := range []int{100, 1000, 5000, 10000} {
		if n = min(n, f.agents); n == started {
			break
		}
		start := time.Now()
		if err := f.herd.Start(ctx, started, n); err != nil {
			return err
		}
		if err := f.await(ctx, n, time.Time{}, 10*time.Minute); err != nil {
			return err
		}
		took := time.Since(start)
		started = n
		if err := sleep(ctx, 5*time.Second); err != nil {
			return err
		}
		cpu, at := usage.CPU(f.site.PID()), time.Now()
		if err := sleep(ctx, f.idle); err != nil {
			return err
		}
		hour := (usage.CPU(f.site.PID()) - cpu).Seconds() / time.Since(at).Hours() / float64(n) * 1000
		rss := usage.Resident(f.site.PID())
		fmt.Printf("%8d %12.1f %12.1f %14.1f %16.1f %v, %s\n", n, mb(rss), mb(f.site.Heap()), float64(rss-base)/float64(n)/1000, hour,
			took.Round(100*time.Millisecond), load())
	}
	return nil
}

func (f *fleet) online() int {
	n, _, _ := f.herd.Online()
	return n
}

func (f *fleet) await(ctx context.Context, n int, after time.Time, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if !f.herd.Until(ctx, n, after) {
		online, _, ended := f.herd.Online()
		return fmt.Errorf("%d of %d are online; for good ended %v; the site says: %s", online, n, errors.Join(ended...), f.site.LogTail())
	}
	return nil
}

// outages kills the site and starts it again after a while, and does the same
// with a site that stops in good order.
func (f *fleet) outages(ctx context.Context) error {
	for _, way := range []struct {
		name string
		end  func() error
		gone time.Duration
	}{{"killed", f.site.Kill, f.outage}, {"stopped", f.site.Stop, time.Second}} {
		if err := way.end(); err != nil {
			return err
		}
		if err := sleep(ctx, way.gone); err != nil {
			return err
		}
		fmt.Printf("%s for %v, %d still think they are online, %s\n", way.name, way.gone, f.online(), load())
		up := time.Now() // so the site's own start counts
		if err := f.site.Start(ctx); err != nil {
			return err
		}
		fmt.Printf("the site answers after %.1fs\n", time.Since(up).Seconds())
		if err := f.await(ctx, f.agents, up, 10*time.Minute); err != nil {
			return err
		}
		f.curve(up)
		if err := sleep(ctx, 5*time.Second); err != nil {
			return err
		}
	}
	return nil
}

func (f *fleet) curve(up time.Time) {
	back := f.herd.Since(up)
	fmt.Print("back after")
	for _, share := range []int{1, 25, 50, 75, 90, 95, 99, 100} {
		fmt.Printf("  %d%% %.1fs", share, back[(len(back)*share-1)/100].Seconds())
	}
	rss := usage.Resident(f.site.PID())
	fmt.Printf("; RSS %.1f MB, CPU %.1fs, %s\n", mb(rss), usage.CPU(f.site.PID()).Seconds(), load())
}

func mb(bytes int64) float64 { return float64(bytes) / 1e6 }

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
