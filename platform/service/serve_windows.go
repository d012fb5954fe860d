package service

import (
	"context"
	"fmt"

	"golang.org/x/sys/windows/svc"
)

// Serve is this process's half of a service: it tells the manager that the
// service runs, runs main, and ends its context when the manager wants it to
// stop or Windows shuts down. changed, if it is not nil, is called whenever
// somebody signs in, out, locks, unlocks, or the screen goes to another
// session; it must not block.
//
// The error is main's, and the manager takes it for a failure. Serve fails if
// the process was not started by the manager.
func Serve(name string, main func(ctx context.Context) error, changed func()) error {
	r := &running{main: main, changed: changed}
	if err := svc.Run(name, r); err != nil {
		return fmt.Errorf("serve as %s: %w", name, err)
	}
	return r.err
}

// running is a service that runs.
type running struct {
	main    func(ctx context.Context) error
	changed func()
	err     error // of main, after its end
}

// exitFailed is what the manager is told of a failure: ERROR_SERVICE_SPECIFIC
// with this number.
const exitFailed = 1

// Execute is called by svc.Run, in a goroutine of its own.
func (r *running) Execute(_ []string, requests <-chan svc.ChangeRequest, status chan<- svc.Status) (bool, uint32) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan struct{})
	go func() { // ends with main, which is waited for below
		defer close(done)
		r.err = r.main(ctx)
	}()
	now := svc.Status{State: svc.Running, Accepts: svc.AcceptStop | svc.AcceptShutdown | svc.AcceptSessionChange}
	status <- now
	for {
		select {
		case c := <-requests:
			switch c.Cmd {
			case svc.Interrogate:
				status <- now
			case svc.SessionChange:
				if r.changed != nil {
					r.changed()
				}
			case svc.Stop, svc.Shutdown:
				now = svc.Status{State: svc.StopPending, WaitHint: uint32(changeTimeout.Milliseconds())}
				status <- now
				cancel()
			}
		case <-done:
			if r.err != nil {
				return true, exitFailed
			}
			return false, 0
		}
	}
}
