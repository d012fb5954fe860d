package agent

import (
	"errors"
	"sync/atomic"
	"testing"

	"jump/agent/config"
	"jump/transport/wire"
)

// join welcomes an agent with that join state.
func (p *peer) join(counter uint64) {
	p.t.Helper()
	p.send(wire.TypeWelcome, wire.Welcome{Protocol: 1, Version: "1", Name: "pc", Join: &wire.Join{Counter: counter, MAC: []byte("mac")}})
}

// TestKept: the join state is confirmed once it is on the disk, and shown from
// then on.
func TestKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, nil)
		p := r.next()
		p.join(5)
		var kept wire.Kept
		if p.read(wire.TypeKept, &kept); kept.Counter != 5 || r.learned().Join.Counter != 5 {
			t.Errorf("confirmed %+v, on the disk %+v", kept, r.learned().Join)
		}
		p.Close("lost")
		if p = r.next(); p.hello.Join == nil || p.hello.Join.Counter != 5 {
			t.Errorf("shown %+v", p.hello.Join)
		}
	})
}

// TestNotKept: what may not be on the disk is neither confirmed nor shown.
func TestNotKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var full atomic.Bool
		r := start(t, func(o *Options) {
			keep := o.Keep
			o.Keep = func(l config.Learned) error {
				if full.Load() {
					return errors.New("no space left on device")
				}
				return keep(l)
			}
		})
		p := r.next()
		p.join(5)
		p.read(wire.TypeKept, nil)
		full.Store(true)
		p.Close("lost")
		p = r.next()
		p.join(6)
		if kind, _, err := p.reader.Next(); err != nil || kind == wire.TypeKept {
			t.Errorf("said 0x%02x, %v", uint8(kind), err)
		}
		p.Close("lost")
		if p = r.next(); p.hello.Join == nil || p.hello.Join.Counter != 5 {
			t.Errorf("shown %+v", p.hello.Join)
		}
		full.Store(false)
		p.join(7)
		var kept wire.Kept
		if p.read(wire.TypeKept, &kept); kept.Counter != 7 {
			t.Errorf("confirmed %+v", kept)
		}
	})
}

// TestStartWritesAgain: what a process reads may have been written by one that
// was killed before it was on the disk.
func TestStartWritesAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, func(o *Options) { o.Learned = config.Learned{Enrolled: true, Join: &wire.Join{Counter: 3}} })
		r.next()
		if l := r.learned(); l.Join == nil || l.Join.Counter != 3 {
			t.Errorf("on the disk is %+v", l)
		}
	})
}

// TestCopied: a copy ends with its permit, whether it is told at Hello or while
// it is connected; one without a permit, from a site that it may be too old
// for, waits.
func TestCopied(t *testing.T) {
	permit := &wire.Permit{Number: 9, MAC: []byte("mac")}
	for name, tell := range map[string]func(r *running){
		"at hello": func(r *running) { r.next().send(wire.TypeRefused, wire.Refused{Code: wire.CodeCopied, Permit: permit}) },
		"connected": func(r *running) {
			r.welcomed(wire.Settings{}).send(wire.TypeRefused, wire.Refused{Code: wire.CodeCopied, Permit: permit})
		},
		"first without": func(r *running) {
			r.next().send(wire.TypeRefused, wire.Refused{Code: wire.CodeCopied, RetryAfter: 3600})
			r.next().send(wire.TypeRefused, wire.Refused{Code: wire.CodeCopied, Permit: permit})
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := start(t, nil)
				tell(r)
				got := r.result()
				var refused *wire.Refused
				if got.reason != ReasonCopied || !errors.As(got.err, &refused) || refused.Permit.Number != 9 {
					t.Errorf("ended with %v, %v", got.reason, got.err)
				}
			})
		})
	}
}

// TestRenewal: it is shown in place of the enrolment, until the first Welcome.
func TestRenewal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, func(o *Options) {
			o.Enrolment = &Enrolment{}
			o.Renewal = &wire.Renewal{Old: make([]byte, 32), Signature: make([]byte, 64)}
		})
		p := r.next()
		if p.hello.Renewal == nil || p.hello.Enrolment != nil {
			t.Errorf("first %+v", p.hello)
		}
		p.join(1)
		p.read(wire.TypeKept, nil)
		p.Close("lost")
		if p = r.next(); p.hello.Renewal != nil {
			t.Error("shown after it was welcomed")
		}
	})
}
