// Package clients is the site's picture of its Jump Clients: who they are, who
// is connected now, and the way to hold a conversation with one.
//
// It is not the tunnel's protocol (site/tunnel) and it asks for no permission:
// who may see, change or enter a client is decided by those who call it.
package clients

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"jump/site/bus"
	"jump/site/store"
	"jump/transport"
	"jump/transport/wire"
)

// Link is the live tunnel of one client. All methods are safe for concurrent
// use.
type Link interface {
	// Open begins a conversation for that session. The stream must be closed
	// with Close, which is how the link knows that it is over.
	Open(ctx context.Context, session string) (transport.Stream, error)
	// Sessions returns the number of sessions that hold conversations now.
	Sessions() int
	// Alive asks the agent for a sign of life, and reports whether one comes
	// within two seconds.
	Alive(ctx context.Context) bool
	// Release tells the agent that a session is over. It waits until the
	// message is on its way, or the tunnel has ended.
	Release(session string)
	// Suspend ends all conversations. The tunnel stays.
	Suspend()
	// Remove tells the agent that it was removed, and ends the tunnel soon
	// after. It does not wait.
	Remove(reason string)
	// Renew tells the agent that it is this copy of another, which is to become
	// a client of its own, and ends the tunnel like Remove.
	Renew(copy uint64)
	// SetPassive tells the agent that it is passive from now on, or active. The
	// tunnel of a passive one ends once nobody needs it.
	SetPassive(passive bool)
	// Over reports whether it is this tunnel.
	Over(t transport.Tunnel) bool
	// Close ends the tunnel at once.
	Close(reason string)
}

// Client is what the site knows of a client, at one moment.
type Client struct {
	store.Client
	Sessions int             // that hold conversations with it now
	Live     map[uint64]bool // the numbers of its copies that are connected now
}

// Channels returns the conversations that representatives can hold with it now,
// none unless it is online or can be called; a screen only while it has a display.
func (c Client) Channels() []wire.Kind {
	channels := []wire.Kind{}
	there := c.State() == store.StateOnline || c.State() == store.StatePassive
	for _, k := range c.Capabilities {
		if k == wire.KindDoctor {
			continue // the site itself asks
		}
		if there && (k != wire.KindScreen || c.Facts.Screen) {
			channels = append(channels, k)
		}
	}
	return channels
}

// Removed is the data of bus.KindClientRemoved: a client is not in that group
// any more. If it is in another now, a bus.KindClient follows.
type Removed struct {
	ID    wire.ID
	Group string
}

// Page is a part of a list.
type Page struct {
	Clients []Client
	Next    string
	Counts  store.Counts
}

// Registry knows all clients and their links. All methods are safe for
// concurrent use.
type Registry struct {
	store *store.Store
	bus   bus.Bus
	log   *slog.Logger

	caller  Caller             // nil: nobody can be called
	life    context.Context    // of calls
	end     context.CancelFunc // of life
	calling sync.WaitGroup

	mu       sync.Mutex
	calls    map[wire.ID]*call // under way
	live     map[wire.ID]*lives
	turns    map[wire.ID]chan struct{}        // closed when the turn of who holds it is over
	reports  map[wire.ID]wire.Status          // not yet stored; only of live clients
	kept     map[wire.ID][]store.Confirmation // not yet stored
	reported chan struct{}                    // holds one token while reports or kept are not empty
	stopping bool
}

// lives are the live tunnels of one client: one, but for copies of its disk.
type lives struct {
	all    []presence // the newest last; never empty
	newest uint64     // number of a connection, also of one that is over
}

// presence is a link, the number of its connection, and of the copy that it
// leads to.
type presence struct {
	link       Link
	connection uint64
	copy       uint64
}

// latest is the presence that counts: the client's only one, unless it is in
// quarantine.
func (l *lives) latest() presence { return l.all[len(l.all)-1] }

// New returns a registry to which nobody is connected, and says so in the
// store. Call Run to have reports stored.
func New(ctx context.Context, s *store.Store, b bus.Bus, log *slog.Logger) (*Registry, error) {
	if err := s.ResetOnline(ctx); err != nil {
		return nil, err
	}
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	return &Registry{
		life: life, end: end, calls: map[wire.ID]*call{},
		store: s, bus: b, log: log, live: map[wire.ID]*lives{}, turns: map[wire.ID]chan struct{}{},
		reports: map[wire.ID]wire.Status{}, kept: map[wire.ID][]store.Confirmation{}, reported: make(chan struct{}, 1),
	}, nil
}

// Get returns one client; the error wraps store.ErrNotFound if there is none.
func (r *Registry) Get(ctx context.Context, id wire.ID) (Client, error) {
	c, err := r.store.Client(ctx, id)
	if err != nil {
		return Client{}, err
	}
	return r.snapshot(c), nil
}

// List returns a page of clients; see store.Clients.
func (r *Registry) List(ctx context.Context, q store.Query) (Page, error) {
	found, err := r.store.Clients(ctx, q)
	if err != nil {
		return Page{}, err
	}
	page := Page{Clients: make([]Client, len(found.Clients)), Next: found.Next, Counts: found.Counts}
	for i, c := range found.Clients {
		page.Clients[i] = r.snapshot(c)
	}
	return page, nil
}

// Counts returns how many clients there are in these groups; nil means all.
func (r *Registry) Counts(ctx context.Context, groups []string) (store.Counts, error) {
	return r.store.Counts(ctx, groups)
}

// Update changes the properties of a client; see store.UpdateClient.
func (r *Registry) Update(ctx context.Context, id wire.ID, change store.Change) (Client, error) {
	before, err := r.store.Client(ctx, id)
	if err != nil {
		return Client{}, err
	}
	after, err := r.store.UpdateClient(ctx, id, change)
	if err != nil {
		return Client{}, err
	}
	if after.Group != before.Group {
		r.bus.Publish(bus.Event{Kind: bus.KindClientRemoved, Data: Removed{id, before.Group}})
	}
	if after.Passive != before.Passive {
		r.order(&after)
	}
	return r.publish(after), nil
}

// Remove removes a client from the site (requirement E8): its sessions end, its
// agent is told now or when it comes back, and it is in no list any more.
func (r *Registry) Remove(ctx context.Context, id wire.ID, reason string) error {
	c, err := r.store.RemoveClient(ctx, id)
	if err != nil {
		return err
	}
	r.bury(c, reason)
	return nil
}

// RemoveAway removes a client that is away (requirement E11), unless it was seen
// after that time: the error wraps store.ErrSeen then.
func (r *Registry) RemoveAway(ctx context.Context, id wire.ID, seen time.Time, reason string) error {
	c, err := r.store.RemoveAway(ctx, id, seen)
	if err != nil {
		return err
	}
	r.bury(c, reason)
	return nil
}

// bury tells all who know a client that it was removed.
func (r *Registry) bury(c store.Client, reason string) {
	r.mu.Lock()
	gone, online := r.live[c.ID]
	delete(r.live, c.ID)
	delete(r.reports, c.ID)
	r.mu.Unlock()
	if online {
		for _, p := range gone.all {
			p.link.Remove(reason)
		}
	}
	r.bus.Publish(bus.Event{Kind: bus.KindClientRemoved, Data: Removed{c.ID, c.Group}})
}

// snapshot adds what only the registry knows.
func (r *Registry) snapshot(c store.Client) Client {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, online := r.live[c.ID]
	if !online {
		return Client{Client: c}
	}
	s := Client{Client: c, Sessions: l.latest().link.Sessions(), Live: make(map[uint64]bool, len(l.all))}
	for _, p := range l.all {
		s.Live[p.copy] = true
	}
	return s
}

func (r *Registry) publish(c store.Client) Client {
	s := r.snapshot(c)
	r.bus.Publish(bus.Event{Kind: bus.KindClient, Data: s})
	return s
}
