package simulation

import (
	"fmt"
	"time"
)

// event is one thing that happens.
type event struct {
	weight int
	clone  bool // only where disks are copied
	do     func(w *world)
}

var events = []event{
	{6, false, func(w *world) { w.cut(true, true) }},
	{3, false, func(w *world) { w.cut(true, false) }},
	{3, false, func(w *world) { w.cut(false, true) }},
	{4, false, (*world).weather},
	{5, false, (*world).rebind},
	{4, false, (*world).block},
	{4, false, (*world).sleep},
	{12, false, (*world).killed},
	{8, false, (*world).powerCut},
	{6, false, (*world).midWrite},
	{5, false, (*world).fill},
	{4, false, (*world).setClock},
	{3, false, (*world).crashSite},
	{3, false, (*world).crashSiteMidWrite},
	{2, false, (*world).restartSite},
	{2, false, (*world).fillSite},
	{1, false, (*world).setSiteClock},
	{1, false, (*world).backup},
	{1, false, (*world).restoreBackup},
	{10, false, (*world).talk},
	{3, true, (*world).clone},
	{2, true, (*world).putBack},
}

func (w *world) one() *machine { return w.all[w.rand.IntN(len(w.all))] }

func (w *world) within(least, most time.Duration) time.Duration {
	return least + time.Duration(w.rand.Int64N(int64(most-least)))
}

// later undoes something after a while.
func (w *world) later(d time.Duration, undo func()) { time.AfterFunc(d, undo) }

func (w *world) cut(up, down bool) {
	m, d := w.one(), w.within(time.Second, 5*time.Minute)
	w.tell("the line of %s is cut for %v: up %t, down %t", m.name, d, up, down)
	m.host.change(func(h *host) { h.up, h.down = !up, !down })
	w.later(d, func() { m.host.change(func(h *host) { h.up, h.down = true, true }) })
}

func (w *world) weather() {
	m := w.one()
	loss, delay := w.rand.Float64()*0.4, w.within(time.Millisecond, time.Second)
	w.tell("the line of %s loses %.2f of its packets, each takes %v", m.name, loss, delay)
	m.host.change(func(h *host) { h.loss, h.delay = loss, delay })
}

func (w *world) rebind() {
	m := w.one()
	w.tell("%s gets another address", m.name)
	m.host.rebind()
}

func (w *world) block() {
	m, over, d := w.one(), way(w.rand.IntN(2)), w.within(time.Minute, time.Hour)
	w.tell("way %d of %s is blocked for %v", over, m.name, d)
	m.host.change(func(h *host) { h.blocked[over] = true })
	w.later(d, func() { m.host.change(func(h *host) { h.blocked[over] = false }) })
}

func (w *world) sleep() {
	m, d := w.one(), w.within(time.Second, time.Hour)
	w.tell("%s sleeps for %v", m.name, d)
	m.sleep()
	w.later(d, m.wake)
}

func (w *world) killed() {
	m := w.one()
	w.tell("the client of %s is killed", m.name)
	m.kill()
	m.launch(0)
}

func (w *world) powerCut() {
	m := w.one()
	w.tell("%s loses its power", m.name)
	m.kill()
	m.disk.powerCut()
	m.boot()
}

// midWrite kills the next process of a client, and half of the times the power
// goes with it.
func (w *world) midWrite() {
	m, steps := w.one(), 1+w.rand.IntN(40)
	w.tell("%s is killed, and again after %d steps of its disk", m.name, steps)
	m.kill()
	m.launch(steps)
	if w.rand.IntN(2) == 0 {
		rest(w.within(time.Millisecond, 3*time.Second))
		w.tell("%s loses its power", m.name)
		m.kill()
		m.disk.powerCut()
		m.boot()
	}
}

func (w *world) fill() {
	m, d := w.one(), w.within(time.Minute, time.Hour)
	often := []float64{0.1, 0.5, 1}[w.rand.IntN(3)]
	w.tell("the disk of %s fails %.1f of the times for %v", m.name, often, d)
	set := func(f float64) {
		m.disk.mu.Lock()
		defer m.disk.mu.Unlock()
		m.disk.full = f
	}
	set(often)
	w.later(d, func() { set(0) })
}

func (w *world) setClock() {
	m, d := w.one(), w.within(-1000*time.Hour, 1000*time.Hour)
	w.tell("the clock of %s is set by %v", m.name, d)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.skew += d
}

func (w *world) crashSite() {
	d := w.within(0, 10*time.Minute)
	w.tell("the site crashes for %v", d)
	w.site.crash()
	rest(d)
	w.site.start()
}

func (w *world) crashSiteMidWrite() {
	n := 1 + w.rand.Int64N(20)
	w.tell("the site will crash at commit %d", n)
	w.site.left.Store(n)
}

func (w *world) restartSite() {
	d := w.within(0, time.Minute)
	w.tell("the site restarts within %v", d)
	w.site.halt()
	rest(d)
	w.site.start()
}

func (w *world) fillSite() {
	d := w.within(time.Second, 10*time.Minute)
	w.tell("the disk of the site is full for %v", d)
	w.site.full.Store(true)
	w.later(d, func() { w.site.full.Store(false) })
}

func (w *world) setSiteClock() {
	d := w.within(-100*time.Hour, 100*time.Hour)
	w.tell("the clock of the site is set by %v", d)
	w.site.skew.Add(int64(d))
}

func (w *world) backup() {
	w.tell("a backup of the site")
	w.site.save()
}

// restoreBackup puts the site back. Whoever became a client since then is unknown
// to it, and is taken in again by the join state on its disk.
func (w *world) restoreBackup() {
	w.tell("the backup of %v ago is restored", time.Since(w.site.backedAt))
	w.site.crash()
	w.site.restore()
	w.site.start()
}

func (w *world) talk() {
	m := w.one()
	w.tell("a session with %s: %v", m.name, w.session(m))
	w.revive()
}

// clone makes another computer of a disk.
func (w *world) clone() {
	if len(w.all) >= 12 {
		return
	}
	m := w.one()
	if !m.acked {
		return
	}
	w.cloned[m.id] = true
	name := fmt.Sprintf("%s-%d", m.name, len(w.all))
	w.tell("the disk of %s is copied: %s", m.name, name)
	w.add(name, m.info, m.disk.clone(w.seed+uint64(len(w.all))))
}

// putBack restores an older state of a disk.
func (w *world) putBack() {
	m := w.one()
	if !m.acked {
		return
	}
	w.cloned[m.id] = true
	old, d := m.disk.clone(w.seed+uint64(len(w.story))), w.within(time.Minute, time.Hour)
	w.tell("the disk of %s goes back by %v", m.name, d)
	rest(d)
	m.kill()
	m.disk = old
	m.boot()
	w.revive()
}
