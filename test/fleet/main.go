// Command fleet measures what a fleet costs its site and how it comes back: it
// runs thousands of light agents in this process against a real `jumpsite serve`
// on the loopback, and prints figures. `make bench-fleet` runs it; README.md
// says how to read what it prints.
//
// It is not a test: nothing passes or fails. What must hold is tested beside it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// options are the flags.
type options struct {
	programs string
	agents   int
	way      string
	idle     time.Duration
	outage   time.Duration
	oneHouse bool
	flood    time.Duration
	spoofed  int
	slow     int
}

func main() {
	var o options
	flag.StringVar(&o.programs, "programs", "bin", "folder with jumpsite, jumpclient and jump")
	flag.IntVar(&o.agents, "agents", 1000, "size of the fleet; 5000 needs 20,000 file descriptors and 3 GB of memory")
	flag.StringVar(&o.way, "way", "quic", "quic, or tls: as if UDP were blocked")
	flag.DurationVar(&o.idle, "idle", 30*time.Second, "how long to look at an idle fleet")
	flag.DurationVar(&o.outage, "outage", 30*time.Second, "how long the site is gone; 0: never")
	flag.BoolVar(&o.oneHouse, "one-address", false, "all agents come from one address, as behind one NAT")
	flag.DurationVar(&o.flood, "flood", 10*time.Second, "how long the site is attacked; 0: not at all (needs root)")
	flag.IntVar(&o.spoofed, "spoofed", 20000, "first packets of handshakes a second in a flood, from random addresses")
	flag.IntVar(&o.slow, "slow", 2000, "slow connections over TCP in a flood")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}
