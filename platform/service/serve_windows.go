package service

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sys/windows/svc"
)

// Role is what a service does.
type Role struct {
	// Main is the service. It calls ready when it has begun well; an error
	// before that is a start that failed. It returns soon after ctx ends, which
	// is when the manager wants the service to stop or Windows shuts down. Its
	// error is taken for a failure.
	Main func(ctx context.Context, ready func()) error
	// Changed, if it is not nil, is called whenever somebody signs in, out,
	// locks, unlocks, or the screen goes to another session. It must not block.
	Changed func()
}

// Serve is this process's half of a service. The error is Main's, or says that
// the process was not started by the service manager.
func Serve(name string, role Role) error {
	r := &running{Role: role}
	if err := svc.Run(name, r); err != nil {
		return fmt.Errorf("serve as %s: %w", name, err)
	}
	return r.err
}

// running is a service that runs.
type running struct {
	Role
	err error // of Main, after its end
}

// exitFailed is what the manager is told of a failure: ERROR_SERVICE_SPECIFIC
// with this number.
const exitFailed = 1

// What the manager is told. It gives up on a service that is pending longer
// than its hint.
var (
	hint     = uint32(changeTimeout.Milliseconds())
	starting = svc.Status{State: svc.StartPending, WaitHint: hint}
	serving  = svc.Status{State: svc.Running, Accepts: svc.AcceptStop | svc.AcceptShutdown | svc.AcceptSessionChange}
	stopping = svc.Status{State: svc.StopPending, WaitHint: hint}
)

// Execute is called by svc.Run, in a goroutine of its own.
func (r *running) Execute(_ []string, requests <-chan svc.ChangeRequest, status chan<- svc.Status) (bool, uint32) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	status <- starting
	ready, done := make(chan struct{}), make(chan struct{})
	go func() { // ends with Main, which is waited for below
		defer close(done)
		r.err = r.Main(ctx, sync.OnceFunc(func() { close(ready) }))
	}()
	now := starting
	for {
		select {
		case c := <-requests:
			now = r.request(c.Cmd, now, cancel)
			status <- now
		case <-ready:
			ready = nil
			now = serving
			status <- now
		case <-done:
			if r.err != nil {
				return true, exitFailed
			}
			return false, 0
		}
	}
}

// request returns the state after what the manager wants.
func (r *running) request(cmd svc.Cmd, now svc.Status, stop func()) svc.Status {
	switch cmd {
	case svc.SessionChange:
		if r.Changed != nil {
			r.Changed()
		}
	case svc.Stop, svc.Shutdown:
		stop()
		return stopping
	}
	return now
}
