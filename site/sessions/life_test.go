package sessions

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jump/site/audit"
	"jump/site/auth"
	"jump/site/message"
	"jump/transport"
	"jump/transport/wire"
)

// world is a site in memory: one client, one representative, and what was
// written down and said about sessions.
type world struct {
	mu       sync.Mutex
	target   Target
	user     auth.User
	gone     error         // what Current answers instead of user
	hang     time.Duration // how long Target takes
	audited  []audit.Action
	states   []State
	released []string // sessions
}

func newWorld() *world {
	return &world{
		target: Target{ID: wire.ID{1}, Name: "desk", Group: "general", Channels: []wire.Kind{wire.KindScreen, wire.KindShell}},
		user:   auth.User{Name: "eva", Role: auth.RoleRepresentative, Permissions: auth.Usual()},
	}
}

func (w *world) Target(ctx context.Context, id wire.ID) (Target, error) {
	w.mu.Lock()
	hang, target := w.hang, w.target
	w.mu.Unlock()
	select {
	case <-time.After(hang):
	case <-ctx.Done():
		return Target{}, ctx.Err()
	}
	if id != target.ID {
		return Target{}, message.Refused(wire.CodeClientGone)
	}
	return target, nil
}

func (w *world) Open(context.Context, wire.ID, *wire.Open) (transport.Stream, *wire.Opened, error) {
	return nil, nil, errors.New("nothing opens here")
}

func (w *world) Release(_ wire.ID, session string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.released = append(w.released, session)
}

func (w *world) Current(context.Context, auth.User) (auth.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.user, w.gone
}

func (w *world) Record(_ context.Context, e audit.Entry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.audited = append(w.audited, e.Action)
	return nil
}

func (w *world) changed(_ Session, s State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.states = append(w.states, s)
}

func (w *world) registry(t *testing.T) *Registry {
	r := New(Options{Clients: w, Accounts: w, Audit: w, Changed: w.changed})
	t.Cleanup(r.Close)
	return r
}

// change alters the world while others look at it.
func (w *world) change(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

func begin(t *testing.T, r *Registry, w *world) Session {
	t.Helper()
	s, err := r.Start(t.Context(), w.user, w.target.ID, false, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func code(err error) wire.Code {
	var refused *wire.Refused
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

// TestBroken: a session whose channel broke waits for as long as an agent may
// hold what was on it, and then tells the agent that nobody comes any more.
func TestBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := w.registry(t)
		s := begin(t, r, w)
		c, err := r.Channel(w.user, s.ID, wire.KindShell, "192.0.2.1")
		if err != nil || !c.begun() {
			t.Fatalf("channel: %v", err)
		}
		c.broken = true
		c.session.lasting.Store(true)
		c.over()
		time.Sleep(LingerBroken - time.Second)
		if len(r.List(w.user)) != 1 || len(w.released) != 0 {
			t.Errorf("the session ended too early, released %q", w.released)
		}
		time.Sleep(2 * time.Second)
		if len(r.List(w.user)) != 0 || !slices.Equal(w.released, []string{s.ID}) {
			t.Errorf("the session did not end, released %q", w.released)
		}
	})
}

func TestLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := w.registry(t)
		s := begin(t, r, w)
		time.Sleep(Linger - time.Second)
		c, err := r.Channel(w.user, s.ID, wire.KindShell, "192.0.2.1")
		if err != nil || !c.begun() {
			t.Fatalf("channel: %v", err)
		}
		time.Sleep(time.Hour)
		if len(r.List(w.user)) != 1 {
			t.Error("a session with an open channel ended")
		}
		c.over()
		time.Sleep(Linger - time.Second)
		if len(r.List(w.user)) != 1 {
			t.Error("the session ended too early")
		}
		time.Sleep(2 * time.Second)
		if len(r.List(w.user)) != 0 {
			t.Error("the session did not end")
		}
		if want := []State{StateIdle, StateOpen, StateIdle, StateEnded}; !slices.Equal(w.states, want) {
			t.Errorf("states %v, want %v", w.states, want)
		}
		if want := []audit.Action{audit.ActionSessionStart, audit.ActionSessionEnd}; !slices.Equal(w.audited, want) {
			t.Errorf("audited %v", w.audited)
		}
		r.Close()
	})
}

// TestRightsLost: what somebody loses while a session is open ends it.
func TestRightsLost(t *testing.T) {
	for what, lose := range map[string]func(w *world){
		"the account":  func(w *world) { w.gone = auth.ErrSignedOut },
		"a permission": func(w *world) { w.user.Permissions = []auth.Permission{auth.PermissionView} },
		"the sight":    func(w *world) { w.target.Group = "user:max" },
		"the client":   func(w *world) { w.target.ID = wire.ID{2} },
		"nothing":      func(w *world) { w.gone = errors.New("the database is busy") },
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				r := w.registry(t)
				s := begin(t, r, w)
				time.Sleep(recheck - time.Second)
				w.change(func() { lose(w) })
				time.Sleep(2 * time.Second)
				_, err := r.Session(auth.User{Role: auth.RoleAdmin}, s.ID)
				if (err == nil) != (what == "nothing") {
					t.Errorf("the session is open: %v", err == nil)
				}
				r.Close()
			})
		})
	}
}

// TestRightsLostBeforeChannel: a channel opens with the rights of that moment.
func TestRightsLostBeforeChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := w.registry(t)
		for what, lose := range map[string]func(){
			"the sight":             func() { w.target.Group = "user:max" },
			"a right of others":     func() { w.user.Permissions = []auth.Permission{auth.PermissionShell} },
			"the password is new":   func() { w.gone = auth.ErrSignedOut },
			"the client is no more": func() { w.target.ID = wire.ID{2} },
		} {
			s := begin(t, r, w)
			before := w.user
			w.change(lose)
			if _, err := r.Channel(w.user, s.ID, wire.KindShell, "192.0.2.1"); err == nil {
				t.Errorf("%s, and a channel opens", what)
			}
			w.change(func() { w.user, w.target, w.gone = before, newWorld().target, nil })
		}
		r.Close()
	})
}

func TestStartTooSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.hang = time.Hour
		r := w.registry(t)
		before := time.Now()
		_, err := r.Start(t.Context(), w.user, w.target.ID, false, "")
		if code(err) != wire.CodeTooSlow || time.Since(before) != StartTime {
			t.Errorf("%v after %v", err, time.Since(before))
		}
	})
}

func TestStartsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.hang = time.Second
		r := w.registry(t)
		var all sync.WaitGroup
		var mu sync.Mutex
		got := map[wire.Code]int{}
		for range StartsAtOnce + 5 {
			all.Go(func() {
				_, err := r.Start(t.Context(), w.user, w.target.ID, false, "")
				mu.Lock()
				defer mu.Unlock()
				got[code(err)]++
			})
		}
		all.Wait()
		if got[""] != StartsAtOnce || got[wire.CodeOverloaded] != 5 {
			t.Errorf("starts by code: %v", got)
		}
		w.change(func() { w.hang = 0 })
		begin(t, r, w)
		r.Close()
	})
}

func TestStartRefused(t *testing.T) {
	w := newWorld()
	r := w.registry(t)
	max := auth.User{Name: "max", Role: auth.RoleRepresentative, Permissions: []auth.Permission{auth.PermissionEdit}}
	tests := []struct {
		what   string
		user   auth.User
		target func(*Target)
		want   wire.Code
	}{
		{"no right at all", max, func(*Target) {}, wire.CodeDenied},
		{"another's group", w.user, func(t *Target) { t.Group = "user:max" }, wire.CodeClientGone},
		{"another's group, without rights", max, func(t *Target) { t.Group = "user:eva" }, wire.CodeClientGone},
		{"offline", w.user, func(t *Target) { t.Refusal = wire.CodeClientOffline }, wire.CodeClientOffline},
		{"nothing to open", w.user, func(t *Target) { t.Channels = nil }, wire.CodeDenied},
	}
	for _, x := range tests {
		w.target = newWorld().target
		x.target(&w.target)
		if _, err := r.Start(t.Context(), x.user, w.target.ID, false, ""); code(err) != x.want {
			t.Errorf("%s: %v, want %s", x.what, err, x.want)
		}
	}
	w.target = newWorld().target
	if _, err := r.Start(t.Context(), w.user, wire.ID{9}, false, ""); code(err) != wire.CodeClientGone {
		t.Errorf("an unknown client: %v", err)
	}
}

func TestPerUserLimit(t *testing.T) {
	w := newWorld()
	r := w.registry(t)
	for range perUser {
		begin(t, r, w)
	}
	if _, err := r.Start(t.Context(), w.user, w.target.ID, false, ""); code(err) != wire.CodeOverloaded {
		t.Errorf("session %d: %v", perUser+1, err)
	}
	r.EndClient(w.target.ID, wire.CodeClientGone)
	r.Close()
	if len(w.audited) != 2*perUser+1 { // the one that came too late was written down
		t.Errorf("%d audit entries", len(w.audited))
	}
}
