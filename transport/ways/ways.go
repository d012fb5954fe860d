// Package ways is a dialer that knows several ways to one site. It takes the
// first that leads there, remembers for each network which one that was, and
// comes back to the best way when that works again.
//
// It is no transport and makes no connection itself; each way is a dialer of
// its own. It does not decide when to dial again after a loss, which is the
// agent's.
package ways

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/reach"
)

// Way is one way to the site.
type Way struct {
	Name   string // for people and for the book: "QUIC", "TLS over TCP"
	Dialer transport.Dialer
	Direct bool // the tunnel's peer address is the site's, not a proxy's
}

// Config says what a Dialer knows. All but Ways is optional.
type Config struct {
	// Ways returns the ways, the best first and at least one. It is asked before
	// every dial, since proxies come and go.
	Ways func(ctx context.Context) []Way
	// Network names the network that this computer is in, always the same for
	// the same one. nil: there is only one.
	Network func() string
	// Changes holds a token after a change of the network or a sleep.
	Changes <-chan struct{}
	Book    *Book // nil: nothing outlives this process
	Log     *slog.Logger
}

// Times of a Dialer (docs/PROTOCOL.md section 3).
const (
	// headStart is how much earlier a way is tried than the next. Where UDP goes
	// through, a QUIC handshake is over by then.
	headStart = 1500 * time.Millisecond
	// knownStart is the same for the way that led there the last time: if it is
	// slow now the site has a lot to do, as when a whole fleet comes back, and a
	// second handshake beside the first would be twice as much.
	knownStart   = 4 * time.Second
	probeTimeout = 10 * time.Second
	renewTimeout = 5 * time.Second
	switchPause  = 10 * time.Minute // at least, between two switches
	readyTime    = 8 * time.Second  // that a probed tunnel waits for Dial; the site waits 10 s for Hello
	youngAge     = 2 * time.Minute  // of a tunnel whose silence counts against its way
)

// Dialer tries its ways, each a little later than the one before it or as soon
// as all before it have failed, and takes the first tunnel. While a tunnel
// stands it watches over it:
//
//	on the best way        nothing, until the network changes
//	on another way         tries the best after 15 minutes, an hour, then daily;
//	                       if it answers and no conversation is open, ends the
//	                       tunnel and holds the new one ready for Dial
//	the network changes    the tunnel has to prove itself on it, or ends
//
// Only one tunnel at a time is dialled and held.
type Dialer struct {
	config Config
	log    *slog.Logger

	mu       sync.Mutex
	held     *watched         // the last that Dial returned; nil: none yet
	ready    transport.Tunnel // on the best way; nil: none
	switched time.Time        // when that last changed; zero: never
}

var _ transport.Dialer = (*Dialer)(nil)

// New returns a dialer.
func New(c Config) *Dialer {
	if c.Network == nil {
		c.Network = func() string { return "" }
	}
	if c.Book == nil {
		c.Book = NewBook()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Dialer{config: c, log: c.Log}
}

// Dial tries all ways once.
func (d *Dialer) Dial(ctx context.Context) (transport.Tunnel, error) {
	if err := d.learned(ctx); err != nil {
		return nil, err
	}
	select {
	case <-d.config.Changes: // whatever it was, this dial is the answer to it
	default:
	}
	all := d.config.Ways(ctx)
	network := d.config.Network()
	if t := d.takeReady(); t != nil {
		return d.hold(t, all, 0, network), nil
	}
	memory := d.config.Book.Memory(network)
	order := memory.order(names(all), time.Now())
	tries := make([]reach.Try, len(order))
	for i, way := range order {
		tries[i] = reach.Try{Wait: headStart, Dial: all[way].dial}
	}
	if len(tries) > 1 && memory.knows(all[order[0]].Name, order[0]) {
		tries[1].Wait = knownStart
	}
	t, won, err := reach.First(ctx, tries)
	if err != nil {
		return nil, err
	}
	way := order[won]
	d.remember(network, memory.won(names(all), way, order[0], time.Now()))
	return d.hold(t, all, way, network), nil
}

func names(all []Way) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = w.Name
	}
	return out
}

func (w Way) dial(ctx context.Context) (transport.Tunnel, error) {
	t, err := w.Dialer.Dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.Name, err)
	}
	return t, nil
}

func (d *Dialer) remember(network string, m Memory) {
	if err := d.config.Book.Remember(network, m); err != nil {
		d.log.Warn("which way leads to the site was not stored", "error", err)
	}
}

// learned waits until what there is to learn from the last tunnel's end is known.
func (d *Dialer) learned(ctx context.Context) error {
	d.mu.Lock()
	last := d.held
	d.mu.Unlock()
	if last == nil || last.Context().Err() == nil {
		return nil
	}
	select {
	case <-last.over:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// hold takes a new tunnel into care.
func (d *Dialer) hold(t transport.Tunnel, all []Way, way int, network string) transport.Tunnel {
	w := &watched{held: newHeld(t), all: all, way: way, network: network, born: time.Now(), over: make(chan struct{})}
	d.mu.Lock()
	if d.held != nil && d.held.name() != w.name() {
		d.switched = w.born
	}
	d.held = w
	d.mu.Unlock()
	if all[way].Direct {
		d.note(t.Peer().Addr, w.born)
	}
	d.log.Info("found the site", "way", w.name())
	go d.watch(w) // ends with the tunnel
	return w
}

// note keeps an address at which the site was found.
func (d *Dialer) note(peer net.Addr, now time.Time) {
	at, err := netip.ParseAddrPort(peer.String())
	if err == nil {
		err = d.config.Book.Good(at.Addr(), now)
	}
	if err != nil {
		d.log.Warn("the site's address was not stored", "error", err)
	}
}

func (d *Dialer) takeReady() transport.Tunnel {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.ready
	d.ready = nil
	if t == nil || t.Context().Err() != nil {
		return nil
	}
	return t
}

// offer holds a tunnel ready for Dial, for a while.
func (d *Dialer) offer(t transport.Tunnel) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ready = t
	time.AfterFunc(readyTime, func() {
		d.mu.Lock()
		late := d.ready == t
		if late {
			d.ready = nil
		}
		d.mu.Unlock()
		if late {
			t.Close("nobody wanted it")
		}
	})
}
