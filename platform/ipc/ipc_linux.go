package ipc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// firstPassed is the descriptor of the first socket that systemd hands over
// (sd_listen_fds(3)).
const firstPassed = 3

// Listener accepts connections on a socket for messages.
type Listener struct{ l *net.UnixListener }

// Passed returns the one socket that the service manager handed to this
// process, or ErrNoSocket. Closing it leaves its file alone, which is the
// manager's.
func Passed() (*Listener, error) {
	pid, err := strconv.Atoi(os.Getenv("LISTEN_PID"))
	if err != nil || pid != os.Getpid() || os.Getenv("LISTEN_FDS") != "1" {
		return nil, ErrNoSocket
	}
	unix.CloseOnExec(firstPassed)
	f := os.NewFile(firstPassed, "socket")
	defer f.Close()
	l, err := net.FileListener(f)
	if err != nil {
		return nil, fmt.Errorf("take the socket over: %w", err)
	}
	u, ok := l.(*net.UnixListener)
	if !ok {
		l.Close()
		return nil, fmt.Errorf("take the socket over: it is %s", l.Addr().Network())
	}
	u.SetUnlinkOnClose(false)
	return &Listener{u}, nil
}

// Listen makes a socket in the file system, which Close removes.
func Listen(path string) (*Listener, error) {
	l, err := net.ListenUnix("unixpacket", &net.UnixAddr{Name: path, Net: "unixpacket"})
	if err != nil {
		return nil, err
	}
	return &Listener{l}, nil
}

// Accept returns the next connection. After Close the error wraps
// net.ErrClosed; after the deadline it wraps os.ErrDeadlineExceeded.
func (l *Listener) Accept() (*Conn, error) {
	c, err := l.l.AcceptUnix()
	if err != nil {
		return nil, err
	}
	return &Conn{c}, nil
}

// SetDeadline bounds the waiting of Accept.
func (l *Listener) SetDeadline(t time.Time) error { return l.l.SetDeadline(t) }

// Drain hangs up on all who wait, for a program that cannot serve them: a
// manager that starts programs by their sockets would start it again at once.
func (l *Listener) Drain() error {
	if err := l.SetDeadline(time.Now().Add(drainTime)); err != nil {
		return err
	}
	for {
		c, err := l.Accept()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := c.Close(); err != nil {
			return err
		}
	}
}

// drainTime is how long Drain looks.
const drainTime = 200 * time.Millisecond

// Close stops listening.
func (l *Listener) Close() error { return l.l.Close() }

// Conn is a connection between two processes. One goroutine may receive while
// another sends.
type Conn struct{ c *net.UnixConn }

// Dial connects to the socket at a path.
func Dial(ctx context.Context, path string) (*Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "unixpacket", path)
	if err != nil {
		return nil, err
	}
	return &Conn{c.(*net.UnixConn)}, nil
}

// Peer returns the user of the process that made the connection, as the kernel
// knows it (SO_PEERCRED, unix(7)).
func (c *Conn) Peer() (uid uint32, err error) {
	raw, err := c.c.SyscallConn()
	if err != nil {
		return 0, fmt.Errorf("ask who is there: %w", err)
	}
	var cred *unix.Ucred
	var failed error
	err = raw.Control(func(fd uintptr) {
		cred, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err = errors.Join(err, failed); err != nil {
		return 0, fmt.Errorf("ask who is there: %w", err)
	}
	return cred.Uid, nil
}

// Send sends one message, and a copy of the file if it is not nil, which stays
// the caller's.
func (c *Conn) Send(message []byte, file *os.File) error {
	var rights []byte
	if file != nil {
		rights = unix.UnixRights(int(file.Fd()))
	}
	_, _, err := c.c.WriteMsgUnix(message, rights, nil)
	return err
}

// Receive returns the next message, and the file that came with it or nil. The
// error is io.EOF when the other end is closed.
func (c *Conn) Receive() ([]byte, *os.File, error) {
	message := make([]byte, MaxMessage)
	oob := make([]byte, unix.CmsgSpace(4)) // room for one descriptor: the kernel closes what does not fit
	n, m, flags, _, err := c.c.ReadMsgUnix(message, oob)
	if err != nil {
		return nil, nil, err
	}
	file, err := passed(oob[:m])
	switch {
	case err != nil:
	case flags&(unix.MSG_TRUNC|unix.MSG_CTRUNC) != 0:
		err = errors.New("a message that is too long")
	case n == 0 && file == nil:
		err = io.EOF
	default:
		return message[:n], file, nil
	}
	if file != nil {
		file.Close()
	}
	return nil, nil, err
}

// passed returns the file that came with a message, or nil. Go receives it so
// that no program inherits it (MSG_CMSG_CLOEXEC).
func passed(oob []byte) (*os.File, error) {
	if len(oob) == 0 {
		return nil, nil
	}
	all, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(all) != 1 {
		return nil, fmt.Errorf("a message with what is no file: %w", errors.Join(err, unix.EBADMSG))
	}
	fds, err := unix.ParseUnixRights(&all[0])
	if err != nil || len(fds) != 1 {
		return nil, fmt.Errorf("a message with what is no file: %w", errors.Join(err, unix.EBADMSG))
	}
	return os.NewFile(uintptr(fds[0]), "passed"), nil
}

// SetDeadline bounds sending and receiving.
func (c *Conn) SetDeadline(t time.Time) error { return c.c.SetDeadline(t) }

// Close closes the connection; the other end receives io.EOF.
func (c *Conn) Close() error { return c.c.Close() }

// Pair returns the two ends of a private stream of bytes, for which there is no
// name. Nobody inherits them by accident.
func Pair() (a, b *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("make a pipe: %w", err)
	}
	return os.NewFile(uintptr(fds[0]), "pipe"), os.NewFile(uintptr(fds[1]), "pipe"), nil
}

// Stream returns the end of a Pair as a stream with deadlines, and closes f.
func Stream(f *os.File) (*net.UnixConn, error) {
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("take a pipe over: %w", err)
	}
	u, ok := c.(*net.UnixConn)
	if !ok || u.LocalAddr().Network() != "unix" {
		c.Close()
		return nil, fmt.Errorf("take a pipe over: it is %s", c.LocalAddr().Network())
	}
	return u, nil
}
