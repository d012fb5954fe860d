package simulation

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"modernc.org/sqlite"

	"jump/site/audit"
	"jump/site/bus"
	"jump/site/clients"
	"jump/site/deploy"
	"jump/site/retention"
	"jump/site/store"
	"jump/site/tunnel"
	"jump/transport"
	"jump/transport/quic"
	"jump/transport/wire"
)

// commits decides about the commits of a database, by its path.
var commits sync.Map

// init hooks into every connection to a database, for SQLite is asked for no
// other reason whether it may commit.
func init() {
	sqlite.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, dsn string) error {
		hooked, ok := c.(sqlite.HookRegisterer)
		if !ok {
			return errors.New("this driver has no hooks")
		}
		name := strings.TrimPrefix(dsn, "file://")
		name, _, _ = strings.Cut(name, "?")
		hooked.RegisterCommitHook(func() int32 {
			if may, ok := commits.Load(name); ok && !may.(func() bool)() {
				return 1
			}
			return 0
		})
		return nil
	})
}

// site is the site's computer.
type site struct {
	t       *testing.T
	net     *network
	dir     string
	log     *slog.Logger
	skew    atomic.Int64  // of the wall clock
	settled wire.Settings // of agents
	cable   *cable        // where it listens; nil: on the simulated network

	full     atomic.Bool  // every commit fails
	left     atomic.Int64 // commits until the process is killed; 0: never
	backup   map[string][]byte
	backedAt time.Time

	running *running // nil: it does not run
}

// running is one process of the site.
type running struct {
	*process
	store   *store.Store
	bus     *bus.Local
	clients *clients.Registry
	keys    *deploy.Keys
	keeper  *retention.Keeper
	ended   sync.WaitGroup
	stop    context.CancelFunc
}

func (s *site) path() string { return filepath.Join(s.dir, "site.db") }

func (s *site) wall() time.Time { return time.Now().Add(time.Duration(s.skew.Load())) }

// mayCommit is what the disk says.
func (s *site) mayCommit(p *process) bool {
	if p.dead() || s.full.Load() {
		return false
	}
	if s.left.Load() > 0 && s.left.Add(-1) == 0 {
		p.kill()
		return false
	}
	return true
}

// start starts the site's process, as package site does.
func (s *site) start() {
	s.t.Helper()
	// A service manager would start it again until it can write.
	s.full.Store(false)
	s.left.Store(0)
	r := &running{process: newProcess(), bus: &bus.Local{}}
	commits.Store(s.path(), func() bool { return s.mayCommit(r.process) })
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	var err error
	if r.store, err = store.Open(ctx, s.path()); err != nil {
		s.t.Fatal(err)
	}
	r.store.Clock(s.wall)
	public := public(siteKey)
	if r.clients, err = clients.New(ctx, r.store, r.bus, s.log); err == nil {
		r.keys, err = deploy.New(r.store, public, "https://site.example:443")
	}
	if err != nil {
		s.t.Fatal(err)
	}
	server := tunnel.NewServer(tunnel.Config{Clients: r.clients, Keys: r.keys, Identity: siteKey,
		Version: "1", Settings: s.settled, Log: s.log, Now: s.wall})
	r.keeper, err = retention.New(ctx, retention.Options{Store: r.store, Clients: r.clients, Audit: audit.NewLog(r.store), Bus: r.bus,
		Clocks: s.clocks, Changed: func(int) {}, Log: s.log})
	if err != nil {
		s.t.Fatal(err)
	}
	listener, err := s.listen(r.process)
	if err != nil {
		s.t.Fatal(err)
	}
	s.serve(ctx, r, server, listener)
	s.running = r
}

func (s *site) listen(p *process) (transport.Listener, error) {
	if s.cable != nil {
		return quic.Listen(s.cable.plug(atSite), siteKey)
	}
	return s.net.listen(p, siteKey), nil
}

func (s *site) serve(ctx context.Context, r *running, server *tunnel.Server, l transport.Listener) {
	present, absent := context.WithCancel(context.Background())
	var tunnels sync.WaitGroup
	part := func(group *sync.WaitGroup, run func() error) {
		group.Go(func() {
			if err := run(); err != nil && !r.dead() && !s.full.Load() {
				s.t.Errorf("a part of the site ended: %v", err)
			}
		})
	}
	part(&tunnels, func() error { return server.Serve(ctx, l) })
	part(&r.ended, func() error { return r.clients.Run(present) })
	part(&r.ended, func() error { return r.keeper.Run(ctx) })
	r.ended.Go(func() {
		tunnels.Wait()
		absent()
	})
}

func (s *site) clocks() (store.Look, error) {
	return store.Look{At: s.wall(), Boot: "1", Up: time.Since(epoch)}, nil
}

// epoch is when time begins in a bubble.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// halt ends the process in good order.
func (s *site) halt() {
	r := s.running
	s.running = nil
	r.stop()
	r.ended.Wait()
	s.close(r)
}

// crash ends it at this moment: what was committed remains.
func (s *site) crash() {
	r := s.running
	s.running = nil
	r.kill()
	r.stop()
	r.ended.Wait()
	s.close(r)
}

func (s *site) close(r *running) {
	if err := r.store.Close(); err != nil {
		s.t.Error(err)
	}
	r.kill()
	s.left.Store(0)
}

// save makes a backup while the site runs. It is whole, since nobody writes
// while time stands still.
func (s *site) save() {
	s.backup, s.backedAt = s.files(), time.Now()
}

func (s *site) files() map[string][]byte {
	s.t.Helper()
	found := map[string][]byte{}
	for _, name := range []string{"site.db", "site.db-wal"} {
		b, err := os.ReadFile(filepath.Join(s.dir, name))
		switch {
		case err == nil:
			found[name] = b
		case !errors.Is(err, fs.ErrNotExist):
			s.t.Fatal(err)
		}
	}
	return found
}

// restore puts the backup in the place of the database. The site must not run.
func (s *site) restore() { s.put(s.backup) }

func (s *site) put(files map[string][]byte) {
	s.t.Helper()
	for _, name := range []string{"site.db", "site.db-wal", "site.db-shm"} {
		if err := os.Remove(filepath.Join(s.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.t.Fatal(err)
		}
	}
	for name, b := range maps.All(files) {
		if err := os.WriteFile(filepath.Join(s.dir, name), b, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// key makes a deployment key.
func (s *site) key(ctx context.Context) string {
	s.t.Helper()
	made, err := s.running.keys.Create(ctx, deploy.Request{ValidFor: deploy.MaxValidity})
	if err != nil {
		s.t.Fatal(err)
	}
	return made.Info
}
