//go:build unix

package aqua

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"jump/transport/wire"
)

// somebody is a user's number that a file may belong to.
const somebody = 65534

// desk has a console of its own, and seats that answer in capitals until their
// pipe ends.
func desk(t *testing.T, owner int) Desk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can have a file belong to somebody else")
	}
	d := Desk{
		Console: filepath.Join(t.TempDir(), "console"), Look: 10 * time.Millisecond,
		Seat: func(uid uint32) []string {
			return []string{"sh", "-c", `echo "seat of $1" >&0; tr a-z A-Z <&0 >&0`, "sh", strconv.Itoa(int(uid))}
		},
		Leave: func(uint32) []string { return []string{"false"} },
	}
	if err := os.WriteFile(d.Console, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	give(t, d, owner)
	return d
}

func give(t *testing.T, d Desk, owner int) {
	t.Helper()
	if err := os.Chown(d.Console, owner, owner); err != nil {
		t.Fatal(err)
	}
}

func TestSeat(t *testing.T) {
	d := desk(t, somebody)
	s, err := d.Start(t.Context(), wire.KindScreen)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := bufio.NewReader(s)
	if line, err := r.ReadString('\n'); line != "seat of 65534\n" {
		t.Errorf("%q, %v", line, err)
	}
	if _, err := io.WriteString(s, "hello\n"); err != nil {
		t.Fatal(err)
	}
	if err := s.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(r); string(rest) != "HELLO\n" || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
}

// TestLeft: the seat ends when another user comes to the screen.
func TestLeft(t *testing.T) {
	d := desk(t, somebody)
	s, err := d.Start(t.Context(), wire.KindShell)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	select {
	case <-s.Left():
		t.Fatal("left at once")
	default:
	}
	give(t, d, somebody-1)
	<-s.Left()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestNobody: at the sign-in window there is neither a screen nor a user.
func TestNobody(t *testing.T) {
	d := desk(t, 0)
	for kind, code := range map[wire.Kind]string{wire.KindScreen: string(wire.CodeNoScreen), wire.KindShell: string(wire.CodeNobody)} {
		var no *wire.Refused
		if s, err := d.Start(t.Context(), kind); !errors.As(err, &no) || string(no.Code) != code {
			t.Errorf("%v: %v, %v", kind, s, err)
		}
	}
	if err := d.LogOut(t.Context()); err == nil {
		t.Error("nobody was logged out")
	}
}

func TestFails(t *testing.T) {
	d := desk(t, somebody)
	if err := d.LogOut(t.Context()); err == nil || !strings.Contains(err.Error(), "log the user out") {
		t.Error(err)
	}
	d.Seat = func(uint32) []string { return []string{"/nonexistent"} }
	if _, err := d.Start(t.Context(), wire.KindScreen); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	d.Console = "/nonexistent"
	if _, err := d.Start(t.Context(), wire.KindScreen); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
