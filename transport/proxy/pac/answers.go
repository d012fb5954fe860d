package pac

import (
	"context"
	"sync"
	"time"
)

// How long an answer is good for. Scripts may know the time of day, so not for
// long; and the network is to have a rest while nothing leads to the site.
const (
	goodFor    = 10 * time.Minute
	doubtedFor = time.Minute // also for what could not be asked
	maxAnswers = 8
)

// Question is what an answer is the answer to.
type Question struct {
	Script  string // where it comes from
	Address string // HOST:PORT of the site
	Network string // where the computer is
}

// Answers keeps what scripts have said, so that a client that tries again and
// again does not fetch and run them every time: 10 minutes, or one if no proxy
// that was named led to the site, or nothing was named. It is safe for
// concurrent use; nil keeps nothing.
type Answers struct {
	mu   sync.Mutex
	kept map[Question]answer
}

type answer struct {
	routes   []Route
	unusable []string
	err      error
	asked    time.Time
	life     time.Duration
}

// Ask returns the answer to a question, which ask finds out unless it is known.
// What was found out as ctx ended is no answer.
func (a *Answers) Ask(ctx context.Context, q Question, ask func() ([]Route, []string, error)) (routes []Route, unusable []string, err error) {
	if known, ok := a.find(q, time.Now()); ok {
		return known.routes, known.unusable, known.err
	}
	now := answer{asked: time.Now(), life: goodFor}
	if now.routes, now.unusable, now.err = ask(); now.err != nil {
		now.life = doubtedFor
	}
	if ctx.Err() == nil {
		a.keep(q, now)
	}
	return now.routes, now.unusable, now.err
}

func (a *Answers) find(q Question, now time.Time) (answer, bool) {
	if a == nil {
		return answer{}, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	known, ok := a.kept[q]
	return known, ok && now.Sub(known.asked) < known.life
}

func (a *Answers) keep(q Question, now answer) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept == nil || len(a.kept) == maxAnswers {
		a.kept = map[Question]answer{}
	}
	a.kept[q] = now
}

// Doubt says that the answer led nowhere.
func (a *Answers) Doubt(q Question) {
	if known, ok := a.find(q, time.Now()); ok {
		known.life = doubtedFor
		a.keep(q, known)
	}
}

// Forget drops all answers: the network is another one.
func (a *Answers) Forget() {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kept = nil
}
