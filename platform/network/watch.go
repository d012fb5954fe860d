package network

import (
	"context"
	"fmt"
	"time"

	"jump/platform/uptime"
)

// Times of Watch.
const (
	settleTime = 300 * time.Millisecond // for what belongs to one change
	sleepCheck = 30 * time.Second       // between two looks whether the machine slept
	sleepLeast = 5 * time.Second        // that count
)

// Watch returns a channel that holds a token after the ways out of this
// computer have changed or it has slept, until ctx ends. An error says that
// the system does not tell; then only sleep is seen, and the channel is good all
// the same.
func Watch(ctx context.Context) (<-chan struct{}, error) {
	told := make(chan struct{}, 1)
	err := listen(ctx, func() { leave(told) })
	if err != nil {
		err = fmt.Errorf("watch the network: %w", err)
	}
	changes := make(chan struct{}, 1)
	go watch(ctx, told, changes) // ends with ctx
	return changes, err
}

// leave leaves a token, if there is none.
func leave(to chan<- struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

func watch(ctx context.Context, told <-chan struct{}, changes chan<- struct{}) {
	look := time.NewTicker(sleepCheck)
	defer look.Stop()
	was, slept := routes(), asleep()
	for {
		select {
		case <-ctx.Done():
			return
		case <-told:
			if !settle(ctx, told) {
				return
			}
		case <-look.C:
		}
		now, s := routes(), asleep()
		if now != was || s-slept > sleepLeast {
			leave(changes)
		}
		was, slept = now, s
	}
}

// settle waits until nothing has been told for a moment, at most ten times.
// It reports whether ctx lives.
func settle(ctx context.Context, told <-chan struct{}) bool {
	for range 10 {
		select {
		case <-told:
		case <-time.After(settleTime):
			return true
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// asleep is how long this machine has slept since it was started.
func asleep() time.Duration {
	c, err := uptime.Read()
	if err != nil {
		return 0
	}
	return c.Total - c.Awake
}
