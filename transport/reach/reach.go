// Package reach is how a dialer gets from a name to the first tunnel: it looks
// the name up and races what it finds, so that one dead address, one dead
// family of addresses or one blocked way costs a fraction of a second.
//
// It is no transport: what is tried is given to it. It does not try again.
package reach

import (
	"context"
	"time"

	"jump/transport"
)

// Try is one attempt among several.
type Try struct {
	// Wait is how long the attempts before it have the field to themselves. It
	// is cut short when they have all failed.
	Wait time.Duration
	Dial func(ctx context.Context) (transport.Tunnel, error)
}

// result is how one attempt ended.
type result struct {
	try    int
	tunnel transport.Tunnel
	err    error
}

// First begins the attempts in order and returns the first tunnel and the
// index of its attempt. The others are ended, and a tunnel that one of them
// still makes is closed. If all fail, the errors are joined in their order.
func First(ctx context.Context, tries []Try) (transport.Tunnel, int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan result)
	failed := make(failures, len(tries))
	begun, ended := 0, 0
	next := time.NewTimer(0)
	defer next.Stop()
	for ended < len(tries) {
		select {
		case <-next.C:
			go attempt(ctx, tries[begun], begun, results)
			if begun++; begun < len(tries) {
				next.Reset(tries[begun].Wait)
			}
		case r := <-results:
			if ended++; r.err == nil {
				go discard(results, begun-ended)
				return r.tunnel, r.try, nil
			}
			if failed[r.try] = r.err; ended == begun && begun < len(tries) {
				next.Reset(0)
			}
		}
	}
	return nil, -1, failed
}

func attempt(ctx context.Context, t Try, index int, results chan<- result) {
	if err := ctx.Err(); err != nil {
		results <- result{index, nil, context.Cause(ctx)}
		return
	}
	tunnel, err := t.Dial(ctx)
	results <- result{index, tunnel, err}
}

// discard takes what n attempts still bring. They end soon, as their context
// has.
func discard(results <-chan result, n int) {
	for range n {
		if r := <-results; r.err == nil {
			r.tunnel.Close("another way was faster")
		}
	}
}
