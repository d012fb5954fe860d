package tunnel

import (
	"crypto/ed25519"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"jump/site/copies"
	"jump/site/store"
	"jump/transport/transporttest"
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

// renewal returns what a copy of an agent shows under its new name.
func (s *site) renewal(was, now string, p wire.Permit) *wire.Renewal {
	old := transporttest.ID(was)
	return &wire.Renewal{Old: old[:], Permit: p,
		Signature: ed25519.Sign(transporttest.Key(was), wire.RenewalText(old, transporttest.ID(now), p))}
}

// copied connects an agent twice, so that it is in quarantine, and returns both
// with their numbers, and what is on the disk of the second.
func (s *site) copied() (a, b *agent, first, second uint64, disk *wire.Join) {
	s.t.Helper()
	a, w := s.connect("one")
	disk = a.keeps(w)
	go a.pong()
	b = s.dial("one")
	disk = b.keeps(b.shows(disk))
	c := s.get(a.id)
	if len(c.Copies) != 2 {
		s.t.Fatalf("not in quarantine: %+v", c)
	}
	return a, b, c.Copies[0].Number, c.Copies[1].Number, disk
}

// TestRenewed: the original stays, and its copy becomes a client of its own:
// with its permit, and only once.
func TestRenewed(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, b, first, _, _ := s.copied()
		if _, err := s.clients.Settle(t.Context(), a.id, store.Decision{Copy: first, Fate: copies.FateRenew}, "admin"); err != nil {
			t.Fatal(err)
		}
		var told wire.Refused
		b.next(wire.TypeRefused, &told)
		if told.Code != wire.CodeCopied || told.Permit == nil || told.Final {
			t.Fatalf("the copy was told %+v", told)
		}
		b.tunnel.Close("copied")
		for _, r := range []*wire.Renewal{
			s.renewal("one", "two", wire.Permit{Number: first, MAC: told.Permit.MAC}),
			s.renewal("one", "two", wire.Permit{Number: told.Permit.Number, MAC: make([]byte, 32)}),
			s.renewal("one", "three", *told.Permit),
		} {
			x := s.dial("two")
			h := x.hello("")
			h.Renewal = r
			if no := x.refused(h); no.Code != wire.CodeNotEnrolled {
				t.Errorf("a forged renewal: %+v", no)
			}
		}
		for range 2 { // the answer may get lost, and another name gets nothing
			x := s.dial("two")
			h := x.hello("")
			h.Renewal = s.renewal("one", "two", *told.Permit)
			x.welcome(h)
			x.tunnel.Close("lost")
		}
		x := s.dial("three")
		h := x.hello("")
		h.Renewal = s.renewal("one", "three", *told.Permit)
		if no := x.refused(h); no.Code != wire.CodeNotEnrolled {
			t.Errorf("a permit was used twice: %+v", no)
		}
		synctest.Wait()
		if c := s.get(a.id); c.State() != store.StateOnline || a.tunnel.Context().Err() != nil {
			t.Errorf("the original: %+v", c)
		}
		if c := s.get(transporttest.ID("two")); c.Group != s.get(a.id).Group {
			t.Errorf("the copy: %+v", c)
		}
	})
}

// TestRemovedCopy: a copy that was removed is told so whenever it comes, and
// the original never is.
func TestRemovedCopy(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, b, _, second, disk := s.copied()
		if _, err := s.clients.Settle(t.Context(), a.id, store.Decision{Copy: second, Fate: copies.FateRemove}, "admin"); err != nil {
			t.Fatal(err)
		}
		b.next(wire.TypeRemoved, &wire.Removed{})
		b.tunnel.Close("removed")
		b = s.dial("one")
		h := b.hello("")
		h.Join = disk
		b.send(wire.TypeHello, h)
		if kind, _, err := b.reader.Next(); err != nil || kind != wire.TypeRemoved {
			t.Errorf("the copy came back: type 0x%02x, %v", uint8(kind), err)
		}
		b.tunnel.Close("removed")
		a.tunnel.Close("lost")
		synctest.Wait()
		a = s.dial("one")
		a.shows(s.server.joins.issue(a.id, s.get(a.id).Copies[0].Confirmed))
		if c := s.get(a.id); c.State() != store.StateOnline {
			t.Errorf("the original: %+v", c)
		}
	})
}

// TestTwoConnectedAreNotOne: what is seen at the same moment in two places is
// not one machine.
func TestTwoConnectedAreNotOne(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, b, _, _, _ := s.copied()
		_, err := s.clients.Settle(t.Context(), a.id, store.Decision{}, "admin")
		var refused *wire.Refused
		if !errors.As(err, &refused) || refused.Code != "two_connected" {
			t.Errorf("the answer was taken: %v", err)
		}
		b.tunnel.Close("gone")
		synctest.Wait()
		if c, err := s.clients.Settle(t.Context(), a.id, store.Decision{}, "admin"); err != nil || c.State() != store.StateOnline {
			t.Errorf("after one has gone: %+v, %v", c, err)
		}
	})
}

// TestSuspended: a conversation ends when a copy appears.
func TestSuspended(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, w := s.connect("one")
		disk := a.keeps(w)
		go a.pong()
		go func() {
			stream, err := a.tunnel.Accept(t.Context())
			if err == nil {
				err = wire.Send(stream, wire.TypeOpened, wire.Opened{Rights: wire.RightShell})
			}
			if err != nil {
				t.Error(err)
			}
		}()
		stream, _, err := s.clients.Open(t.Context(), a.id, &wire.Open{Kind: wire.KindShell, Rights: wire.RightShell,
			Shell: &wire.ShellStart{Columns: 80, Rows: 24}})
		if err != nil {
			t.Fatal(err)
		}
		b := s.dial("one")
		b.shows(disk)
		if _, err := stream.Read(make([]byte, 1)); err == nil {
			t.Error("the conversation goes on")
		}
		if c := s.get(a.id); c.Sessions != 0 {
			t.Errorf("%d sessions", c.Sessions)
		}
	})
}

// TestRestoredSite: agents that know more than the site were there when it was
// another one; they are accepted, and there is one alarm.
func TestRestoredSite(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		for _, name := range []string{"one", "two", "three"} {
			a, _ := s.connect(name)
			a.tunnel.Close("the site was restored")
			synctest.Wait()
			a = s.dial(name)
			w := a.shows(s.server.joins.issue(a.id, 40))
			if c := s.get(a.id); c.State() != store.StateOnline || len(c.Copies) != 1 || w.Join.Counter <= 40 {
				t.Errorf("%s: %+v, %+v", name, c, w.Join)
			}
		}
		open, err := s.store.OpenAlarms(t.Context())
		if err != nil || len(open) != 1 || open[0].Kind != store.AlarmRestored || open[0].Count != 3 {
			t.Errorf("alarms %+v, %v", open, err)
		}
	})
}

// TestReadopted: a client that is younger than the backup that the site was
// restored from is taken in again, by the site's own word on its disk.
func TestReadopted(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a := s.dial("younger")
		h := a.hello("")
		h.Enrolment, h.Join = nil, s.server.joins.issue(a.id, 7)
		if w := a.welcome(h); w.Join.Counter <= 7 {
			t.Errorf("the next join state is %d", w.Join.Counter)
		}
		if c := s.get(a.id); c.State() != store.StateOnline || c.Group != store.GeneralGroup || len(c.Copies) != 1 || !c.QuarantinedAt.IsZero() {
			t.Errorf("%+v", c)
		}
		if open, err := s.store.OpenAlarms(t.Context()); err != nil || len(open) != 1 || open[0].Kind != store.AlarmRestored {
			t.Errorf("alarms %+v, %v", open, err)
		}
		for _, other := range []*wire.Join{nil, {Counter: 7, MAC: make([]byte, 32)}, s.server.joins.issue(a.id, 7)} {
			b := s.dial("stranger")
			h := b.hello("")
			h.Enrolment, h.Join = nil, other
			if no := b.refused(h); no.Code != wire.CodeNotEnrolled {
				t.Errorf("%+v: %+v", other, no)
			}
		}
	})
}

// TestKeptReplaced: an agent that comes back while its old tunnel stands, but
// does not answer on it any more, is itself.
func TestKeptReplaced(t *testing.T) {
	bubble(t, func(t *testing.T, s *site) {
		a, w := s.connect("one")
		disk := a.keeps(w)
		b := s.dial("one")
		start := time.Now()
		b.shows(disk)
		if waited := time.Since(start); waited != probeTimeout {
			t.Errorf("it waited %v", waited)
		}
		synctest.Wait()
		if c := s.get(a.id); c.State() != store.StateOnline || a.tunnel.Context().Err() == nil {
			t.Errorf("%+v", c)
		}
	})
}
