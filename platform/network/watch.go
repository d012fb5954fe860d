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

// Watch calls changed after the ways out of this computer have changed or it has
// slept, one call at a time, until ctx ends. An error says that the system does
// not tell; then changes are seen late, and changed is called all the same.
func Watch(ctx context.Context, changed func()) error {
	told := make(chan struct{}, 1)
	err := listen(ctx, func() { leave(told) })
	if err != nil {
		err = fmt.Errorf("watch the network: %w", err)
	}
	go watch(ctx, told, changed) // ends with ctx
	return err
}

// leave leaves a token, if there is none.
func leave(to chan<- struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

func watch(ctx context.Context, told <-chan struct{}, changed func()) {
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
			changed()
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
