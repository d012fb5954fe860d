package copies

import (
	"math/rand/v2"
	"testing"
)

// TestJoin plays what agents show and confirm.
func TestJoin(t *testing.T) {
	for _, c := range []struct {
		name string
		show []uint64 // at the first connection, the second, …
		kept []uint64 // by the connection of that place; 0: nothing
		copy int      // the connection that gives a copy away, 0 for none
	}{
		{"honest", []uint64{0, 1, 2, 3}, []uint64{1, 2, 3, 4}, 0},
		{"confirmations get lost", []uint64{0, 1, 2, 3}, []uint64{0, 0, 0, 0}, 0},
		{"a Welcome never reached the disk", []uint64{0, 1, 1, 3, 4}, []uint64{1, 0, 0, 0, 0}, 0},
		{"the first never reached the disk", []uint64{0, 0, 0, 3}, []uint64{0, 0, 0, 0}, 0},
		{"a disk that says it failed, and had not", []uint64{0, 1, 1, 1, 2}, []uint64{1, 0, 0, 0, 0}, 0},
		{"lost state", []uint64{0, 1, 2, 0}, []uint64{0, 0, 0, 0}, 4},
		{"old disk", []uint64{0, 1, 1}, []uint64{1, 2, 0}, 3},
		{"old disk, confirmation lost", []uint64{0, 1, 2, 1}, []uint64{0, 0, 0, 0}, 4},
		{"two in turn", []uint64{0, 1, 1, 2, 3}, []uint64{0, 0, 0, 0, 0}, 5},
		{"invented", []uint64{0, 9}, []uint64{0, 0}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s Set
			for i, shown := range c.show {
				n := uint64(i + 1)
				who := s.Recognize(Question{Shown: shown, Last: n + 100, Occupied: nobody})
				s = must(t)(s.Connect(who.Copy.Number, Visit{Shown: shown, Counter: n}))
				s = s.Confirm(s[len(s)-1].Number, c.kept[i])
				if found := len(s) > 1; found != (c.copy > 0 && i+1 >= c.copy) {
					t.Fatalf("connection %d shows %d: %+v", n, shown, s)
				}
			}
		})
	}
}

func nobody(uint64) bool { return false }

func must(t *testing.T) func(Set, Copy, error) Set {
	return func(s Set, _ Copy, err error) Set {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// machine is an agent's process and its disk. After a write that failed the
// disk may hold the old or the new, which only a restart finds out.
type machine struct {
	disk, maybe uint64 // maybe: what a write that failed may have left
	certain     uint64 // what the process knows to be on the disk
	live        bool   // its tunnel stands
	copy        uint64 // the site's number for it
}

// restart reads the disk, and writes it again, so that it is certain.
func (m *machine) restart(r *rand.Rand) {
	if r.IntN(2) == 0 {
		m.disk = m.maybe
	}
	m.maybe, m.certain, m.live = m.disk, m.disk, false
}

// simulation is a site, its machines, and what went over between them.
type simulation struct {
	set     Set
	counter uint64
	rand    *rand.Rand
	calm    bool // nothing fails
}

func (s *simulation) fails() bool { return !s.calm && s.rand.IntN(4) == 0 }

// connect is one connection; at every step it may end.
func (s *simulation) connect(t *testing.T, m *machine, others ...*machine) {
	if s.fails() {
		m.restart(s.rand)
	}
	m.live = false
	who := s.set.Recognize(Question{Shown: m.certain, Last: s.counter, Occupied: func(number uint64) bool {
		for _, o := range others {
			if o.live && o.copy == number {
				return true
			}
		}
		return false
	}})
	s.counter++
	next, x, err := s.set.Connect(who.Copy.Number, Visit{Shown: m.certain, Counter: s.counter})
	if err != nil {
		t.Fatal(err)
	}
	if s.fails() { // the site crashes before that is stored; nobody was welcomed
		s.counter--
		return
	}
	s.set = next
	if s.fails() { // Welcome is lost
		return
	}
	m.copy, m.live = x.Number, true
	issued := x.Issued[len(x.Issued)-1]
	if s.fails() { // the write fails, whatever it did
		m.maybe = issued
		if s.rand.IntN(2) == 0 {
			m.maybe, m.disk = m.disk, issued
		}
		return
	}
	m.disk, m.maybe, m.certain = issued, issued, issued
	if s.fails() { // the confirmation is lost, or the site crashes before it is stored
		return
	}
	s.set = s.set.Confirm(x.Number, issued)
}

// TestNoFalseAlarm: 10,000 connections of an honest agent, at any moment of
// which the agent, the site or the network may fail, show no copy.
func TestNoFalseAlarm(t *testing.T) {
	for seed := range uint64(20) {
		s, m := &simulation{rand: rand.New(rand.NewPCG(seed, 1))}, &machine{}
		for i := range 10_000 {
			if s.connect(t, m); len(s.set) > 1 {
				t.Fatalf("seed %d, connection %d: %+v, %+v", seed, i, *m, s.set)
			}
		}
	}
}

// TestCopyIsFound: whatever happened before and in whatever order they come, a
// copy is found when it or the original has connected twice, from the moment on
// from which both can write to their disks.
func TestCopyIsFound(t *testing.T) {
	for seed := range uint64(2000) {
		s, a := &simulation{rand: rand.New(rand.NewPCG(seed, 2))}, &machine{}
		for range s.rand.IntN(20) {
			s.connect(t, a)
		}
		s.calm = true
		a.restart(s.rand)
		s.connect(t, a)
		b := *a
		for range s.rand.IntN(3) { // the original goes on meanwhile
			s.connect(t, a)
		}
		visits := map[*machine]int{}
		for len(s.set) == 1 {
			m, o := a, &b
			if s.rand.IntN(2) == 0 {
				m, o = o, m
			}
			m.live = s.rand.IntN(2) == 0
			o.live = o.live && s.rand.IntN(2) == 0
			s.connect(t, m, o)
			if visits[m]++; visits[a] > 0 && visits[&b] > 0 && min(visits[a], visits[&b]) > 1 && len(s.set) == 1 {
				t.Fatalf("seed %d: after %d and %d visits: %+v, %+v, %+v", seed, visits[a], visits[&b], *a, b, s.set)
			}
		}
	}
}

// TestOvertaken: the Hello of a process that was killed waits at the site while
// the next process shows the same counter and is let in. It is no copy; who comes
// after that and shows the same, while the next is there, is one.
func TestOvertaken(t *testing.T) {
	s := must(t)(Set{}.Connect(0, Visit{Counter: 1}))
	s = s.Confirm(1, 1)
	s = must(t)(s.Connect(1, Visit{Shown: 1, Counter: 2}))
	q := Question{Shown: 1, Last: 2, Occupied: func(uint64) bool { return true }, Late: true}
	if who := s.Recognize(q); !who.Superseded {
		t.Errorf("what waited is %+v", who)
	}
	q.Late = false
	if who := s.Recognize(q); who.Superseded || who.Copy.Number != 0 {
		t.Errorf("what comes now is %+v, not a new copy", who)
	}
}
