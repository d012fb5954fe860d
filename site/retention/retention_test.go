package retention

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"jump/site/audit"
	"jump/site/bus"
	"jump/site/store"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// world is a site whose clocks and clients a test moves.
type world struct {
	*Keeper
	t      *testing.T
	boot   string
	booted time.Time
	skew   time.Duration // of the wall clock
	events <-chan bus.Event
}

// direct removes in the store; the registry of clients adds only events.
type direct struct{ *store.Store }

func (d direct) RemoveAway(ctx context.Context, id wire.ID, seen time.Time, _ string) error {
	_, err := d.Store.RemoveAway(ctx, id, seen)
	return err
}

func inWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "site.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		key := store.Key{UID: "k", Group: store.GeneralGroup, CreatedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour)}
		if err := s.CreateKey(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		var b bus.Local
		w := &world{t: t, boot: "one", booted: time.Now(), events: b.Subscribe(t.Context())}
		w.Keeper, err = New(t.Context(), Options{Store: s, Clients: direct{s}, Audit: audit.NewLog(s), Bus: &b,
			Clocks: w.clocks, Changed: func(int) {}, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
		if err != nil {
			t.Fatal(err)
		}
		w.turn()
		test(t, w)
	})
}

func (w *world) clocks() (store.Look, error) {
	return store.Look{At: time.Now().Add(w.skew).UTC(), Boot: w.boot, Up: time.Since(w.booted)}, nil
}

func (w *world) turn() {
	w.t.Helper()
	if err := w.Keeper.turn(w.t.Context(), true); err != nil {
		w.t.Fatal(err)
	}
}

// pass lets days go by in which the site looked at its clocks all the time, and
// then a turn.
func (w *world) pass(days int) {
	w.t.Helper()
	time.Sleep(time.Duration(days) * day)
	now, _ := w.clocks()
	if _, err := w.Store.EditRetention(w.t.Context(), func(r *store.Retention) { r.Looked = now }); err != nil {
		w.t.Fatal(err)
	}
	w.turn()
}

// enrol makes clients that are offline from now on.
func (w *world) enrol(from, to int) {
	w.t.Helper()
	for n := from; n <= to; n++ {
		public := transporttest.Key(fmt.Sprint(n)).Public().(ed25519.PublicKey)
		_, _, err := w.Store.Enrol(w.t.Context(), store.Enrolment{KeyUID: "k", ID: wire.IDOf(public), PublicKey: public,
			Group: store.GeneralGroup, Facts: wire.Status{Hostname: fmt.Sprint(n)}})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) connect(n int) {
	w.t.Helper()
	if _, _, err := w.Store.Connect(w.t.Context(), transporttest.ID(fmt.Sprint(n)), store.Connection{}); err != nil {
		w.t.Fatal(err)
	}
}

// left checks how many clients are not removed.
func (w *world) left(want int) {
	w.t.Helper()
	counts, err := w.Store.Counts(w.t.Context(), nil)
	if err != nil || counts.Total != want {
		w.t.Errorf("%d clients are left, want %d, %v", counts.Total, want, err)
	}
}

// alarm returns the only open alarm.
func (w *world) alarm(kind string, count int) int64 {
	w.t.Helper()
	open, err := w.Alarms(w.t.Context())
	if err != nil || len(open) != 1 || open[0].Kind != kind || open[0].Count != count {
		w.t.Fatalf("open alarms %+v, %v; want %s of %d", open, err, kind, count)
	}
	if e := <-w.events; e.Kind != bus.KindAlarm || e.Data != open[0] {
		w.t.Errorf("event %+v, want %+v", e, open[0])
	}
	return open[0].Number
}

func (w *world) answer(number int64, a Answer) {
	w.t.Helper()
	if err := w.Answer(w.t.Context(), number, a, "ada"); err != nil {
		w.t.Fatal(err)
	}
	if e := <-w.events; e.Kind != bus.KindAlarm || e.Data.(store.Alarm).Answer != string(a) {
		w.t.Errorf("event %+v", e)
	}
}

func TestAway(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enrol(1, 3)
		w.connect(2)
		if _, err := w.Store.MarkUninstalled(t.Context(), transporttest.ID("3")); err != nil {
			t.Fatal(err)
		}
		w.pass(179)
		w.left(3)
		w.pass(1)
		w.left(2) // online, and uninstalled (E10)
		if _, err := w.Store.Client(t.Context(), transporttest.ID("1")); !errors.Is(err, store.ErrRemoved) {
			t.Errorf("no tombstone: %v", err)
		}
		w.pass(1000)
		w.left(2)
	})
}

// TestMany: what would remove many waits for an answer.
func TestMany(t *testing.T) {
	for answer, want := range map[Answer]int{AnswerProceed: 1, AnswerDismiss: 4} {
		t.Run(string(answer), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.enrol(1, 4)
				w.pass(180)
				w.left(4)
				number := w.alarm(KindMassRemoval, 4)
				w.pass(5)
				w.left(4)
				w.connect(2) // it is back before anybody has answered
				w.answer(number, answer)
				w.turn()
				w.left(want)
				if err := w.Answer(t.Context(), number, answer, "bob"); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("answered twice: %v", err)
				}
				if answer == AnswerDismiss {
					w.pass(179)
					w.left(4)
					w.pass(2)
					w.alarm(KindMassRemoval, 3)
				}
			})
		})
	}
}

// TestClockSet: while a clock that was set waits for an answer nobody is
// removed, and the time that it has jumped over never counts.
func TestClockSet(t *testing.T) {
	for _, jump := range []time.Duration{365 * day, -365 * day, 10 * time.Minute} {
		t.Run(jump.String(), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.enrol(1, 1)
				w.pass(100)
				w.skew = jump
				w.turn()
				number := w.alarm(KindClockJump, 1)
				w.pass(20)
				w.left(1)
				w.answer(number, AnswerProceed)
				w.pass(20)
				w.left(1)
			})
		})
	}
}

// TestSiteAway: while the site is not there no client can come, so that does
// not count.
func TestSiteAway(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enrol(1, 1)
		w.pass(100)
		time.Sleep(25 * day)
		w.boot, w.booted = "two", time.Now()
		w.turn()
		w.pass(79)
		w.left(1)
		w.pass(2)
		w.left(0)
	})
}

func TestDays(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for _, days := range []int{-1, 1, 14, wire.MaxOfflineDays + 1} {
			if err := w.SetDays(t.Context(), days); !errors.Is(err, ErrDays) {
				t.Errorf("%d days: %v", days, err)
			}
		}
		var told int
		w.Changed = func(days int) { told = days }
		if err := w.SetDays(t.Context(), 0); err != nil || told != 0 {
			t.Error(told, err)
		}
		w.enrol(1, 1)
		w.pass(2000)
		w.left(1)
		if err := w.SetDays(t.Context(), 15); err != nil || told != 15 {
			t.Error(told, err)
		}
		w.pass(1)
		w.left(0)
	})
}

func TestRun(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enrol(1, 1)
		w.pass(179)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		time.Sleep(day - time.Hour)
		w.left(1)
		time.Sleep(25 * time.Hour)
		w.left(0)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestAllowance(t *testing.T) {
	for fleet, want := range map[int]int{0: 1, 1: 1, 39: 1, 40: 2, 100: 5, 500: 25, 100_000: 25} {
		if got := allowance(fleet); got != want {
			t.Errorf("of %d clients %d may be removed, want %d", fleet, got, want)
		}
	}
}

func TestBetween(t *testing.T) {
	at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	a := store.Look{At: at, Boot: "a", Up: time.Hour}
	for _, c := range []struct {
		name           string
		from, to       store.Look
		absent, jumped bool
	}{
		{"first look", store.Look{}, a, false, false},
		{"as usual", a, store.Look{At: at.Add(lookEvery), Boot: "a", Up: time.Hour + lookEvery}, false, false},
		{"asleep", a, store.Look{At: at.Add(9 * time.Hour), Boot: "a", Up: 10 * time.Hour}, true, false},
		{"set forward", a, store.Look{At: at.Add(day), Boot: "a", Up: time.Hour + lookEvery}, true, true},
		{"set back", a, store.Look{At: at.Add(-day), Boot: "a", Up: time.Hour + lookEvery}, false, true},
		{"booted", a, store.Look{At: at.Add(2 * time.Minute), Boot: "b", Up: time.Minute}, false, false},
		{"off for a week", a, store.Look{At: at.Add(7 * day), Boot: "b", Up: time.Minute}, true, false},
		{"off for a year", a, store.Look{At: at.Add(365 * day), Boot: "b", Up: time.Minute}, true, true},
		{"booted into the past", a, store.Look{At: at.Add(-day), Boot: "b", Up: time.Minute}, false, true},
		{"boots without names", store.Look{At: at, Up: time.Hour}, store.Look{At: at.Add(time.Minute), Up: time.Minute}, false, false},
	} {
		if absent, jumped := between(c.from, c.to); absent != c.absent || jumped != c.jumped {
			t.Errorf("%s: absent %v, jumped %v", c.name, absent, jumped)
		}
	}
}

func TestDueAt(t *testing.T) {
	at := func(d int) time.Time { return time.Date(2030, 1, d, 0, 0, 0, 0, time.UTC) }
	spans := func(days ...int) (s []store.Span) {
		for i := 0; i < len(days); i += 2 {
			s = append(s, store.Span{From: at(days[i]), To: at(days[i+1])})
		}
		return s
	}
	for _, c := range []struct {
		name   string
		policy Policy
		want   int // day of January; seen on the 10th
	}{
		{"plain", Policy{Days: 20}, 30},
		{"counted anew", Policy{Days: 20, CountedFrom: at(15)}, 35},
		{"absent before", Policy{Days: 20, Absences: spans(1, 9)}, 30},
		{"absent around it", Policy{Days: 20, Absences: spans(5, 12)}, 32},
		{"absent within", Policy{Days: 20, Absences: spans(12, 15)}, 33},
		{"absent at the end, and in what that adds", Policy{Days: 20, Absences: spans(29, 31, 31, 33)}, 34},
		{"absent afterwards", Policy{Days: 20, Absences: spans(31, 40)}, 30},
		{"overlapping", Policy{Days: 20, Absences: spans(12, 15, 13, 16)}, 34},
	} {
		if got, ok := c.policy.DueAt(at(10)); !ok || !got.Equal(at(c.want)) {
			t.Errorf("%s: due at %v, %v; want %v", c.name, got, ok, at(c.want))
		}
	}
	if at, ok := (Policy{}).DueAt(at(10)); ok {
		t.Errorf("never is %v", at)
	}
}
