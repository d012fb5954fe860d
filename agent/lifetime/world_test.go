package lifetime

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// world is a machine, its clocks, its disk and its agent, and the truth that
// none of these knows.
type world struct {
	*rand.Rand
	limit time.Duration
	log   []entry // what happened, for whoever reads a failure

	now   time.Duration // the true time
	heard time.Duration // the last contact in truth
	boots int
	machine
	disk  disk
	agent *Count // nil: not running

	shots     []shot
	rewritten bool // the machine has seen another past than the true one
	over      bool
}

// machine is what a snapshot with memory holds, and what an agent knows without
// knowing it.
type machine struct {
	boot         string
	total, awake time.Duration
	skew         time.Duration // of the wall clock
	heard        time.Duration // the last contact in the agent's own history
	ran          time.Duration // of the agent, awake, since boot or a visible restore
	fails        int           // since boot, waking or a visible restore
}

// disk is a file, and what is true of its content.
type disk struct {
	state  State
	heard  time.Duration
	broken bool // nothing can be written
	frozen bool // nor removed
}

// shot is a snapshot of the disk, and, if the agent was running, of its memory.
type shot struct {
	at      time.Duration
	disk    disk
	machine machine
	agent   *Count
}

var errBroken = errors.New("no space left on device")

func newWorld(seed, history uint64) *world {
	w := &world{Rand: rand.New(rand.NewPCG(seed, history))}
	w.limit = []time.Duration{15 * day, 15 * day, 30 * day, 180 * day}[w.IntN(4)]
	w.start()
	return w
}

// span draws a duration between two, short ones as often as long ones.
func (w *world) span(from, to time.Duration) time.Duration {
	return time.Duration(float64(from) * math.Pow(float64(to)/float64(from), w.Float64()))
}

// entry is one line of a story.
type entry struct {
	at   time.Duration
	what string
}

func (w *world) story() string {
	var b strings.Builder
	for _, e := range w.log {
		fmt.Fprintf(&b, "day %.4f: %s\n", e.at.Hours()/24, e.what)
	}
	fmt.Fprintf(&b, "day %.4f: the end; count %+v, truth %+v", w.now.Hours()/24, w.agent.now, w.machine)
	return b.String()
}

// clocks is what the agent can know.
func (w *world) clocks() (Reading, error) {
	return Reading{Boot: w.boot, Total: w.total, Awake: w.awake, Wall: w.now + w.skew}, nil
}

// keep is the agent's disk: what cannot be replaced is removed at least, if
// that is possible.
func (w *world) keep(s State) error {
	switch {
	case !w.disk.broken:
		w.disk.state, w.disk.heard = s, w.machine.heard
		return nil
	case !w.disk.frozen:
		w.disk.state = State{}
	}
	return errBroken
}

// pass lets time go by while the machine is awake.
func (w *world) pass(d time.Duration) {
	w.now, w.total, w.awake = w.now+d, w.total+d, w.awake+d
	if w.agent != nil {
		w.ran += d
	}
}

// start boots the machine, and its agent after a while.
func (w *world) start() {
	w.boots++
	w.boot = strconv.Itoa(w.boots)
	if w.IntN(8) == 0 {
		w.boot = "" // not to be found out
	}
	w.total, w.awake, w.ran, w.fails = 0, 0, 0, 0
	w.pass(w.span(time.Second, time.Hour))
	w.launch()
}

// launch starts the agent with what is on the disk.
func (w *world) launch() {
	w.machine.heard = w.disk.heard
	w.agent = New(w.disk.state, w.clocks, w.keep)
}

// stop kills the agent at any moment.
func (w *world) stop() { w.agent = nil }

// contact is the site heard.
func (w *world) contact() {
	w.heard, w.machine.heard = w.now, w.now
	w.rewritten = w.disk.broken && w.disk.frozen // else nothing is left of what was before
	w.agent.Contact()
}

// fail is one attempt in vain.
func (w *world) fail() {
	w.fails++
	over, _ := w.agent.Fail(w.limit) // an error is the disk's, and known
	w.over = w.over || over
}

// copy returns a running agent as a snapshot has it.
func (w *world) copy(c *Count) *Count {
	if c == nil {
		return nil
	}
	twin := *c
	twin.clocks, twin.keep = w.clocks, w.keep
	return &twin
}
