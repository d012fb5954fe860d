package desktop

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// Names of logind on the system bus, see org.freedesktop.login1(5).
const (
	login1        = "org.freedesktop.login1"
	login1Path    = dbus.ObjectPath("/org/freedesktop/login1")
	login1Manager = login1 + ".Manager"
	login1Seat    = login1 + ".Seat"
	login1Session = login1 + ".Session"
	seat0         = "seat0"
)

// ErrNoSession says that no session has the screen, or that it does not exist
// any more.
var ErrNoSession = errors.New("no such session")

// Logins is a connection to the login service of this computer (systemd-logind)
// and to its service manager. Its methods may be called from any goroutine. It
// needs root for what changes something.
type Logins struct {
	bus     *dbus.Conn
	changes chan struct{}
}

// DialLogins connects. The connection ends with ctx.
func DialLogins(ctx context.Context) (*Logins, error) {
	bus, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("connect to the system bus: %w", err)
	}
	l := &Logins{bus: bus, changes: make(chan struct{}, 1)}
	if err := l.subscribe(ctx); err != nil {
		bus.Close()
		return nil, err
	}
	return l, nil
}

// Close ends the connection.
func (l *Logins) Close() error { return l.bus.Close() }

// Done returns a channel that is closed when the connection has ended.
func (l *Logins) Done() <-chan struct{} { return l.bus.Context().Done() }

// subscribe asks for everything that logind tells about sessions and seats.
func (l *Logins) subscribe(ctx context.Context) error {
	signals := make(chan *dbus.Signal, 16)
	l.bus.Signal(signals)
	err := l.bus.AddMatchSignalContext(ctx, dbus.WithMatchSender(login1), dbus.WithMatchPathNamespace(login1Path))
	if err != nil {
		return fmt.Errorf("watch the logins: %w", err)
	}
	go func() {
		for range signals { // closed with the connection
			select {
			case l.changes <- struct{}{}:
			default: // somebody will look anyway
			}
		}
	}()
	return nil
}

// Changes returns a channel that has something to receive when anything about
// sessions or seats may have changed since the last time. It is for one
// goroutine.
func (l *Logins) Changes() <-chan struct{} { return l.changes }

// Screen returns the session that has the computer's own screen now: that of
// a user, or a sign-in screen. The error wraps ErrNoSession if there is none.
func (l *Logins) Screen(ctx context.Context) (Session, error) {
	var seat dbus.ObjectPath
	err := l.bus.Object(login1, login1Path).CallWithContext(ctx, login1Manager+".GetSeat", 0, seat0).Store(&seat)
	if err != nil {
		return Session{}, fmt.Errorf("ask for the screen: %w", absent(err))
	}
	values, err := l.properties(ctx, seat, login1Seat)
	if err != nil {
		return Session{}, err
	}
	var active struct {
		ID   string
		Path dbus.ObjectPath
	}
	if err := store(values, "ActiveSession", &active); err != nil {
		return Session{}, err
	}
	if active.ID == "" {
		return Session{}, ErrNoSession
	}
	return l.session(ctx, active.Path)
}

// Session returns a session by its id, or an error that wraps ErrNoSession.
func (l *Logins) Session(ctx context.Context, id string) (Session, error) {
	var path dbus.ObjectPath
	err := l.bus.Object(login1, login1Path).CallWithContext(ctx, login1Manager+".GetSession", 0, id).Store(&path)
	if err != nil {
		return Session{}, fmt.Errorf("ask for session %s: %w", id, absent(err))
	}
	return l.session(ctx, path)
}

func (l *Logins) session(ctx context.Context, path dbus.ObjectPath) (s Session, err error) {
	values, err := l.properties(ctx, path, login1Session)
	if err != nil {
		return s, err
	}
	var user struct {
		UID  uint32
		Path dbus.ObjectPath
	}
	var seat struct {
		ID   string
		Path dbus.ObjectPath
	}
	var state string
	for name, to := range map[string]any{
		"Id": &s.ID, "Name": &s.User, "User": &user, "Class": &s.Class, "Type": &s.Type,
		"Seat": &seat, "Display": &s.Display, "Scope": &s.Scope, "State": &state,
	} {
		if err := store(values, name, to); err != nil {
			return s, err
		}
	}
	s.UID, s.Seat, s.Ending = user.UID, seat.ID, state == "closing"
	return s, nil
}

// LogOut ends a session and what runs in it. It needs root.
func (l *Logins) LogOut(ctx context.Context, id string) error {
	err := l.bus.Object(login1, login1Path).CallWithContext(ctx, login1Manager+".TerminateSession", 0, id).Err
	if err != nil {
		return fmt.Errorf("end session %s: %w", id, absent(err))
	}
	return nil
}

func (l *Logins) properties(ctx context.Context, path dbus.ObjectPath, of string) (map[string]dbus.Variant, error) {
	var values map[string]dbus.Variant
	err := l.bus.Object(login1, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.GetAll", 0, of).Store(&values)
	if err != nil {
		return nil, fmt.Errorf("ask about %s: %w", path, absent(err))
	}
	return values, nil
}

func store(values map[string]dbus.Variant, name string, to any) error {
	v, ok := values[name]
	if !ok {
		return fmt.Errorf("logind says no %s", name)
	}
	if err := dbus.Store([]any{v.Value()}, to); err != nil {
		return fmt.Errorf("%s of logind: %w", name, err)
	}
	return nil
}

// absent marks answers which say that something is not there (any more).
func absent(err error) error {
	var e dbus.Error
	if errors.As(err, &e) {
		switch e.Name {
		case login1 + ".NoSuchSession", login1 + ".NoSuchSeat", "org.freedesktop.DBus.Error.UnknownObject":
			return fmt.Errorf("%w: %w", ErrNoSession, err)
		}
	}
	return err
}
