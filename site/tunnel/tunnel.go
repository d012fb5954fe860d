// Package tunnel is the site's half of the tunnels: it accepts them, decides by
// Hello whether an agent is one of its clients or becomes one, and then holds
// the control stream.
//
// It is not a transport (transport/quic brings the connections and the proof of
// keys) and it holds no conversations besides: those are opened through
// site/clients, which learns from here who is connected. It does not judge
// deployment keys; site/deploy does.
package tunnel

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"jump/site/clients"
	"jump/site/deploy"
	"jump/transport"
	"jump/transport/wire"
)

// Limits on tunnels and on how long they may take.
const (
	helloTimeout   = 10 * time.Second // from the transport's handshake to Hello
	lingerTimeout  = 2 * time.Second  // for a last message to arrive, before the tunnel is closed
	writeTimeout   = 10 * time.Second // for the agent to take one control message in
	pingEvery      = 2 * time.Second  // while conversations are open
	silenceTimeout = 6 * time.Second  // after which such a tunnel is known to be broken
	probeTimeout   = 2 * time.Second  // for the agent to answer whether it lives
	stopTimeout    = 5 * time.Second  // for all agents to be told goodbye
	maxHandshakes  = 512              // tunnels without a Welcome
	maxPerAddress  = 128              // of these, from one IPv4 address or IPv6 /64
)

// Config is what a Server needs. All of it but Settings, Pace, Log and Now is
// required.
type Config struct {
	Clients  *clients.Registry
	Keys     *deploy.Keys
	Identity ed25519.PrivateKey // the site's; join counters are authenticated with it
	Version  string             // of the product
	Settings wire.Settings      // for every agent
	// Pace, if it is not nil, is told of every agent how long it took from its
	// Hello to its Welcome, both inside the site.
	Pace func(took time.Duration)
	Log  *slog.Logger
	Now  func() time.Time // the store's clock; nil: the system's
}

// Server serves tunnels.
type Server struct {
	clients *clients.Registry
	keys    *deploy.Keys
	joins   joinKey
	version string
	pace    func(took time.Duration)
	log     *slog.Logger
	now     func() time.Time
	gate    gate

	mu       sync.Mutex
	settings wire.Settings
	links    map[*link]struct{} // welcomed, and not yet over
	stopping bool
}

// NewServer returns a server that serves nothing yet.
func NewServer(c Config) *Server {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Pace == nil {
		c.Pace = func(time.Duration) {}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Server{
		clients: c.Clients, keys: c.Keys, joins: newJoinKey(c.Identity), version: c.Version, pace: c.Pace, log: c.Log, now: c.Now,
		gate:     gate{total: maxHandshakes, each: maxPerAddress, inside: map[string]int{}},
		settings: c.Settings, links: map[*link]struct{}{},
	}
}

// Serve serves the tunnels of a listener until ctx ends; then it tells all
// agents that the site restarts and when to come back, and waits for them, at
// most a few seconds. It returns nil in that case, and otherwise why the
// listener failed. It closes the listener. It may be called for several
// listeners at once, with the same ctx.
func (s *Server) Serve(ctx context.Context, l transport.Listener) error {
	var tunnels sync.WaitGroup
	// Tunnels must outlive ctx by the goodbye, and no longer.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer tunnels.Wait()
	defer end()
	err := s.accept(ctx, l, func(t transport.Tunnel) { tunnels.Go(func() { s.serve(life, t) }) })
	err = errors.Join(err, l.Close())
	s.goodbye(&tunnels)
	return err
}

func (s *Server) accept(ctx context.Context, l transport.Listener, serve func(transport.Tunnel)) error {
	for {
		t, err := l.Accept(ctx)
		switch {
		case ctx.Err() != nil:
			if err == nil {
				t.Close("the site is stopping")
			}
			return nil
		case err != nil:
			return fmt.Errorf("accept tunnels: %w", err)
		}
		serve(t)
	}
}

// goodbye ends all links in good order.
func (s *Server) goodbye(tunnels *sync.WaitGroup) {
	s.clients.Stop()
	s.mu.Lock()
	s.stopping = true
	for l := range s.links {
		l.goodbye(s.settings.Spread())
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		tunnels.Wait()
	}()
	select {
	case <-done:
	case <-time.After(stopTimeout):
		s.log.Warn("agents did not take their leave in time", "waited", stopTimeout)
	}
}

// enter adds a link, unless the server is stopping.
func (s *Server) enter(l *link) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.links[l] = struct{}{}
	return true
}

func (s *Server) leave(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.links, l)
}

// Announce sends new settings to every agent, and to those that connect later.
func (s *Server) Announce(settings wire.Settings) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings = settings
	for l := range s.links {
		own := settings
		own.Passive = l.passive()
		l.send(wire.TypeSettings, own)
	}
}

func (s *Server) currentSettings() wire.Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings
}

// spread returns a random number of seconds, at least 1 and at most d.
func spread(d time.Duration) uint32 {
	return 1 + rand.Uint32N(max(1, uint32(d/time.Second)))
}
