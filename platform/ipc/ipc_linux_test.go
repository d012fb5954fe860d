package ipc_test

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"jump/platform/ipc"
)

// dial returns both ends of a connection.
func dial(t *testing.T) (near, far *ipc.Conn) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "socket")
	l, err := ipc.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if near, err = ipc.Dial(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if far, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		near.Close()
		far.Close()
	})
	return near, far
}

func TestMessages(t *testing.T) {
	near, far := dial(t)
	for _, m := range []string{"a", "bc"} {
		if err := near.Send([]byte(m), nil); err != nil {
			t.Fatal(err)
		}
	}
	near.Close()
	for _, want := range []string{"a", "bc"} {
		if m, f, err := far.Receive(); string(m) != want || f != nil || err != nil {
			t.Errorf("%q, %v, %v", m, f, err)
		}
	}
	if _, _, err := far.Receive(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestTooLong(t *testing.T) {
	near, far := dial(t)
	if err := near.Send(make([]byte, ipc.MaxMessage+1), nil); err != nil {
		t.Fatal(err)
	}
	if m, _, err := far.Receive(); err == nil {
		t.Errorf("%d bytes", len(m))
	}
}

func TestPeer(t *testing.T) {
	_, far := dial(t)
	if uid, err := far.Peer(); err != nil || uid != uint32(os.Getuid()) {
		t.Errorf("%d, %v", uid, err)
	}
}

// TestPipe: one end of a pair goes over, and both ends talk.
func TestPipe(t *testing.T) {
	near, far := dial(t)
	a, b, err := ipc.Pair()
	if err != nil {
		t.Fatal(err)
	}
	if err := near.Send([]byte{0}, b); err != nil {
		t.Fatal(err)
	}
	b.Close()
	_, file, err := far.Receive()
	if err != nil || file == nil {
		t.Fatal(file, err)
	}
	one, other := stream(t, a), stream(t, file)
	if _, err := one.Write([]byte("hello")); err != nil || one.CloseWrite() != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(other); string(all) != "hello" || err != nil {
		t.Errorf("%q, %v", all, err)
	}
	if err := other.SetReadDeadline(time.Now()); err != nil {
		t.Errorf("a pipe without deadlines: %v", err)
	}
}

func stream(t *testing.T, f *os.File) *net.UnixConn {
	t.Helper()
	c, err := ipc.Stream(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestDrain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	l, err := ipc.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := ipc.Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := l.Drain(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Receive(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestStreamOfAnythingElse(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ipc.Stream(f); err == nil {
		t.Error("/dev/null is taken for a pipe")
	}
}

func TestNoSocket(t *testing.T) {
	if _, err := ipc.Passed(); !errors.Is(err, ipc.ErrNoSocket) {
		t.Error(err)
	}
}
