package service

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	kardianos "github.com/kardianos/service"
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"
	"golang.org/x/sys/windows/svc/mgr"
)

// Register makes a service, with an event source of the same name, that the
// manager starts again when it fails. It takes the place of one of that name,
// which an installation has left behind that was killed. The program and its
// arguments are quoted as Windows' own parser reads them.
func Register(ctx context.Context, s Spec) error {
	if strings.ContainsRune(s.Program+strings.Join(s.Args, ""), 0) {
		return fmt.Errorf("register service %s: a zero byte in its command line", s.Name)
	}
	if err := Remove(ctx, s.Name); err != nil {
		return err
	}
	start := kardianos.ServiceStartManual
	if s.Auto {
		start = kardianos.ServiceStartAutomatic
	}
	k, err := kardianos.New(nil, &kardianos.Config{
		Name: s.Name, DisplayName: s.Title, Description: s.Description,
		Executable: s.Program, Arguments: s.Args, UserName: s.Account,
		Option: kardianos.KeyValue{kardianos.StartType: start},
	})
	if err == nil {
		err = k.Install()
	}
	if err == nil {
		err = Recover(s.Name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("register service %s: %w", s.Name, err), Remove(ctx, s.Name))
	}
	return nil
}

// recovery is what the manager does about a service that ends as it should
// not: longer waits each time, and a clean slate after a good day.
var recovery = []mgr.RecoveryAction{
	{Type: mgr.ServiceRestart, Delay: 5 * time.Second},
	{Type: mgr.ServiceRestart, Delay: 30 * time.Second},
	{Type: mgr.ServiceRestart, Delay: 2 * time.Minute},
}

const recoveryReset = 24 * 60 * 60 // seconds

// Recover sets what kardianos/service and the tables of an MSI cannot say:
// several waits, and that an end with an error is a failure as well as a crash.
func Recover(name string) error {
	return with(name, windows.SERVICE_CHANGE_CONFIG|windows.SERVICE_START, func(s *mgr.Service) error {
		if err := s.SetRecoveryActions(recovery, recoveryReset); err != nil {
			return fmt.Errorf("set recovery: %w", err)
		}
		err := s.SetRecoveryActionsOnNonCrashFailures(true)
		if err != nil && !errors.Is(err, windows.ERROR_INVALID_LEVEL) && !errors.Is(err, windows.ERROR_CALL_NOT_IMPLEMENTED) {
			return fmt.Errorf("set recovery after errors: %w", err)
		}
		return nil
	})
}

// Remove removes a service, stopped or not, and its event source. That there is
// none is no error. (kardianos/service gives up where one of the two is missing.)
func Remove(ctx context.Context, name string) error {
	if err := Stop(ctx, name); err != nil {
		return err
	}
	err := with(name, windows.DELETE, func(s *mgr.Service) error { return s.Delete() })
	if err != nil && !errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST) && !errors.Is(err, windows.ERROR_SERVICE_MARKED_FOR_DELETE) {
		return fmt.Errorf("remove service %s: %w", name, err)
	}
	if err := eventlog.Remove(name); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return fmt.Errorf("remove the event source of service %s: %w", name, err)
	}
	return nil
}

// Start starts a service and returns when it runs, or says why not.
func Start(ctx context.Context, name string) error {
	err := with(name, windows.SERVICE_START|windows.SERVICE_QUERY_STATUS, func(s *mgr.Service) error {
		if err := s.Start(); err != nil && !errors.Is(err, windows.ERROR_SERVICE_ALREADY_RUNNING) {
			return err
		}
		return await(ctx, s, svc.Running)
	})
	if err != nil {
		return fmt.Errorf("start service %s: %w", name, err)
	}
	return nil
}

// Stop stops a service and returns when it has stopped. That there is none is
// no error.
func Stop(ctx context.Context, name string) error {
	err := with(name, windows.SERVICE_STOP|windows.SERVICE_QUERY_STATUS, func(s *mgr.Service) error {
		if _, err := s.Control(svc.Stop); err != nil && !errors.Is(err, windows.ERROR_SERVICE_NOT_ACTIVE) {
			return err
		}
		return await(ctx, s, svc.Stopped)
	})
	if err != nil && !errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST) {
		return fmt.Errorf("stop service %s: %w", name, err)
	}
	return nil
}

// Look returns what a service does.
func Look(_ context.Context, name string) (state State, err error) {
	err = with(name, windows.SERVICE_QUERY_STATUS, func(s *mgr.Service) error {
		status, err := s.Query()
		if state = StateRunning; status.State == svc.Stopped || status.State == svc.StopPending {
			state = StateStopped
		}
		return err
	})
	switch {
	case errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST):
		return StateAbsent, nil
	case err != nil:
		return StateAbsent, fmt.Errorf("look at service %s: %w", name, err)
	}
	return state, nil
}

// changeTimeout bounds a start or a stop, if the caller's context does not.
const changeTimeout = 30 * time.Second

// await asks until a service is in a state. There is nothing to wait on that
// every version of Windows has.
func await(ctx context.Context, s *mgr.Service, want svc.State) error {
	ctx, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		status, err := s.Query()
		switch {
		case err != nil:
			return err
		case status.State == want:
			return nil
		case status.State == svc.Stopped:
			return fmt.Errorf("it ended at once with error %d (of its own: %d)", status.Win32ExitCode, status.ServiceSpecificExitCode)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it is still in state %d: %w", status.State, ctx.Err())
		case <-tick.C:
		}
	}
}

// with opens a service with no more rights than do needs.
func with(name string, access uint32, do func(*mgr.Service) error) error {
	m, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_CONNECT)
	if err != nil {
		return fmt.Errorf("connect to the service manager: %w", err)
	}
	defer windows.CloseServiceHandle(m)
	n, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return err
	}
	h, err := windows.OpenService(m, n, access)
	if err != nil {
		return err
	}
	s := &mgr.Service{Name: name, Handle: h}
	defer s.Close()
	return do(s)
}
