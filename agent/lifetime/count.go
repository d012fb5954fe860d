package lifetime

import (
	"errors"
	"fmt"
	"time"
)

// saveEvery is how much of the count a crash may lose. A client that is away
// for months must not wear out a disk.
const saveEvery = time.Hour

// Count is the count of a running agent. It is not safe for concurrent use.
type Count struct {
	clocks func() (Reading, error)
	keep   func(State) error

	now   State
	kept  State // what keep has stored last
	known bool  // that kept is what is stored
	alive bool  // now was seen by this process
}

// New returns the count that goes on from a state; the zero state if there was
// none, or if it is damaged. Clocks reads the clocks of this machine, and keep
// stores a state. If keep fails it should rather leave no state behind than an
// old one.
func New(from State, clocks func() (Reading, error), keep func(State) error) *Count {
	return &Count{clocks: clocks, keep: keep, now: from, kept: from, known: true}
}

// Contact notes that the site was heard, authenticated, at this moment or until
// this moment. An error says that it could not be kept; the count goes on all
// the same.
func (c *Count) Contact() error {
	c.now, c.alive = State{}, true
	if c.known && c.kept == c.now {
		return nil
	}
	return c.save()
}

// Fail notes an attempt to reach the site that failed, and reports whether that
// was the last: the agent has lived without its site for longer than the limit.
// Never if that cannot be kept: who cannot write does not know what it wrote.
func (c *Count) Fail(limit time.Duration) (over bool, err error) {
	now, err := c.clocks()
	if err != nil {
		return false, err
	}
	c.now, c.alive = c.now.fail(now, c.alive), true
	over = c.now.over(limit)
	if !over && c.known && !c.due() {
		return false, nil
	}
	if err := c.save(); err != nil {
		return false, err
	}
	return over, nil
}

// due reports whether what is kept has become too old.
func (c *Count) due() bool {
	return c.kept.Away != c.now.Away || c.kept.Last.Boot != c.now.Last.Boot || c.now.Lived-c.kept.Lived >= saveEvery
}

func (c *Count) save() error {
	if err := c.keep(c.now); err != nil {
		c.known = false
		return fmt.Errorf("keep the count of offline days: %w", err)
	}
	c.kept, c.known = c.now, true
	return nil
}

// ErrOver says why an agent has ended.
var ErrOver = errors.New("this client was without its site for longer than the site's limit")
