package lifetime

import (
	"strconv"
	"testing"
	"time"
)

// event is something that happens to a machine with a running agent.
type event struct {
	weight int
	name   string
	do     func(w *world)
}

var events = []event{
	{12, "the site is out of reach", (*world).away},
	{2, "the site is heard", (*world).online},
	{2, "the site is heard, then the power fails", (*world).onlineCrash},
	{3, "the machine sleeps", (*world).sleep},
	{3, "the machine is switched off", (*world).reboot},
	{2, "the agent is killed and started again", (*world).restart},
	{3, "the wall clock is set", (*world).setClock},
	{1, "the count is lost", func(w *world) { w.stop(); w.disk.state = State{}; w.launch() }},
	{1, "the count is damaged", (*world).damage},
	{1, "the disk breaks or works again", (*world).breakDisk},
	{1, "the disk moves into a machine that is up", (*world).move},
	{1, "a snapshot is made", (*world).snapshot},
	{1, "a snapshot of the disk is put back", (*world).restoreDisk},
	{1, "a snapshot with memory is put back", (*world).restoreMemory},
}

func (w *world) away() {
	n := 1 + w.IntN(70)
	each := w.span(time.Second, 8*time.Hour)
	for range n {
		w.pass(each)
		if w.fail(); w.over {
			return
		}
	}
}

func (w *world) online() {
	w.contact()
	w.pass(w.span(time.Minute, 90*day))
	w.contact() // until the connection was lost
}

func (w *world) onlineCrash() {
	w.contact()
	w.pass(w.span(time.Minute, 90*day))
	w.heard, w.machine.heard = w.now, w.now
	if !w.disk.frozen { // what is there says that the site was heard, or nothing is there
		w.disk.heard = w.now
	}
	w.reboot()
}

func (w *world) sleep() {
	d := w.span(asleep+time.Second, 200*day)
	w.now, w.total = w.now+d, w.total+d
	w.fails = 0
}

func (w *world) reboot() {
	w.stop()
	w.now += w.span(time.Second, 200*day)
	if w.IntN(3) == 0 {
		w.setClock()
	}
	w.start()
}

func (w *world) restart() {
	w.stop()
	w.pass(w.span(time.Second, 60*day))
	w.launch()
}

func (w *world) setClock() {
	w.skew += w.span(time.Second, 50*365*day) * time.Duration(1-2*w.IntN(2))
}

func (w *world) damage() {
	w.stop()
	b := w.disk.state.Encode()
	b[w.IntN(len(b))] ^= 1 << w.IntN(8)
	s, err := Decode(b[:len(b)-w.IntN(2)])
	if err == nil {
		panic("damage not seen: " + string(b))
	}
	w.disk.state = s
	w.launch()
}

// move starts the agent in a machine that was started long ago. Its clock on the
// wall goes as the other's did.
func (w *world) move() {
	w.stop()
	w.now += w.span(time.Second, day)
	w.boots++
	w.boot, w.total = strconv.Itoa(w.boots), w.span(time.Hour, 400*day)
	w.awake, w.ran, w.fails = w.total, 0, 0
	w.launch()
	w.pass(time.Second)
	w.fail()
}

func (w *world) breakDisk() {
	w.disk.broken = !w.disk.broken
	w.disk.frozen = w.disk.broken && w.IntN(2) == 0
}

func (w *world) snapshot() {
	w.shots = append(w.shots, shot{w.now, w.disk, w.machine, w.copy(w.agent)})
}

// restoreDisk ends the machine and boots it with an older disk.
func (w *world) restoreDisk() {
	if len(w.shots) == 0 {
		return
	}
	w.stop()
	w.disk, w.rewritten = w.shots[w.IntN(len(w.shots))].disk, true
	w.start()
}

// restoreMemory goes on with an older machine. Its clock since boot has not seen
// the time between, its wall clock is soon right again.
func (w *world) restoreMemory() {
	if len(w.shots) == 0 {
		return
	}
	s := w.shots[w.IntN(len(w.shots))]
	w.disk, w.machine, w.agent, w.rewritten = s.disk, s.machine, w.copy(s.agent), true
	if w.now-s.at > 2*jump {
		w.ran, w.fails = 0, 0
	}
}

// check says what is wrong with an end, or "".
func (w *world) check() string {
	switch {
	case w.now-w.machine.heard < w.limit:
		return "ended too early by its own history"
	case !w.rewritten && w.now-w.heard < w.limit:
		return "ended too early"
	case w.ran < leastRan:
		return "ended after too little running"
	case w.fails < leastFails:
		return "ended after too few attempts"
	}
	return ""
}

// live lets random things happen to an agent until it ends, and returns what is
// wrong with that.
func (w *world) live() string {
	sum := 0
	for _, e := range events {
		sum += e.weight
	}
	for range 30 {
		n := w.IntN(sum)
		for _, e := range events {
			if n -= e.weight; n < 0 {
				w.log = append(w.log, entry{w.now, e.name})
				e.do(w)
				break
			}
		}
		if w.over {
			return w.check()
		}
	}
	return ""
}

// TestNoWrongEnd: whatever happens to machines, clocks and disks, no agent ends
// that has heard its site within the limit. Histories can be repeated by their
// numbers.
func TestNoWrongEnd(t *testing.T) {
	const shards, histories = 4, 26_000
	for shard := range uint64(shards) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			ended := 0
			for n := range uint64(histories) {
				w := newWorld(shard, n)
				if wrong := w.live(); wrong != "" {
					t.Fatalf("history %d of %d: %s after\n%s", n, shard, wrong, w.story())
				}
				if w.over {
					ended++
				}
			}
			if ended < histories/20 {
				t.Errorf("only %d of %d agents ended: this test shows little", ended, histories)
			}
		})
	}
}

// TestReallyAway: an agent that is really away does end, soon after the limit
// for machines that are on, or asleep at night.
func TestReallyAway(t *testing.T) {
	for name, c := range map[string]struct {
		daily func(w *world) // a day in the life of the machine, failed attempts apart
		most  time.Duration  // until the end
	}{
		"always on": {func(w *world) { w.attempts(24 * time.Hour) }, 182 * day},
		"asleep at night": {func(w *world) {
			w.now, w.total, w.fails = w.now+16*time.Hour, w.total+16*time.Hour, 0
			w.attempts(8 * time.Hour)
		}, 183 * day},
		"agent starts anew":    {func(w *world) { w.attempts(24 * time.Hour); w.stop(); w.launch() }, 185 * day},
		"clock is set forward": {func(w *world) { w.attempts(24 * time.Hour); w.skew += time.Hour }, 1 << 62}, // checked below
		"boots every month": {func(w *world) {
			if w.attempts(24 * time.Hour); int(w.now/day)%30 == 0 {
				w.stop()
				w.now += time.Minute
				w.start()
			}
		}, 190 * day},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(1, 1)
			w.limit = 180 * day
			for w.now < 400*day && !w.over {
				c.daily(w)
			}
			if w.over != (c.most < 400*day) || w.over && (w.now > c.most || w.check() != "") {
				t.Errorf("day %d: over is %v, %s", w.now/day, w.over, w.check())
			}
		})
	}
}

// attempts fails every five minutes for so long, or until the end.
func (w *world) attempts(d time.Duration) {
	for n := d / (5 * time.Minute); n > 0 && !w.over; n-- {
		w.pass(5 * time.Minute)
		w.fail()
	}
}

// TestStep: what of a step counts, rule by rule.
func TestStep(t *testing.T) {
	at := func(boot string, total, awake, wall time.Duration) Reading { return Reading{boot, total, awake, wall} }
	const h = time.Hour
	a := at("a", 10*h, 10*h, 1000*h)
	for name, c := range map[string]struct {
		from, to Reading
		want     step
	}{
		"awake":                   {a, at("a", 11*h, 11*h, 1001*h), step{lived: h, awake: h}},
		"asleep":                  {a, at("a", 15*h, 11*h, 1005*h), step{lived: 5 * h, awake: h, slept: true}},
		"asleep for a month":      {a, at("a", 730*h, 11*h, 1720*h), step{lived: maxStep, awake: h, slept: true}},
		"wall clock back":         {a, at("a", 11*h, 11*h, 0), step{awake: h, jumped: true}},
		"wall clock on":           {a, at("a", 11*h, 11*h, 9000*h), step{lived: h, awake: h, jumped: true}},
		"booted":                  {a, at("b", h, h, 1003*h), step{lived: h, booted: true}},
		"booted long ago":         {a, at("b", 99*h, 99*h, 1200*h), step{lived: maxBoot, booted: true}},
		"disk in another machine": {a, at("b", 99*h, 99*h, 1000*h+time.Minute), step{lived: time.Minute, booted: true}},
		"booted, clock lost":      {a, at("b", h, h, 0), step{booted: true}},
		"clock since boot back":   {a, at("a", 9*h, 9*h, 1003*h), step{booted: true}},
		"boots without names":     {at("", 10*h, 10*h, 0), at("", h, h, 5*h), step{lived: h, booted: true}},
		"boot's name appears":     {at("", 10*h, 10*h, 0), at("a", 11*h, 11*h, h), step{lived: h, awake: h}},
		"wall clock wraps":        {at("a", 0, 0, -1<<63), at("a", h, h, 1<<63-1), step{awake: h, jumped: true}},
	} {
		if got := between(c.from, c.to); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
