package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"jump/platform/desktop"
	"jump/platform/ipc"
)

// Logins is what a broker needs of the login service and the service manager;
// desktop.Logins is one.
type Logins interface {
	Screen(context.Context) (desktop.Session, error)
	Session(ctx context.Context, id string) (desktop.Session, error)
	Start(context.Context, desktop.Session, desktop.Program) (unit string, err error)
	Stop(ctx context.Context, unit string) error
	LogOut(ctx context.Context, id string) error
	Changes() <-chan struct{}
	Done() <-chan struct{}
}

// Options say how to be a broker. All are needed.
type Options struct {
	Logins Logins
	Agent  uint32 // the one user that may ask
	// Seat is the command that is started, without shell: an absolute path and
	// arguments.
	Seat func() ([]string, error)
	Log  *slog.Logger
	// Idle is after how long without a connection Serve returns nil: the
	// socket's owner starts it again when it is needed.
	Idle time.Duration
}

// Times of one connection.
const (
	requestTimeout = 5 * time.Second
	callTimeout    = 8 * time.Second // of the login service; less than the agent waits
	hangUpTimeout  = 5 * time.Second // for a seat to end by itself
	lookAgain      = time.Second     // after the login service did not say who has the screen
)

// broker is a running broker.
type broker struct {
	Options
	ctx   context.Context
	seats atomic.Int32

	mu       sync.Mutex
	watchers map[chan struct{}]struct{} // told when anything about logins may have changed
}

// errBusGone ends a broker whose login service went away; it is started anew.
var errBusGone = errors.New("the connection to the login service ended")

// Serve serves connections until ctx ends, the login service goes away, or
// nobody needs it for a while. It returns when all its seats were told to end.
func Serve(ctx context.Context, l *ipc.Listener, o Options) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b := &broker{Options: o, ctx: ctx, watchers: map[chan struct{}]struct{}{}}
	var tasks sync.WaitGroup
	defer tasks.Wait()
	tasks.Go(func() { cancel(b.watch()) })
	defer context.AfterFunc(ctx, func() { l.Close() })()
	var open atomic.Int32
	for {
		if err := l.SetDeadline(time.Now().Add(b.Idle)); err != nil && ctx.Err() == nil {
			return err
		}
		c, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			return ended(ctx)
		case errors.Is(err, os.ErrDeadlineExceeded) && open.Load() == 0:
			cancel(nil)
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			continue
		case err != nil:
			cancel(err)
			return fmt.Errorf("accept: %w", err)
		}
		open.Add(1)
		tasks.Go(func() {
			defer open.Add(-1)
			defer c.Close()
			b.serve(c)
		})
	}
}

func ended(ctx context.Context) error {
	if err := context.Cause(ctx); errors.Is(err, errBusGone) {
		return err
	}
	return nil
}

// watch tells all seats' watchers of changes.
func (b *broker) watch() error {
	for {
		select {
		case <-b.Logins.Changes():
			b.mu.Lock()
			for w := range b.watchers {
				select {
				case w <- struct{}{}:
				default:
				}
			}
			b.mu.Unlock()
		case <-b.Logins.Done():
			return errBusGone
		case <-b.ctx.Done():
			return nil
		}
	}
}

// watcher returns a channel that has something when logins may have changed.
func (b *broker) watcher() (changed <-chan struct{}, stop func()) {
	w := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watchers[w] = struct{}{}
	return w, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, w)
	}
}

// serve serves one connection.
func (b *broker) serve(c *ipc.Conn) {
	what, err := b.receive(c)
	if err != nil {
		b.Log.Warn("a connection was refused", "error", err)
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, callTimeout)
	defer cancel()
	switch what {
	case requestScreen, requestProgram:
		b.seat(ctx, c, what)
		return
	case requestLogOut:
		err = b.logOut(ctx)
	default:
		err = refused(answerUnknown)
	}
	b.answer(c, err, nil)
}

// receive reads the one request, of the one user.
func (b *broker) receive(c *ipc.Conn) (request, error) {
	uid, err := c.Peer()
	if err != nil {
		return 0, err
	}
	if uid != b.Agent {
		return 0, fmt.Errorf("user %d is not the agent", uid)
	}
	if err := c.SetDeadline(time.Now().Add(requestTimeout)); err != nil {
		return 0, err
	}
	message, file, err := c.Receive()
	if file != nil {
		file.Close()
		return 0, errors.New("a request with a file")
	}
	if err != nil {
		return 0, err
	}
	if len(message) != 1 {
		return 0, fmt.Errorf("a request of %d bytes", len(message))
	}
	return request(message[0]), c.SetDeadline(time.Time{})
}

// refused is an answer as an error.
type refused answer

func (r refused) Error() string { return fmt.Sprintf("refused with answer %d", byte(r)) }

func (b *broker) answer(c *ipc.Conn, err error, file *os.File) bool {
	a := answerDone
	var no refused
	switch {
	case errors.As(err, &no):
		a = answer(no)
	case errors.Is(err, desktop.ErrNoSession):
		a = answerNoneNow
	case err != nil:
		b.Log.Error("a request failed", "error", err)
		a = answerFailed
	}
	if a != answerDone {
		file = nil
	}
	err = c.Send([]byte{byte(a)}, file)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		b.Log.Warn("an answer was not sent", "error", err)
	}
	return err == nil && a == answerDone
}

// logOut ends the session of the user at the screen. A sign-in screen is
// nobody's session.
func (b *broker) logOut(ctx context.Context) error {
	s, err := b.Logins.Screen(ctx)
	switch {
	case err != nil:
		return err
	case s.Greeter():
		return refused(answerNobody)
	}
	b.Log.Info("a user is being logged out", "user", s.User, "session", s.ID)
	return b.Logins.LogOut(ctx, s.ID)
}
