package simulation

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"jump/site/copies"
	"jump/site/store"
	"jump/transport/wire"
)

// world is a site and its clients, and whoever does them harm.
type world struct {
	t    *testing.T
	seed uint64
	rand *rand.Rand
	log  *slog.Logger
	net  *network
	site *site
	all  []*machine

	days     int
	cloned   map[wire.ID]bool // clients whose disk was copied or put back
	story    []string
	restarts int // of clients, by a crash
	sessions int
	wrong    string // the first invariant that broke
}

// plan says how much of what a world has.
type plan struct {
	agents int
	hours  int
	apart  time.Duration // between two events, on the average
	clones bool
	days   int // of requirement E11
}

func newWorld(t *testing.T, seed uint64, p plan) *world {
	w := &world{t: t, seed: seed, rand: rand.New(rand.NewPCG(seed, 0)), log: logger(),
		net: &network{seed: mix(seed)}, cloned: map[wire.ID]bool{}, days: p.days}
	w.site = &site{t: t, net: w.net, dir: memoryDir(t), log: w.log,
		settled: wire.Settings{ReconnectSpread: 10, StatusEvery: 3600, OfflineLimit: uint32(p.days)}}
	w.site.start()
	info := w.site.key(context.Background())
	w.site.save() // older than any client: whoever is restored from it has to be taken in again
	for i := range p.agents {
		w.add(fmt.Sprintf("pc%d", i), info, newDisk(mix(seed+uint64(i))))
	}
	return w
}

// logger is where everybody logs.
func logger() *slog.Logger {
	if *verbose {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.DiscardHandler)
}

// memoryDir is a folder that no disk slows down, if there is one.
func memoryDir(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "jump-simulation-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func (w *world) add(name, info string, d *disk) *machine {
	m := newMachine(w.net, name, info, d, w.seed, w.log)
	w.all = append(w.all, m)
	m.boot()
	return m
}

// tell notes what happens, for whoever reads a failure.
func (w *world) tell(format string, args ...any) {
	w.story = append(w.story, fmt.Sprintf("%-14v ", time.Since(epoch).Round(time.Millisecond))+fmt.Sprintf(format, args...))
	if *verbose {
		fmt.Fprintln(os.Stderr, w.story[len(w.story)-1])
	}
}

// fail notes the first invariant that broke.
func (w *world) fail(format string, args ...any) {
	if w.wrong == "" {
		w.wrong = fmt.Sprintf(format, args...)
		w.tell("BROKEN: %s", w.wrong)
	}
}

func (w *world) failed() bool { return w.wrong != "" || w.t.Failed() }

// live lets events happen until the hours are over, with a calm every few, in
// which all must be well again.
func (w *world) live(p plan) {
	w.calm(p)
	sum := 0
	for _, e := range events {
		sum += e.weight
	}
	end := time.Now().Add(time.Duration(p.hours) * time.Hour)
	for n := 1; time.Now().Before(end) && !w.failed(); n++ {
		rest(time.Duration(w.rand.ExpFloat64() * float64(p.apart)))
		w.revive()
		pick := w.rand.IntN(sum)
		for _, e := range events {
			if pick -= e.weight; pick < 0 {
				if p.clones || !e.clone {
					e.do(w)
				}
				break
			}
		}
		if n%40 == 0 {
			w.calm(p)
		}
	}
	w.calm(p)
}

// revive starts the site again if it was killed while it wrote.
func (w *world) revive() {
	if r := w.site.running; r != nil && r.dead() {
		w.tell("the site was killed in the middle of something")
		w.site.crash()
		w.site.start()
	}
}

// bound is how long a client may be away once all faults are over: the site
// has forgotten nobody for longer than the end of a tunnel that is gone, an
// agent's longest wait, and what a site's refusal costs.
const bound = 6 * time.Minute

// calm ends all faults, and checks what must hold then.
func (w *world) calm(p plan) {
	if w.failed() {
		return
	}
	w.tell("calm")
	w.site.full.Store(false)
	w.site.left.Store(0)
	w.revive()
	for _, m := range w.all {
		m.wake()
		m.host.change(func(h *host) {
			h.up, h.down, h.blocked, h.loss, h.delay = true, true, [2]bool{}, 0, 20*time.Millisecond
		})
		m.disk.mu.Lock()
		m.disk.full = 0
		m.disk.mu.Unlock()
	}
	rest(bound)
	w.settle()
	w.check()
	w.converse()
}

// settle answers the alarms about copies as an administrator would.
func (w *world) settle() {
	for range 4 {
		asked := false
		for _, m := range w.all {
			c, err := w.site.running.clients.Get(context.Background(), m.id)
			if err != nil || c.QuarantinedAt.IsZero() {
				continue
			}
			asked = true
			if !w.cloned[m.id] {
				w.fail("%s is in quarantine, and nobody has copied it: %+v", m.name, c.Copies)
				return
			}
			undecided := c.Copies.Undecided()
			d := store.Decision{Fate: copies.FateNone}
			if len(c.Live) > 1 {
				d = store.Decision{Copy: undecided[w.rand.IntN(len(undecided))].Number, Fate: copies.FateRenew}
			}
			w.tell("an administrator answers %v about %s", d, m.name)
			if _, err := w.site.running.clients.Settle(context.Background(), m.id, d, "admin"); err != nil {
				w.tell("which fails: %v", err)
			}
		}
		if !asked {
			return
		}
		rest(bound)
	}
	w.fail("copies are never told apart")
}

// check holds what must be true in a calm.
func (w *world) check() {
	online, ids := 0, map[wire.ID]string{}
	for _, m := range w.all {
		m.mu.Lock()
		id, ended, acked, itself := m.id, m.ended, m.acked, m.online
		m.mu.Unlock()
		if ended {
			w.fail("a client has ended: %s", m.state())
			return
		}
		if other, twice := ids[id]; twice {
			w.fail("%s and %s are one client, and nobody has noticed", other, m.name)
			return
		}
		ids[id] = m.name
		c, err := w.site.running.clients.Get(context.Background(), id)
		switch {
		case err != nil && acked:
			w.fail("the site has lost %s: %v", m.state(), err)
		case err != nil || !itself || !c.Online || len(c.Live) != 1:
			w.fail("not online: %s; the site says %v, %+v", m.state(), err, c)
		case c.Sessions != 0:
			w.fail("%d sessions with %s are open, and nobody holds them", c.Sessions, m.name)
		}
		online++
	}
	counts, err := w.site.running.clients.Counts(context.Background(), nil)
	if err != nil || counts.Total != online || counts.Online != online {
		w.fail("%d clients are there; the site counts %+v, %v", online, counts, err)
	}
}

// converse talks to one client after the other.
func (w *world) converse() {
	for _, m := range w.all {
		if w.failed() {
			return
		}
		if err := w.session(m); err != nil {
			w.fail("a session with %s: %v", m.state(), err)
		}
	}
}

// session holds one conversation.
func (w *world) session(m *machine) error {
	w.sessions++
	name := fmt.Sprintf("%d", w.sessions)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	m.mu.Lock()
	id := m.id
	m.mu.Unlock()
	s, _, err := w.site.running.clients.Open(ctx, id, &wire.Open{Kind: wire.KindExec, Session: name,
		Rights: wire.RightExec, Exec: &wire.ExecStart{Args: []string{"echo"}}})
	if err != nil {
		return err
	}
	defer s.Close()
	text := strings.Repeat(name, 1000)
	got := make([]byte, len(text))
	if err = s.SetDeadline(time.Now().Add(time.Minute)); err == nil {
		err = exchange(s, text, got)
	}
	served := 0
	for _, m := range w.all {
		m.mu.Lock()
		served += m.serving[name]
		delete(m.serving, name)
		m.mu.Unlock()
	}
	if served > 1 {
		w.fail("session %s was held %d times", name, served)
	}
	if err == nil && string(got) != text {
		w.fail("session %s: other bytes came back", name)
	}
	return err
}

// end stops everything, so that nothing is left in the bubble.
func (w *world) end() {
	for _, m := range w.all {
		m.kill()
		m.mu.Lock()
		w.restarts += m.restarts - 1
		m.mu.Unlock()
	}
	w.site.halt()
	commits.Delete(w.site.path())
	rest(time.Hour)
}
