// Package uptime reads the clocks of this machine that nobody can set: how long
// it is up, how long of that it was awake, and which start this is.
//
// It is not the time of day, and it measures nothing shorter than a timer would.
package uptime

import (
	"fmt"
	"time"
)

// Clocks are what this machine's clocks say at one moment.
type Clocks struct {
	// Boot names this start of the machine: two starts never have the same
	// name. It is empty where the system does not tell.
	Boot string
	// Total is the time since the machine was started, asleep or awake.
	Total time.Duration
	// Awake is Total without the time that it was asleep.
	Awake time.Duration
}

// Read reads the clocks.
func Read() (Clocks, error) {
	c, err := read()
	if err != nil {
		return Clocks{}, fmt.Errorf("read the clocks of this machine: %w", err)
	}
	return c, nil
}
