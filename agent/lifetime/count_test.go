package lifetime

import (
	"errors"
	"testing"
	"time"
)

// steady is a machine that is on, with a clock that is right.
type steady struct {
	now   time.Duration
	saved []State
	err   error // of the disk
}

func (m *steady) clocks() (Reading, error) { return Reading{"b", m.now, m.now, m.now}, nil }

func (m *steady) keep(s State) error {
	if m.err == nil {
		m.saved = append(m.saved, s)
	}
	return m.err
}

// fail fails n times, a minute apart, and reports whether the last was the end.
func (m *steady) fail(t *testing.T, c *Count, n int) (over bool) {
	t.Helper()
	for range n {
		m.now += time.Minute
		var err error
		if over, err = c.Fail(15 * day); !errors.Is(err, m.err) {
			t.Fatal(err)
		}
	}
	return over
}

// TestSavings: a machine that is away for weeks writes once an hour, one that is
// online not at all.
func TestSavings(t *testing.T) {
	m := &steady{}
	c := New(State{}, m.clocks, m.keep)
	for range 1000 {
		if err := c.Contact(); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.saved) != 0 {
		t.Errorf("%d writes while online", len(m.saved))
	}
	m.fail(t, c, 24*60)
	if len(m.saved) != 24 {
		t.Errorf("%d writes on a day away", len(m.saved))
	}
	if err := c.Contact(); err != nil || m.saved[len(m.saved)-1] != (State{}) {
		t.Errorf("after a contact %+v is kept, %v", m.saved[len(m.saved)-1], err)
	}
}

// TestBrokenDisk: who cannot write does not end, and writes as soon as it can.
func TestBrokenDisk(t *testing.T) {
	m := &steady{}
	c := New(State{}, m.clocks, m.keep)
	m.fail(t, c, 60)
	m.err = errors.New("read only")
	if m.fail(t, c, 20*24*60) {
		t.Error("ended, and nobody would know")
	}
	if err := c.Contact(); !errors.Is(err, m.err) {
		t.Error(err)
	}
	m.err = nil
	if err := c.Contact(); err != nil || m.saved[len(m.saved)-1] != (State{}) {
		t.Errorf("kept %+v, %v", m.saved[len(m.saved)-1], err)
	}
	if !m.fail(t, c, 16*24*60+1) {
		t.Error("does not end")
	}
}
