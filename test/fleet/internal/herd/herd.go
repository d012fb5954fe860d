// Package herd runs thousands of light agents in one process: the product's
// agent.Run, with its dialers and a socket for each, and nothing behind it but
// facts that do not change and conversations that are refused.
//
// It is not the client: it keeps what it learned in memory, and knows no
// computer. What a client costs its computer is measured with the real one.
package herd

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"jump/agent"
	"jump/agent/config"
	"jump/installer/stamp"
	"jump/transport"
	"jump/transport/quic"
	"jump/transport/tls"
	"jump/transport/ways"
	"jump/transport/wire"
)

// Config says what a herd is.
type Config struct {
	Key stamp.Key
	TCP bool // as if UDP were blocked everywhere
	// Source returns the address that an agent dials from, of the whole
	// 127.0.0.0/8 for example. nil: the system chooses.
	Source func(n int) netip.Addr
	Seed   string // of the agents' keys: the same seed is the same herd
}

// Herd is a number of agents. Its methods are safe for concurrent use.
type Herd struct {
	config Config
	all    sync.WaitGroup

	mu     sync.Mutex
	online map[int]time.Time // since when
	losses int               // of tunnels, since the last Mark
	ended  []error           // agents that do not come back
}

// New returns a herd without agents.
func New(c Config) *Herd {
	return &Herd{config: c, online: map[int]time.Time{}}
}

// startEvery is between the starts of two agents, as if somebody rolled them out
// quickly.
const startEvery = 5 * time.Millisecond

// Start starts the agents from number from on, up to but without number to.
// They end with ctx.
func (h *Herd) Start(ctx context.Context, from, to int) error {
	for n := from; n < to; n++ {
		o, err := h.options(n)
		if err != nil {
			return fmt.Errorf("agent %d: %w", n, err)
		}
		select {
		case <-time.After(startEvery):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		h.all.Go(func() {
			if reason, err := agent.Run(ctx, o); reason != agent.ReasonStopped {
				h.note(func() { h.ended = append(h.ended, fmt.Errorf("agent %d: %v: %w", n, reason, err)) })
			}
		})
	}
	return nil
}

// Wait waits until all agents have ended.
func (h *Herd) Wait() { h.all.Wait() }

func (h *Herd) options(n int) (agent.Options, error) {
	own := h.key(n)
	dialer, err := h.dialer(n, own)
	if err != nil {
		return agent.Options{}, err
	}
	facts := wire.Status{Hostname: fmt.Sprintf("fleet-%05d", n), System: "linux", SystemName: "Debian GNU/Linux 12 (bookworm)",
		Arch: "amd64", ConsoleUser: "ada", PrivateIP: "192.168.178.20", Uptime: 86400, MemoryTotal: 16 << 30, MemoryUsed: 4 << 30,
		DiskTotal: 500 << 30, DiskUsed: 100 << 30, Mode: wire.ModeService, Screen: true}
	return agent.Options{
		Dialer: dialer, Key: own, Version: "0.0.0", Capabilities: []wire.Kind{wire.KindScreen, wire.KindShell, wire.KindExec},
		Serve:     func(context.Context, transport.Stream, *wire.Open) {},
		Status:    func(context.Context) wire.Status { return facts },
		Enrolment: &agent.Enrolment{KeyID: h.config.Key.ID, Signer: h.config.Key.Signer()},
		Keep:      func(config.Learned) error { return nil },
		Report:    func(p agent.Presence) { h.report(n, p) },
	}, nil
}

func (h *Herd) key(n int) ed25519.PrivateKey {
	seed := sha256.Sum256(binary.BigEndian.AppendUint32([]byte(h.config.Seed), uint32(n)))
	return ed25519.NewKeyFromSeed(seed[:])
}

// dialer is that of the real client, but for proxies and what is on its disk.
func (h *Herd) dialer(n int, own ed25519.PrivateKey) (transport.Dialer, error) {
	from := ""
	if h.config.Source != nil {
		from = h.config.Source(n).String()
	}
	key := h.config.Key
	udp, err := quic.NewDialer(quic.Config{Host: key.Host, Port: key.Port, Site: key.Site, Key: own,
		ListenPacket: func(network string) (net.PacketConn, error) {
			return net.ListenPacket(network, net.JoinHostPort(from, "0"))
		}})
	if err != nil {
		return nil, err
	}
	connect := net.Dialer{KeepAlive: -1}
	if from != "" {
		connect.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	tcp, err := tls.NewDialer(tls.Config{Host: key.Host, Port: key.Port, Site: key.Site, Key: own, Connect: connect.DialContext})
	if err != nil {
		return nil, err
	}
	all := []ways.Way{{Name: "QUIC", Dialer: udp, Direct: true}, {Name: "TLS over TCP", Dialer: tcp, Direct: true}}
	if h.config.TCP {
		all = all[1:]
	}
	return ways.New(ways.Config{Ways: func(context.Context) []ways.Way { return all }}), nil
}

func (h *Herd) report(n int, p agent.Presence) {
	h.note(func() {
		_, was := h.online[n]
		switch {
		case p.Online:
			h.online[n] = time.Now()
		case !p.Online && was:
			delete(h.online, n)
			h.losses++
		}
	})
}

func (h *Herd) note(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

// Online returns how many agents are welcome now, how many tunnels were lost
// since Mark, and why agents ended for good.
func (h *Herd) Online() (online, losses int, ended []error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.online), h.losses, slices.Clone(h.ended)
}

// Mark begins to count losses anew.
func (h *Herd) Mark() { h.note(func() { h.losses = 0 }) }

// Until waits until so many agents are online that came after a moment, or ctx
// ends, and reports whether they are.
func (h *Herd) Until(ctx context.Context, online int, after time.Time) bool {
	return h.until(ctx, func() bool { return h.fresh(after) >= online })
}

func (h *Herd) fresh(after time.Time) (n int) {
	for _, at := range h.online {
		if at.After(after) {
			n++
		}
	}
	return n
}

// look is how often until looks, since with every agent it would be too often.
const look = 20 * time.Millisecond

func (h *Herd) until(ctx context.Context, reached func() bool) bool {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		h.mu.Lock()
		ok := reached()
		h.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
}

// Since returns how long after a moment each agent came online that is online
// now, in that order.
func (h *Herd) Since(start time.Time) []time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []time.Duration
	for _, at := range h.online {
		all = append(all, at.Sub(start))
	}
	slices.Sort(all)
	return all
}

// Loopback gives each agent an address of its own in 127.0.0.0/8, as computers
// in many places have.
func Loopback(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, byte(1 + n/(250*250)), byte(1 + n/250%250), byte(1 + n%250)})
}
