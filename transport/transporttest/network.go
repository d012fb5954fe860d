// Package transporttest has a network in memory, whose tunnels behave as those
// of transport/quic, and TestTunnel, which every kind of tunnel must pass.
//
// It is not a simulation of packets (that is quic-go's testutils/simnet, below
// transport/quic) and nothing of it is shipped. It runs inside testing/synctest
// bubbles: it waits on channels only, and its only clock is package time.
package transporttest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// IdleTimeout is how long a tunnel outlives its network.
const IdleTimeout = 30 * time.Second

// Key returns the Ed25519 key of that name, always the same: identities of
// tests are readable and repeatable.
func Key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("transporttest " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// ID returns the id that belongs to Key(name).
func ID(name string) wire.ID {
	return wire.IDOf(Key(name).Public().(ed25519.PublicKey))
}

// Network connects any number of agents with the one address of a site. All
// methods are safe for concurrent use.
type Network struct {
	mu       sync.Mutex
	listener *listener // nil: nobody answers
	links    []*link   // may hold some that have ended
	cut      bool
	dials    int
}

// NewNetwork returns a network on which nobody listens yet.
func NewNetwork() *Network { return &Network{} }

// Listen takes the site's address. It fails while another listener has it.
func (n *Network) Listen(site ed25519.PrivateKey) (transport.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener != nil {
		return nil, errors.New("listen: address in use")
	}
	n.listener = &listener{network: n, key: site, backlog: make(chan transport.Tunnel, 64), closed: make(chan struct{})}
	return n.listener, nil
}

// Dialer returns a dialer with that key which accepts only the site of that id.
func (n *Network) Dialer(agent ed25519.PrivateKey, site wire.ID) transport.Dialer {
	return &dialer{n, agent, site}
}

// Cut loses everything that is sent from now on. Live tunnels fall silent and
// end after IdleTimeout; new ones cannot be dialled.
func (n *Network) Cut() { n.setCut(true) }

// Restore undoes Cut. Tunnels that still live go on, with nothing lost.
func (n *Network) Restore() { n.setCut(false) }

// Dials returns how often something was dialled, with or without success.
func (n *Network) Dials() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.dials
}

func (n *Network) setCut(cut bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cut = cut
	live := n.links[:0]
	for _, l := range n.links {
		if l.setCut(cut) {
			live = append(live, l)
		}
	}
	n.links = live
}

type dialer struct {
	network *Network
	key     ed25519.PrivateKey
	pin     wire.ID
}

var _ transport.Dialer = (*dialer)(nil)

// dialTimeout is how long an unanswered dial takes, as quic-go's does.
const dialTimeout = 5 * time.Second

func (d *dialer) Dial(ctx context.Context) (transport.Tunnel, error) {
	l := d.network.dial()
	if l == nil {
		return nil, unanswered(ctx)
	}
	if wire.IDOf(public(l.key)) != d.pin {
		return nil, fmt.Errorf("dial: %w", transport.ErrWrongPeer)
	}
	agent, site := d.network.connect(d.key, l.key)
	select {
	case l.backlog <- site:
		return agent, nil
	case <-l.closed:
		agent.Close("refused")
		return nil, errors.New("dial: refused")
	case <-ctx.Done():
		agent.Close("given up")
		return nil, fmt.Errorf("dial: %w", context.Cause(ctx))
	}
}

func unanswered(ctx context.Context) error {
	select {
	case <-time.After(dialTimeout):
		return errors.New("dial: no answer")
	case <-ctx.Done():
		return fmt.Errorf("dial: %w", context.Cause(ctx))
	}
}

// dial returns who answers now, nil if nobody does.
func (n *Network) dial() *listener {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dials++
	if n.cut {
		return nil
	}
	return n.listener
}

func (n *Network) connect(agent, site ed25519.PrivateKey) (transport.Tunnel, transport.Tunnel) {
	binding := make([]byte, wire.BindingSize)
	rand.Read(binding)
	l := newLink(binding, public(agent), public(site))
	n.mu.Lock()
	defer n.mu.Unlock()
	n.links = append(n.links, l)
	return &tunnel{l, agentSide}, &tunnel{l, siteSide}
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

type listener struct {
	network *Network
	key     ed25519.PrivateKey
	backlog chan transport.Tunnel
	once    sync.Once
	closed  chan struct{}
}

var _ transport.Listener = (*listener)(nil)

func (l *listener) Accept(ctx context.Context) (transport.Tunnel, error) {
	select {
	case <-l.closed:
		return nil, fmt.Errorf("accept: %w", transport.ErrClosed)
	default:
	}
	select {
	case t := <-l.backlog:
		return t, nil
	case <-l.closed:
		return nil, fmt.Errorf("accept: %w", transport.ErrClosed)
	case <-ctx.Done():
		return nil, fmt.Errorf("accept: %w", context.Cause(ctx))
	}
}

func (l *listener) Addr() net.Addr { return addr("site") }

func (l *listener) Close() error {
	l.once.Do(func() {
		l.network.mu.Lock()
		defer l.network.mu.Unlock()
		l.network.listener = nil
		close(l.closed)
	})
	return nil
}

// addr is where a side of a tunnel is.
type addr string

func (a addr) Network() string { return "memory" }
func (a addr) String() string  { return string(a) }
