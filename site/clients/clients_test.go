package clients

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"jump/site/bus"
	"jump/site/store"
	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// idle is a link on which nothing happens.
type idle struct {
	mu     sync.Mutex
	ending string // how it was ended, the first time
}

func (l *idle) Open(context.Context, string) (transport.Stream, error) {
	return nil, transport.ErrClosed
}
func (l *idle) Sessions() int              { return 0 }
func (l *idle) Alive(context.Context) bool { return false }
func (l *idle) Suspend()                   {}
func (l *idle) SetPassive(bool)            {}
func (l *idle) Over(transport.Tunnel) bool { return false }
func (l *idle) Release(string)             {}
func (l *idle) Renew(uint64)               { l.end("renewed") }
func (l *idle) Remove(reason string)       { l.end("removed: " + reason) }
func (l *idle) Close(reason string)        { l.end("closed: " + reason) }

func (l *idle) end(how string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ending == "" {
		l.ending = how
	}
}

func open(t *testing.T) (*Registry, *store.Store, <-chan bus.Event) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "site.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	key := store.Key{UID: "k", Group: store.GeneralGroup, CreatedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour)}
	if err := s.CreateKey(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	var b bus.Local
	r, err := New(t.Context(), s, &b, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	return r, s, b.Subscribe(t.Context())
}

// enrol makes a client that is offline.
func enrol(t *testing.T, s *store.Store, name string) wire.ID {
	t.Helper()
	public := transporttest.Key(name).Public().(ed25519.PublicKey)
	_, _, err := s.Enrol(t.Context(), store.Enrolment{KeyUID: "k", ID: wire.IDOf(public), PublicKey: public, Group: store.GeneralGroup,
		Facts: wire.Status{Hostname: name}})
	if err != nil {
		t.Fatal(err)
	}
	return wire.IDOf(public)
}

func TestJoinAndLeave(t *testing.T) {
	r, s, events := open(t)
	id := enrol(t, s, "pc")
	first, second := &idle{}, &idle{}
	c1, _, err := r.Join(t.Context(), id, first, store.Connection{})
	if err != nil || c1.State() != store.StateOnline {
		t.Fatal(c1, err)
	}
	c2, _, err := r.Join(t.Context(), id, second, store.Connection{})
	if err != nil || c2.Connection != 2 || first.ending == "" || second.ending != "" {
		t.Fatal(c2, err, first, second)
	}
	if err := r.Leave(t.Context(), id, c1.Connection, true); err != nil {
		t.Fatal(err)
	}
	if c, err := r.Get(t.Context(), id); err != nil || c.State() != store.StateOnline {
		t.Errorf("the old tunnel's end counts: %+v, %v", c, err)
	}
	if err := r.Leave(t.Context(), id, c2.Connection, false); err != nil {
		t.Fatal(err)
	}
	var states []store.State
	for len(events) > 0 {
		states = append(states, (<-events).Data.(Client).State())
	}
	if !slices.Equal(states, []store.State{"online", "online", "offline"}) {
		t.Errorf("events %v", states)
	}
}

// TestSuperseded: a tunnel that waited while a newer one of the same agent was
// let in is no copy.
func TestSuperseded(t *testing.T) {
	r, s, _ := open(t)
	id := enrol(t, s, "pc")
	began := time.Now()
	_, first, err := r.Join(t.Context(), id, &idle{}, store.Connection{At: began})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Confirm(t.Context(), []store.Confirmation{{ID: id, Copy: first.Number, Counter: 1}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Join(t.Context(), id, &idle{}, store.Connection{At: began.Add(-time.Second)}); !errors.Is(err, ErrSuperseded) {
		t.Errorf("it was let in: %v", err)
	}
	if c, err := r.Get(t.Context(), id); err != nil || c.State() != store.StateOnline || c.Connection != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestRemovedWhileJoining: whichever comes first, the client is not live after.
func TestRemovedWhileJoining(t *testing.T) {
	r, s, _ := open(t)
	id := enrol(t, s, "pc")
	var wait sync.WaitGroup
	l := &idle{}
	wait.Go(func() {
		if _, _, err := r.Join(t.Context(), id, l, store.Connection{}); err != nil && !errors.Is(err, store.ErrRemoved) {
			t.Error(err)
		}
	})
	wait.Go(func() {
		if err := r.Remove(t.Context(), id, "gone"); err != nil {
			t.Error(err)
		}
	})
	wait.Wait()
	if len(r.live) != 0 {
		t.Errorf("a removed client is live: %+v, its link %+v", r.live, l)
	}
}

func TestRemove(t *testing.T) {
	r, s, events := open(t)
	id := enrol(t, s, "pc")
	l := &idle{}
	c, _, err := r.Join(t.Context(), id, l, store.Connection{})
	if err != nil {
		t.Fatal(err)
	}
	<-events
	if err := r.Remove(t.Context(), id, "gone"); err != nil || l.ending != "removed: gone" {
		t.Errorf("%v, link %q", err, l.ending)
	}
	if e := <-events; e.Kind != bus.KindClientRemoved || e.Data != (Removed{id, "general"}) {
		t.Errorf("event %+v", e)
	}
	if err := r.Leave(t.Context(), id, c.Connection, false); err != nil || len(events) != 0 {
		t.Errorf("its end: %v, %d events", err, len(events))
	}
	if err := r.Remove(t.Context(), id, "again"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

// TestMove: who sees only the old group is told that the client left it.
func TestMove(t *testing.T) {
	r, s, events := open(t)
	id := enrol(t, s, "pc")
	if _, err := s.CreateGroup(t.Context(), store.Group{Name: "Ops"}); err != nil {
		t.Fatal(err)
	}
	group, name := "ops", "Reception"
	if c, err := r.Update(t.Context(), id, store.Change{Group: &group, Name: &name}); err != nil || c.GroupName != "Ops" {
		t.Fatal(c, err)
	}
	if e := <-events; e.Kind != bus.KindClientRemoved || e.Data != (Removed{id, "general"}) {
		t.Errorf("event %+v", e)
	}
	if e := <-events; e.Kind != bus.KindClient || e.Data.(Client).Name != "Reception" {
		t.Errorf("event %+v", e)
	}
	page, err := r.List(t.Context(), store.Query{Group: "ops"})
	if err != nil || len(page.Clients) != 1 || page.Counts.Offline != 1 {
		t.Errorf("page %+v, %v", page, err)
	}
}

func TestReports(t *testing.T) {
	r, s, events := open(t)
	id, other := enrol(t, s, "pc"), enrol(t, s, "away")
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := r.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	c, _, err := r.Join(ctx, id, &idle{}, store.Connection{})
	if err != nil {
		t.Fatal(err)
	}
	<-events
	r.Report(id, c.Connection+1, wire.Status{Hostname: "from another tunnel"})
	r.Report(other, 0, wire.Status{Hostname: "from nowhere"})
	r.Report(id, c.Connection, wire.Status{Hostname: "renamed"})
	if got := (<-events).Data.(Client); got.Name != "renamed" {
		t.Errorf("event %+v", got)
	}
	cancel()
	wait.Wait()
	if n, err := s.Counts(t.Context(), nil); err != nil || n.Offline != 2 {
		t.Errorf("after the end: %+v, %v", n, err)
	}
	if c, err := s.Client(t.Context(), other); err != nil || c.Name != "away" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestChannels(t *testing.T) {
	c := Client{Client: store.Client{Online: true, Capabilities: []wire.Kind{wire.KindScreen, wire.KindShell}}}
	if got := c.Channels(); !slices.Equal(got, []wire.Kind{wire.KindShell}) {
		t.Errorf("without a display: %v", got)
	}
	c.Facts.Screen = true
	if got := c.Channels(); len(got) != 2 {
		t.Errorf("with a display: %v", got)
	}
	c.Online = false
	if got := c.Channels(); got == nil || len(got) != 0 {
		t.Errorf("offline: %v", got)
	}
}
