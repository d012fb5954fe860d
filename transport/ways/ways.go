// Package ways is a dialer that knows several ways to one site and takes the
// first that leads there.
//
// It is no transport and makes no connection itself; each way is a dialer of
// its own. It does not decide when to try again, which is the agent's.
package ways

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jump/transport"
)

// headStart is how much earlier a way is tried than the next. A QUIC handshake
// takes one round trip, so where UDP goes through it is over by then.
const headStart = 1500 * time.Millisecond

// Way is one way to the site.
type Way struct {
	Name   string // for people: "QUIC", "TLS over TCP"
	Dialer transport.Dialer
}

// Dialer tries its ways, each a little later than the one before it or as soon
// as all before it have failed, and takes the first tunnel.
type Dialer struct{ ways []Way }

var _ transport.Dialer = (*Dialer)(nil)

// New returns a dialer of these ways, the best first.
func New(ways ...Way) *Dialer { return &Dialer{ways} }

// result is how one way ended.
type result struct {
	way    int
	tunnel transport.Tunnel
	err    error
}

// Dial tries all ways once.
func (d *Dialer) Dial(ctx context.Context) (transport.Tunnel, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan result)
	begun, failed := 0, make([]error, len(d.ways))
	next := time.NewTimer(0)
	defer next.Stop()
	for ended := 0; ended < len(d.ways); {
		select {
		case <-next.C:
			if begun < len(d.ways) {
				go d.try(ctx, begun, results)
				begun++
				next.Reset(headStart)
			}
		case r := <-results:
			if ended++; r.err == nil {
				go discard(results, begun-ended)
				return r.tunnel, nil
			}
			if failed[r.way] = r.err; ended == begun {
				next.Reset(0)
			}
		}
	}
	return nil, errors.Join(failed...)
}

func (d *Dialer) try(ctx context.Context, way int, results chan<- result) {
	t, err := d.ways[way].Dialer.Dial(ctx)
	if err != nil {
		err = fmt.Errorf("%s: %w", d.ways[way].Name, err)
	}
	results <- result{way, t, err}
}

// discard takes what comes after the first tunnel. The ways end soon, since
// their context has.
func discard(results <-chan result, n int) {
	for range n {
		if r := <-results; r.err == nil {
			r.tunnel.Close("another way was faster")
		}
	}
}
