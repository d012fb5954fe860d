package simulation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"jump/agent"
	"jump/agent/config"
	"jump/agent/lifetime"
	"jump/installer/stamp"
	"jump/transport"
	"jump/transport/ways"
	"jump/transport/wire"
)

// machine is a computer with a client on it, and what is true of it.
type machine struct {
	name string
	host *host
	disk *disk
	log  *slog.Logger
	info string // the deployment key
	// cable is the way to the site, over QUIC. nil: the simulated network.
	cable *cable

	mu       sync.Mutex
	rand     *rand.Rand // of its client's waits
	boots    int
	booted   time.Time
	slept    time.Duration // since it was booted
	asleep   chan struct{} // closed when it wakes; nil: it is awake
	fell     time.Time     // asleep
	skew     time.Duration // of the wall clock
	current  *process
	over     chan struct{} // closed when the current process has ended
	online   bool          // by its own account
	id       wire.ID
	acked    bool         // it was welcomed
	heard    time.Time    // the last true contact
	ending   agent.Reason // of a client that ended for good
	reason   error
	ended    bool
	restarts int
	serving  map[string]int // conversations that it was asked for, by session
}

func newMachine(n *network, name, info string, d *disk, seed uint64, log *slog.Logger) *machine {
	return &machine{name: name, host: n.host(name), disk: d, log: log.With("machine", name), info: info,
		rand: rand.New(rand.NewPCG(seed, hashText(name))), serving: map[string]int{}, heard: time.Now()}
}

// boot turns the machine on: its clocks begin, and so does its client.
func (m *machine) boot() {
	m.mu.Lock()
	m.boots++
	m.booted, m.slept, m.asleep = time.Now(), 0, nil
	m.mu.Unlock()
	m.launch(0)
}

// launch starts the client's process, which is killed after so many steps of
// its disk; 0: never. The next one starts as soon as it has ended.
func (m *machine) launch(steps int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended {
		return
	}
	p, over := newProcess(), make(chan struct{})
	m.current, m.over, m.online = p, over, false
	m.restarts++
	go func() {
		defer close(over)
		reason, err := m.hold(p, steps)
		m.finish(p, reason, err)
	}()
}

// finish notes how a process has ended. One that was killed while it did
// something with its disk is started again, as service managers do.
func (m *machine) finish(p *process, reason agent.Reason, err error) {
	m.mu.Lock()
	again := false
	switch {
	case m.current != p: // it was replaced already
	case p.dead():
		again = true
	case reason != agent.ReasonStopped:
		m.ended, m.ending, m.reason = true, reason, err
	default: // it could not begin
		again = true
	}
	m.online = m.online && m.current != p
	m.mu.Unlock()
	p.kill()
	if !again {
		return
	}
	rest(5 * time.Second)
	m.mu.Lock()
	same := m.current == p
	m.mu.Unlock()
	if same {
		m.launch(0)
	}
}

// kill ends the process at once, and waits until nothing of it is left.
func (m *machine) kill() {
	m.mu.Lock()
	p, over := m.current, m.over
	m.current, m.online = nil, false
	m.wakeLocked()
	m.mu.Unlock()
	if p != nil {
		p.kill()
		<-over
	}
}

// hold is a process from its start to its end; package
// cmd/jumpclient/internal/command does the same.
func (m *machine) hold(p *process, steps int) (agent.Reason, error) {
	for {
		o, dir, err := m.prepare(p, steps)
		if err != nil {
			return agent.ReasonStopped, err
		}
		reason, err := agent.Run(p.ctx, o)
		if reason != agent.ReasonCopied {
			return reason, err
		}
		var refused *wire.Refused
		if !errors.As(err, &refused) || refused.Permit == nil {
			return reason, err
		}
		if err := dir.Renew(o.Key, *refused.Permit); err != nil {
			return agent.ReasonStopped, err
		}
	}
}

func (m *machine) prepare(p *process, steps int) (agent.Options, config.Dir, error) {
	dir := config.On(&handle{disk: m.disk, by: p, left: steps}, "client")
	learned, err := dir.Learned()
	if err != nil {
		m.log.Error("learned nothing", "error", err)
	}
	renewal, err := dir.FinishRenewal()
	if err != nil {
		return agent.Options{}, dir, err
	}
	if renewal != nil {
		learned.Enrolled = false
	}
	key, err := dir.Identity()
	if err != nil {
		return agent.Options{}, dir, err
	}
	info, err := stamp.Parse(m.info)
	if err != nil {
		return agent.Options{}, dir, err
	}
	state, err := dir.Offline()
	if err != nil {
		m.log.Error("counting anew", "error", err)
	}
	m.mu.Lock()
	m.id = wire.IDOf(public(key))
	m.mu.Unlock()
	dialer, err := m.dialer(p, key, info.Site)
	if err != nil {
		return agent.Options{}, dir, err
	}
	hurry := make(chan struct{}, 1)
	return agent.Options{
		Dialer: dialer, Key: key, Version: "1", Learned: learned, Keep: keep(dir, renewal != nil), Renewal: renewal,
		Enrolment:    &agent.Enrolment{KeyID: info.ID, Signer: info.Signer(), Wishes: wire.Wishes{Name: m.name}},
		Capabilities: []wire.Kind{wire.KindExec}, Serve: m.serve, Status: m.status,
		Offline: lifetime.New(state, m.clocks, dir.SaveOffline), Hurry: hurry, Log: m.log, Draw: m.draw,
		Report: func(n agent.Presence) { m.report(p, n) },
	}, dir, nil
}

// keep forgets the old key of a copy that is a client of its own.
func keep(dir config.Dir, renewed bool) func(config.Learned) error {
	return func(l config.Learned) error {
		if err := dir.SaveLearned(l); err != nil || !l.Enrolled || !renewed {
			return err
		}
		renewed = false
		return dir.ForgetRenewal()
	}
}

func (m *machine) draw(n int64) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rand.Int64N(n)
}

// report hears what the agent thinks of its connection.
func (m *machine) report(p *process, n agent.Presence) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current != p || p.dead() {
		return
	}
	if m.online = n.Online; n.Online {
		m.acked = true
	}
}

// watched notes true contacts.
type watched struct {
	transport.Dialer
	m *machine
}

func (w watched) Dial(ctx context.Context) (transport.Tunnel, error) {
	t, err := w.Dialer.Dial(ctx)
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	if err == nil {
		w.m.heard = time.Now()
		context.AfterFunc(t.Context(), func() {
			w.m.mu.Lock()
			defer w.m.mu.Unlock()
			w.m.heard = time.Now()
		})
	}
	return t, err
}

// dialer knows two ways to the site, or that of its cable.
func (m *machine) dialer(p *process, key []byte, pin wire.ID) (transport.Dialer, error) {
	if m.cable != nil {
		return m.overQUIC(key, pin)
	}
	over := func(w way) transport.Dialer {
		return &dialer{host: m.host, by: p, key: key, pin: pin, way: w, gate: m.awake}
	}
	all := []ways.Way{{Name: "UDP", Dialer: over(overUDP), Direct: true}, {Name: "TCP", Dialer: over(overTCP), Direct: true}}
	return watched{ways.New(ways.Config{Ways: func(context.Context) []ways.Way { return all }, Log: m.log}), m}, nil
}

// awake waits until the machine is.
func (m *machine) awake(ctx context.Context) error {
	for {
		m.mu.Lock()
		wakes := m.asleep
		m.mu.Unlock()
		if wakes == nil {
			return nil
		}
		select {
		case <-wakes:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// sleep lets the machine fall asleep: nothing gets in or out, and the clock
// that counts its waking stands.
func (m *machine) sleep() {
	m.mu.Lock()
	if m.asleep == nil {
		m.asleep, m.fell = make(chan struct{}), time.Now()
	}
	m.mu.Unlock()
	m.host.change(func(h *host) { h.asleep = true })
}

func (m *machine) wake() {
	m.mu.Lock()
	m.wakeLocked()
	m.mu.Unlock()
	m.host.change(func(h *host) { h.asleep = false })
}

func (m *machine) wakeLocked() {
	if m.asleep != nil {
		close(m.asleep)
		m.asleep = nil
		m.slept += time.Since(m.fell)
	}
}

func (m *machine) status(ctx context.Context) wire.Status {
	m.awake(ctx)
	return wire.Status{Hostname: m.name}
}

func (m *machine) clocks() (lifetime.Reading, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	total := time.Since(m.booted)
	wall := time.Duration(time.Now().UnixNano()) + m.skew
	return lifetime.Reading{Boot: strconv.Itoa(m.boots), Total: total, Awake: total - m.slept, Wall: wall}, nil
}

// serve is a conversation that says everything twice.
func (m *machine) serve(ctx context.Context, s transport.Stream, open *wire.Open) {
	m.mu.Lock()
	m.serving[open.Session]++
	m.mu.Unlock()
	if wire.Send(s, wire.TypeOpened, wire.Opened{Rights: open.Rights}) != nil {
		return
	}
	defer context.AfterFunc(ctx, func() { s.Close() })()
	io.Copy(s, s)
}

// state is a machine in a few words.
func (m *machine) state() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprintf("%s: online %t, ended %t (%v, %v), boots %d, starts %d", m.name, m.online, m.ended, m.ending, m.reason, m.boots, m.restarts)
}
