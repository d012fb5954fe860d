package broker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"jump/agent/broker"
	"jump/agent/seat"
	"jump/platform/desktop"
	"jump/platform/ipc"
	"jump/transport/wire"
)

// logins is a computer with its login service, in memory.
type logins struct {
	mu       sync.Mutex
	screen   desktop.Session // ID "": none
	sessions map[string]desktop.Session
	started  []desktop.Program
	stopped  []string
	outs     []string
	silent   int // how many questions for the screen are not answered

	changes chan struct{}
	done    chan struct{}
}

func newLogins(s desktop.Session) *logins {
	l := &logins{changes: make(chan struct{}, 1), done: make(chan struct{}), sessions: map[string]desktop.Session{}}
	l.shows(s)
	return l
}

func (l *logins) shows(s desktop.Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.screen, l.sessions[s.ID] = s, s
	select {
	case l.changes <- struct{}{}:
	default:
	}
}

func (l *logins) ends(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sessions, id)
	l.changes <- struct{}{}
}

func (l *logins) Screen(context.Context) (desktop.Session, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.silent > 0 {
		l.silent--
		return desktop.Session{}, context.DeadlineExceeded
	}
	if l.screen.ID == "" {
		return l.screen, desktop.ErrNoSession
	}
	return l.screen, nil
}

func (l *logins) Session(_ context.Context, id string) (desktop.Session, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s, ok := l.sessions[id]; ok {
		return s, nil
	}
	return desktop.Session{}, fmt.Errorf("session %s: %w", id, desktop.ErrNoSession)
}

func (l *logins) Start(_ context.Context, s desktop.Session, p desktop.Program) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.User == "broken" {
		return "", errors.New("cannot start")
	}
	l.started = append(l.started, p)
	return fmt.Sprintf("seat-%d", len(l.started)), nil
}

func (l *logins) Stop(_ context.Context, unit string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = append(l.stopped, unit)
	return nil
}

func (l *logins) LogOut(_ context.Context, id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outs = append(l.outs, id)
	return nil
}

func (l *logins) Changes() <-chan struct{} { return l.changes }
func (l *logins) Done() <-chan struct{}    { return l.done }

var (
	anna    = desktop.Session{ID: "1", User: "anna", UID: 1000, Class: "user", Type: "x11", Seat: "seat0"}
	ben     = desktop.Session{ID: "2", User: "ben", UID: 1001, Class: "user", Type: "x11", Seat: "seat0"}
	greeter = desktop.Session{ID: "c1", User: "lightdm", UID: 101, Class: "greeter", Type: "x11", Seat: "seat0"}
	wayland = desktop.Session{ID: "3", User: "carl", UID: 1002, Class: "user", Type: "wayland", Seat: "seat0"}
	console = desktop.Session{ID: "4", User: "root", Class: "user", Type: "tty", Seat: "seat0"}
	leaving = desktop.Session{ID: "5", User: "dora", UID: 1003, Class: "user", Type: "x11", Seat: "seat0", Ending: true}
	broken  = desktop.Session{ID: "6", User: "broken", UID: 1004, Class: "user", Type: "x11", Seat: "seat0"}
)

// serve runs a broker and returns the agent's way to it.
func serve(t *testing.T, l *logins, agent uint32) broker.Desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "socket")
	listener, err := ipc.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() {
		over <- broker.Serve(ctx, listener, broker.Options{
			Logins: l, Agent: agent, Log: slog.New(slog.DiscardHandler), Idle: time.Minute,
			Seat: func() ([]string, error) { return []string{"/opt/jumpclient/jumpclient", "seat"}, nil },
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
	return broker.Desk{Socket: path}
}

var me = uint32(os.Getuid())

// TestSuits: who is asked for what, and what the viewer is told.
func TestSuits(t *testing.T) {
	for name, c := range map[string]struct {
		screen desktop.Session
		kind   wire.Kind
		want   wire.Code // empty: a seat
	}{
		"a user's screen":    {anna, wire.KindScreen, ""},
		"a user's shell":     {anna, wire.KindShell, ""},
		"sign-in screen":     {greeter, wire.KindScreen, ""},
		"nobody's shell":     {greeter, wire.KindShell, wire.CodeNobody},
		"nobody's program":   {greeter, wire.KindExec, wire.CodeNobody},
		"no session":         {desktop.Session{}, wire.KindScreen, wire.CodeNoScreen},
		"wayland":            {wayland, wire.KindScreen, wire.CodeNoScreen},
		"a shell on wayland": {wayland, wire.KindShell, ""},
		"text":               {console, wire.KindScreen, wire.CodeNoScreen},
		"a shell on text":    {console, wire.KindShell, ""},
		"logging out":        {leaving, wire.KindScreen, wire.CodeNoScreen},
		"out of order":       {broken, wire.KindScreen, wire.CodeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLogins(c.screen)
			s, err := serve(t, l, me).Start(t.Context(), c.kind)
			if err == nil {
				s.Close()
			}
			var no *wire.Refused
			if errors.As(err, &no) != (c.want != "") || no != nil && (no.Code != c.want || no.Text == "") || err != nil && no == nil {
				t.Fatalf("%v", err)
			}
			if c.want == "" && l.started[0].Confined != (c.kind == wire.KindScreen) {
				t.Errorf("%+v", l.started[0])
			}
		})
	}
}

// TestLeft: a screen's seat is left when another session has the screen, a
// program's when its own session ends, and not before.
func TestLeft(t *testing.T) {
	l := newLogins(anna)
	d := serve(t, l, me)
	screen, shell := start(t, d, wire.KindScreen), start(t, d, wire.KindShell)
	l.shows(ben)
	<-screen.Left()
	select {
	case <-shell.Left():
		t.Error("a shell was left with the screen")
	default:
	}
	l.ends(anna.ID)
	<-shell.Left()
}

// TestLeftLate: a login service that is too busy to say who has the screen is
// asked again; nothing may change for hours.
func TestLeftLate(t *testing.T) {
	l := newLogins(anna)
	screen := start(t, serve(t, l, me), wire.KindScreen)
	l.mu.Lock()
	l.silent = 1
	l.mu.Unlock()
	l.shows(ben)
	<-screen.Left()
}

func start(t *testing.T, d broker.Desk, kind wire.Kind) seat.Seat {
	t.Helper()
	s, err := d.Start(t.Context(), kind)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestLogOut(t *testing.T) {
	l := newLogins(anna)
	d := serve(t, l, me)
	if err := d.LogOut(t.Context()); err != nil || len(l.outs) != 1 || l.outs[0] != anna.ID {
		t.Errorf("%v, %q", err, l.outs)
	}
	l.shows(greeter)
	var no *wire.Refused
	if err := d.LogOut(t.Context()); !errors.As(err, &no) || no.Code != wire.CodeNobody || len(l.outs) != 1 {
		t.Errorf("%v, %q", err, l.outs)
	}
}

// TestStrangers: only one user is heard.
func TestStrangers(t *testing.T) {
	l := newLogins(anna)
	if _, err := serve(t, l, me+1).Start(t.Context(), wire.KindScreen); err == nil || len(l.started) != 0 {
		t.Errorf("%v, %d seats", err, len(l.started))
	}
}

// TestNonsense: what is no request starts nothing.
func TestNonsense(t *testing.T) {
	l := newLogins(anna)
	d := serve(t, l, me)
	devNull, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer devNull.Close()
	for _, c := range []struct {
		message []byte
		file    *os.File
	}{{[]byte{0}, nil}, {[]byte{99}, nil}, {[]byte{1, 1}, nil}, {bytes.Repeat([]byte{1}, 5000), nil}, {[]byte{1}, devNull}, {nil, nil}} {
		conn, err := ipc.Dial(t.Context(), d.Socket)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.message) > 0 {
			if err := conn.Send(c.message, c.file); err != nil {
				t.Fatal(err)
			}
			if answer, file, err := conn.Receive(); file != nil || err == nil && (len(answer) != 1 || answer[0] == 0) {
				t.Errorf("%.9q: answer %v, %v", c.message, answer, err)
			}
		}
		conn.Close()
	}
	if len(l.started) != 0 {
		t.Errorf("%d seats", len(l.started))
	}
}

// TestMany: there is a limit to seats, and room again when some end.
func TestMany(t *testing.T) {
	l := newLogins(anna)
	d := serve(t, l, me)
	var all []seat.Seat
	for range broker.MaxSeats {
		all = append(all, start(t, d, wire.KindShell))
	}
	var no *wire.Refused
	if _, err := d.Start(t.Context(), wire.KindShell); !errors.As(err, &no) || no.Code != wire.CodeOverloaded {
		t.Errorf("%v", err)
	}
	for _, s := range all {
		s.Close()
	}
}

// TestPipe: what the broker hands over is the seat's other end.
func TestPipe(t *testing.T) {
	s := start(t, serve(t, newLogins(anna), me), wire.KindScreen)
	if err := s.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	// The login service of this test has no program: the broker's copy of the
	// seat's end was the last.
	if n, err := s.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("%d, %v", n, err)
	}
}

// TestBusGone: a broker without its login service ends, to be started anew.
func TestBusGone(t *testing.T) {
	l := newLogins(anna)
	listener, err := ipc.Listen(filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	close(l.done)
	if err := broker.Serve(t.Context(), listener, broker.Options{Logins: l, Log: slog.New(slog.DiscardHandler), Idle: time.Hour}); err == nil {
		t.Error("it goes on")
	}
}

// TestIdle: a broker that nobody needs ends.
func TestIdle(t *testing.T) {
	listener, err := ipc.Listen(filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	if err := broker.Serve(t.Context(), listener, broker.Options{Logins: newLogins(anna), Log: slog.New(slog.DiscardHandler), Idle: time.Millisecond}); err != nil {
		t.Error(err)
	}
}
