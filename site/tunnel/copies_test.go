package tunnel

import (
	"errors"
	"testing"
	"testing/synctest"

	"jump/site/store"
	"jump/transport/wire"
)

// shows says Hello with that join state and returns the answer.
func (a *agent) shows(j *wire.Join) wire.Welcome {
	a.t.Helper()
	h := a.hello("")
	h.Join = j
	return a.welcome(h)
}

// keeps confirms that a Welcome is on the disk.
func (a *agent) keeps(w wire.Welcome) *wire.Join {
	a.t.Helper()
	a.send(wire.TypeKept, wire.Kept{Counter: w.Join.Counter})
	synctest.Wait()
	return w.Join
}

// pong answers what the site asks, until the tunnel ends or something else
// comes, which it returns.
func (a *agent) pong() (wire.Type, []byte, error) {
	for {
		kind, body, err := a.reader.Next()
		if err != nil || kind != wire.TypePing {
			return kind, body, err
		}
		if err := wire.Write(a.control, wire.TypePong, body); err != nil {
			return 0, nil, err
		}
	}
}

// TestTwoTunnels: a copy that connects while the original is there cuts nobody
// off, and no session can start until an administrator has answered.
func TestTwoTunnels(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, w := s.connect("one")
		disk := a.keeps(w)
		go a.pong()
		b := s.dial("one")
		b.shows(disk)
		c := s.get(a.id)
		if c.State() != store.StateQuarantined || len(c.Copies) != 2 || len(c.Live) != 2 || c.QuarantinedAt.IsZero() {
			t.Fatalf("two live tunnels: %+v", c)
		}
		go b.pong()
		_, _, err := s.clients.Open(t.Context(), a.id, &wire.Open{Kind: wire.KindShell, Shell: &wire.ShellStart{Columns: 80, Rows: 24}})
		var refused *wire.Refused
		if !errors.As(err, &refused) || refused.Code != wire.CodeQuarantined {
			t.Errorf("a session in quarantine: %v", err)
		}
		synctest.Wait()
		if a.tunnel.Context().Err() != nil || b.tunnel.Context().Err() != nil {
			t.Error("one of the two was cut off")
		}
		alarm, err := s.store.AlarmAbout(t.Context(), a.id)
		if err != nil || alarm.Kind != store.AlarmCopied || alarm.Answer != "" {
			t.Errorf("alarm %+v, %v", alarm, err)
		}
	})
}

// TestOneMachine: an old state of a disk comes back, and is accepted.
func TestOneMachine(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, w := s.connect("one")
		snapshot := a.keeps(w)
		a.tunnel.Close("lost")
		synctest.Wait()
		a = s.dial("one")
		a.keeps(a.shows(snapshot))
		a.tunnel.Close("lost")
		synctest.Wait()
		a = s.dial("one")
		disk := a.keeps(a.shows(snapshot))
		synctest.Wait()
		if c := s.get(a.id); c.State() != store.StateQuarantined || len(c.Live) != 1 {
			t.Fatalf("an old disk: %+v", c)
		}
		c, err := s.clients.Settle(t.Context(), a.id, store.Decision{}, "admin")
		if err != nil || c.State() != store.StateOnline || len(c.Copies) != 1 {
			t.Fatalf("one machine: %+v, %v", c, err)
		}
		a.tunnel.Close("lost")
		synctest.Wait()
		a = s.dial("one")
		a.shows(disk)
		if c := s.get(a.id); c.State() != store.StateOnline {
			t.Errorf("after the answer: %+v", c)
		}
		if alarm, err := s.store.AlarmAbout(t.Context(), a.id); err != nil || alarm.Answer != "one_machine" || alarm.AnsweredBy != "admin" {
			t.Errorf("alarm %+v, %v", alarm, err)
		}
	})
}
