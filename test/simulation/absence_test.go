package simulation

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"jump/agent"
	"jump/site/store"
	"jump/transport/wire"
)

// TestAbsence is the end of those who stay away (requirement E11), with the
// shortest limit there is and with JUMP_SOAK=1 with the 180 days: who was away for
// less is still a client, who was away for longer has ended by its own count or
// is removed by the site's, and who was there is there.
func TestAbsence(t *testing.T) {
	days := wire.MinOfflineDays
	if os.Getenv("JUMP_SOAK") != "" {
		days = wire.DefaultOfflineDays
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1, plan{agents: 4, days: days})
		defer w.end()
		if err := w.site.running.keeper.SetDays(context.Background(), days); err != nil {
			t.Fatal(err)
		}
		rest(bound)
		w.check()
		w.absences(time.Duration(days) * 24 * time.Hour)
		if w.wrong != "" {
			t.Error(w.wrong)
		}
	})
}

// absences lets one be away for less than the limit, one for longer, and one be
// switched off for longer. That one goes two days later: a site that misses many
// at once asks first.
func (w *world) absences(limit time.Duration) {
	const apart = 48 * time.Hour
	short, long, off := w.all[0], w.all[1], w.all[2]
	w.line(short, false)
	w.line(long, false)
	rest(apart)
	off.kill()
	rest(limit - apart - 12*time.Hour)
	for _, m := range w.all {
		w.stands(m, "before the limit")
	}
	w.line(short, true)
	rest(3*24*time.Hour + apart) // a day of grace, and one of doubts
	w.line(long, true)
	off.boot()
	rest(bound)
	w.stands(short, "back before the limit")
	w.stands(w.all[3], "always there")
	w.gone(long, agent.ReasonOffline)
	w.gone(off, agent.ReasonRemoved)
}

func (w *world) line(m *machine, up bool) {
	m.host.change(func(h *host) { h.up, h.down = up, up })
}

// stands demands that a client has not ended, and that its site knows it.
func (w *world) stands(m *machine, when string) {
	m.mu.Lock()
	ended, id := m.ended, m.id
	m.mu.Unlock()
	if _, err := w.site.running.clients.Get(context.Background(), id); ended || err != nil {
		w.fail("%s: %s; the site says %v", when, m.state(), err)
	}
}

// gone demands that a client has ended for a reason, and that its site has none
// of it any more.
func (w *world) gone(m *machine, why agent.Reason) {
	m.mu.Lock()
	ended, reason, id := m.ended, m.ending, m.id
	m.mu.Unlock()
	if _, err := w.site.running.clients.Get(context.Background(), id); !ended || reason != why || !errors.Is(err, store.ErrNotFound) {
		w.fail("not gone for %v: %s; the site says %v", why, m.state(), err)
	}
}
