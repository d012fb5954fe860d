package agent

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport/wire"
)

// facts are those of a computer under test.
type facts struct {
	mu  sync.Mutex
	now wire.Status
}

func (f *facts) set(change func(*wire.Status)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.now)
}

// status counts seconds, as real facts do.
func (f *facts) status(context.Context) wire.Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.now
	s.Uptime, s.CPUPermille, s.IdleSeconds = time.Now().Unix(), int(time.Now().Unix()%1000), time.Now().Unix()
	return s
}

func TestStatus(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := &facts{now: wire.Status{Hostname: "pc"}}
		r := start(t, func(o *Options) { o.Status = f.status })
		p := r.welcomed(wire.Settings{StatusEvery: 120})
		next := func() (wire.Status, time.Duration) {
			begin := time.Now()
			var s wire.Status
			p.read(wire.TypeStatus, &s)
			return s, time.Since(begin)
		}
		for range 3 {
			if _, took := next(); took != 120*time.Second {
				t.Errorf("status after %v", took)
			}
		}
		f.set(func(s *wire.Status) { s.ConsoleUser = "ada" })
		if s, took := next(); took > lookEvery || s.ConsoleUser != "ada" {
			t.Errorf("a login is told after %v: %+v", took, s)
		}
		p.send(wire.TypeSettings, wire.Settings{StatusEvery: 30})
		for range 3 {
			if _, took := next(); took > 30*time.Second {
				t.Errorf("with new settings: status after %v", took)
			}
		}
		if got := r.learned().Settings.StatusEvery; got != 30 {
			t.Errorf("new settings not kept: %d", got)
		}
	})
}

// TestManySettings: only the newest counts, also when the tunnel ends with it.
func TestManySettings(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		p := r.welcomed(wire.Settings{})
		for n := range uint32(100) {
			p.send(wire.TypeSettings, wire.Settings{StatusEvery: n + 1})
		}
		synctest.Wait()
		p.Close("over")
		r.next()
		if got := r.learned().Settings.StatusEvery; got != 100 {
			t.Errorf("kept %d", got)
		}
	})
}

// TestBadFacts: what is out of bounds here is not sent, and costs no tunnel.
func TestBadFacts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := &facts{}
		r := start(t, func(o *Options) { o.Status = f.status })
		p := r.welcomed(wire.Settings{})
		f.set(func(s *wire.Status) { s.Hostname = strings.Repeat("x", wire.MaxControl) })
		time.Sleep(time.Minute)
		f.set(func(s *wire.Status) { s.Hostname = "pc" })
		var s wire.Status
		p.read(wire.TypeStatus, &s)
		if s.Hostname != "pc" {
			t.Errorf("told %q", s.Hostname)
		}
	})
}
