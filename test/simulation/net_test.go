package simulation

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// Times of a network.
const (
	silence     = 42 * time.Second // after which an end that hears nothing gives up
	doubt       = 32 * time.Second // after which it has missed a keep-alive
	unanswered  = 5 * time.Second  // for a dial that nobody answers
	retransmits = 300 * time.Millisecond
)

// network connects hosts with the one address of a site. All that a side does
// reaches the other as a packet, later: what that takes is drawn from the
// packet's own name, so it is the same whatever order the goroutines of one
// moment run in.
type network struct {
	seed uint64

	mu       sync.Mutex
	listener *listener // nil: nobody answers
	hosts    []*host
}

// way is one of the two ways of a packet from a host to the site.
type way int

const (
	overUDP way = iota
	overTCP
)

// host is where an agent is: its line to the network.
type host struct {
	net  *network
	name string

	mu      sync.Mutex
	address int // counts the addresses that a NAT gave it
	up      bool
	down    bool    // packets get to the site; packets come from it
	blocked [2]bool // nothing comes through that way
	asleep  bool
	loss    float64       // of packets
	delay   time.Duration // least, of a packet; at most twice that
	dials   uint64
	links   []*link // may hold some that are over
}

func (n *network) host(name string) *host {
	h := &host{net: n, name: name, up: true, down: true, delay: 20 * time.Millisecond}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts = append(n.hosts, h)
	return h
}

// change alters a line; what stands on it notices.
func (h *host) change(edit func(h *host)) {
	h.mu.Lock()
	edit(h)
	live := h.links[:0]
	for _, l := range h.links {
		if !l.over() {
			live = append(live, l)
		}
	}
	h.links = live
	links := append([]*link(nil), live...)
	h.mu.Unlock()
	for _, l := range links {
		l.look()
	}
}

// rebind gives the host another address. Over UDP a tunnel goes on from there,
// over TCP it is lost without a word.
func (h *host) rebind() {
	h.mu.Lock()
	links := append([]*link(nil), h.links...)
	h.address++
	h.mu.Unlock()
	for _, l := range links {
		if l.way == overTCP {
			l.sever()
		}
	}
}

// passes reports whether a packet gets through in that direction.
func (h *host) passes(w way, from side) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.asleep && !h.blocked[w] && (from == atAgent && h.up || from == atSite && h.down)
}

// travel draws how long a packet takes, which what lost is sent again
// prolongs. Three draws are of one hash.
func (h *host) travel(name uint64) time.Duration {
	h.mu.Lock()
	delay, loss := h.delay, h.loss
	h.mu.Unlock()
	x := mix(name)
	d := delay + time.Duration(x%uint64(delay))
	for again := retransmits; again < 20*time.Second; again *= 2 {
		x = mix(x)
		if float64(x>>11)/(1<<53) >= loss {
			break
		}
		d += again
	}
	return d
}

// mix is SplitMix64 (Steele and others, 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hashText is FNV-1a.
func hashText(s string) uint64 {
	x := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		x = (x ^ uint64(s[i])) * 0x100000001b3
	}
	return x
}

// process is what a tunnel's end belongs to. Once it is dead nothing of it gets
// out.
type process struct {
	ctx  context.Context
	kill context.CancelFunc
}

func newProcess() *process {
	p := &process{}
	p.ctx, p.kill = context.WithCancel(context.Background())
	return p
}

func (p *process) dead() bool { return p.ctx.Err() != nil }

// dialer is an agent's way to its site.
type dialer struct {
	host *host
	by   *process
	key  ed25519.PrivateKey
	pin  wire.ID
	way  way
	gate func(context.Context) error // while the machine sleeps nothing happens
}

var _ transport.Dialer = (*dialer)(nil)

func (d *dialer) Dial(ctx context.Context) (transport.Tunnel, error) {
	if err := d.gate(ctx); err != nil {
		return nil, err
	}
	h, n := d.host, d.host.net
	h.mu.Lock()
	h.dials++
	name := mix(n.seed ^ hashText(h.name) ^ h.dials)
	h.mu.Unlock()
	n.mu.Lock()
	l := n.listener
	n.mu.Unlock()
	round := h.travel(name) + h.travel(name+1)
	if d.by.dead() || l == nil || l.by.dead() || !h.passes(d.way, atAgent) || !h.passes(d.way, atSite) {
		return nil, pause(ctx, unanswered, errors.New("dial: no answer"))
	}
	if err := pause(ctx, round, nil); err != nil {
		return nil, err
	}
	if wire.IDOf(public(l.key)) != d.pin {
		return nil, transport.ErrWrongPeer
	}
	link := newLink(d, l, name)
	select {
	case <-l.closed:
		link.ends[atAgent].Close("refused")
		return nil, errors.New("dial: refused")
	case l.backlog <- link.ends[atSite]:
	}
	h.mu.Lock()
	h.links = append(h.links, link)
	h.mu.Unlock()
	link.look()
	return link.ends[atAgent], nil
}

// pause returns err after a while, or why ctx ended.
func pause(ctx context.Context, d time.Duration, err error) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return err
	case <-ctx.Done():
		return fmt.Errorf("dial: %w", context.Cause(ctx))
	}
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

// listener is where a site is.
type listener struct {
	net     *network
	by      *process
	key     ed25519.PrivateKey
	backlog chan transport.Tunnel
	once    sync.Once
	closed  chan struct{}
}

var _ transport.Listener = (*listener)(nil)

// listen takes the site's address, from whoever had it.
func (n *network) listen(by *process, key ed25519.PrivateKey) *listener {
	l := &listener{net: n, by: by, key: key, backlog: make(chan transport.Tunnel, 1024), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listener = l
	return l
}

// answers reports whether there is a site that can say that it does not know a
// tunnel.
func (n *network) answers() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.listener != nil && !n.listener.by.dead()
}

func (l *listener) Accept(ctx context.Context) (transport.Tunnel, error) {
	select {
	case t := <-l.backlog:
		return t, nil
	case <-l.closed:
		return nil, fmt.Errorf("accept: %w", transport.ErrClosed)
	case <-ctx.Done():
		return nil, fmt.Errorf("accept: %w", context.Cause(ctx))
	}
}

func (l *listener) Addr() net.Addr { return address("site") }

func (l *listener) Close() error {
	l.once.Do(func() {
		close(l.closed)
		l.net.mu.Lock()
		defer l.net.mu.Unlock()
		if l.net.listener == l {
			l.net.listener = nil
		}
	})
	return nil
}

// address is where a side of a tunnel is.
type address string

func (a address) Network() string { return "simulated" }
func (a address) String() string  { return string(a) }

// siteKey is the site's, whatever became of its computer.
var siteKey = transporttest.Key("site")
