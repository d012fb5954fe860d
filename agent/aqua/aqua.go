//go:build unix

// Package aqua starts seats on a Mac, in the session of the user at its screen.
// It is the Desk of a client in service mode there, and runs in that client,
// which is root: there is no broker between them as on Linux.
//
// It is not what happens in a seat (agent/seat), and it cannot show the sign-in
// window, in which no program of ours may run. What it asks of macOS is given to
// it, so that its tests run anywhere; on a Mac it has not been run.
package aqua

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"jump/agent/seat"
	"jump/transport/wire"
)

// Desk starts seats.
type Desk struct {
	// Console is the device that belongs to the user at the screen, and to root
	// while there is none: /dev/console.
	Console string
	// Seat is the command of a seat for a user, with the pipe as its standard
	// input.
	Seat func(uid uint32) []string
	// Leave is the command that ends the session of a user.
	Leave func(uid uint32) []string
	// Look is how often the console's owner is looked at while a seat lives.
	Look time.Duration
}

var _ seat.Desk = Desk{}

// hangUp is how long a seat may take to end by itself.
const hangUp = 5 * time.Second

// Start implements seat.Desk.
func (d Desk) Start(ctx context.Context, kind wire.Kind) (seat.Seat, error) {
	uid, err := d.user(kind)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	pipe, cmd, err := start(d.Seat(uid))
	if err != nil {
		return nil, fmt.Errorf("start a seat: %w", err)
	}
	s := &process{UnixConn: pipe, left: make(chan struct{}), closed: make(chan struct{}), done: make(chan struct{})}
	go s.stay(cmd, d, uid)
	return s, nil
}

// LogOut implements seat.Desk.
func (d Desk) LogOut(ctx context.Context) error {
	uid, err := d.user(wire.KindScreen)
	if err != nil {
		return err
	}
	words := d.Leave(uid)
	if out, err := exec.CommandContext(ctx, words[0], words[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("log the user out: %w: %s", err, out)
	}
	return nil
}

// user returns who has the screen, or a *wire.Refused for nobody.
func (d Desk) user(kind wire.Kind) (uint32, error) {
	uid, err := d.owner()
	switch {
	case err != nil:
		return 0, err
	case uid != 0:
		return uid, nil
	case kind == wire.KindScreen:
		return 0, &wire.Refused{Code: wire.CodeNoScreen, Text: "Nobody is logged in at this Mac, and its sign-in window cannot be shown.", Hint: "Somebody has to log in there."}
	}
	return 0, &wire.Refused{Code: wire.CodeNobody, Text: "Nobody is logged in at this computer.", Hint: "Programs run as the user who is logged in."}
}

func (d Desk) owner() (uint32, error) {
	info, err := os.Stat(d.Console)
	if err != nil {
		return 0, fmt.Errorf("find out who has the screen: %w", err)
	}
	return info.Sys().(*syscall.Stat_t).Uid, nil
}

// start starts a program with one end of a pipe, and returns the other.
func start(words []string) (*net.UnixConn, *exec.Cmd, error) {
	ours, theirs, err := pair()
	if err != nil {
		return nil, nil, err
	}
	defer ours.Close()
	defer theirs.Close()
	conn, err := net.FileConn(ours) // has a descriptor of its own
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdin, cmd.Stderr = theirs, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return conn.(*net.UnixConn), cmd, nil
}

// pair makes a pipe for both directions. No program inherits it but by its
// standard input.
func pair() (ours, theirs *os.File, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, err
	}
	for _, fd := range fds {
		syscall.CloseOnExec(fd)
	}
	return os.NewFile(uintptr(fds[0]), "pipe"), os.NewFile(uintptr(fds[1]), "pipe"), nil
}
