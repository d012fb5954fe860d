package x11

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// address is a display's name, "host:number.screen" (X(7), "Display names").
type address struct {
	host   string // empty: this computer
	path   string // of a socket, when the name is one
	number int
	screen int
}

// parseAddress reads a name; "" means $DISPLAY.
func parseAddress(name string) (address, error) {
	if name == "" {
		name = os.Getenv("DISPLAY")
	}
	if name == "" {
		return address{}, errors.New("DISPLAY is not set")
	}
	colon := strings.LastIndexByte(name, ':')
	if colon < 0 {
		return address{}, fmt.Errorf("display name %q has no colon", name)
	}
	number, screen, hasScreen := strings.Cut(name[colon+1:], ".")
	a := address{host: strings.Trim(name[:colon], "[]")}
	var errs [2]error
	a.number, errs[0] = strconv.Atoi(number)
	if hasScreen {
		a.screen, errs[1] = strconv.Atoi(screen)
	}
	if err := errors.Join(errs[:]...); err != nil || a.number < 0 || a.number > 65535-firstPort || a.screen < 0 {
		return address{}, fmt.Errorf("display name %q has no valid number", name)
	}
	if strings.HasPrefix(name, "/") {
		a.host, a.path = "", name[:colon+1]+number
	}
	if a.host == "unix" {
		a.host = ""
	}
	return a, nil
}

func (a address) String() string { return fmt.Sprintf("display %s:%d.%d", a.host, a.number, a.screen) }

// firstPort is display 0's TCP port.
const firstPort = 6000

// endpoint returns network and address to dial.
func (a address) endpoint() (string, string) {
	switch {
	case a.path != "":
		return "unix", a.path
	case a.host != "":
		return "tcp", net.JoinHostPort(a.host, strconv.Itoa(firstPort+a.number))
	}
	return "unix", "/tmp/.X11-unix/X" + strconv.Itoa(a.number)
}

func (a address) dial(ctx context.Context) (net.Conn, error) {
	network, to := a.endpoint()
	var d net.Dialer
	return d.DialContext(ctx, network, to)
}

// Reachable reports whether something listens where $DISPLAY points to. It
// makes no handshake, so it costs next to nothing, and a server whose last
// client it would be does not start anew.
func Reachable(ctx context.Context) bool {
	a, err := parseAddress("")
	if err != nil {
		return false
	}
	c, err := a.dial(ctx)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// cookieSize is that of MIT-MAGIC-COOKIE-1, the one kind of proof in use.
const cookieSize = 16

// cookie returns the proof for this display from the authority file, or nil if
// there is none, as on servers that know their users by their sockets.
func (a address) cookie() ([]byte, error) {
	name := os.Getenv("XAUTHORITY")
	if name == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, nil
		}
		name = filepath.Join(home, ".Xauthority")
	}
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read the X authority: %w", err)
	}
	defer func() { _ = f.Close() }()
	host := a.host
	if host == "" || host == "localhost" {
		if host, err = os.Hostname(); err != nil {
			return nil, fmt.Errorf("read the X authority: %w", err)
		}
	}
	return findCookie(io.LimitReader(f, maxAuthority), host, strconv.Itoa(a.number))
}

// maxAuthority bounds what is read of an authority file.
const maxAuthority = 1 << 20

// Families of addresses in an authority file (Xauth.h).
const (
	familyLocal = 256
	familyWild  = 65535
)

// findCookie reads an authority file (Xsecurity(7)): entries of
//
//	u16 family | address | display | name | data      each but the first u16 length and bytes
//
// and returns the first cookie for the display, or nil.
func findCookie(r io.Reader, host, number string) ([]byte, error) {
	for {
		var head [2]byte
		if _, err := io.ReadFull(r, head[:]); errors.Is(err, io.EOF) {
			return nil, nil
		} else if err != nil {
			return nil, fmt.Errorf("read the X authority: %w", err)
		}
		var field [4][]byte
		for i := range field {
			var err error
			if field[i], err = readCounted(r); err != nil {
				return nil, fmt.Errorf("read the X authority: %w", err)
			}
		}
		family := binary.BigEndian.Uint16(head[:])
		here := family == familyWild || family == familyLocal && string(field[0]) == host
		this := len(field[1]) == 0 || string(field[1]) == number
		if here && this && string(field[2]) == "MIT-MAGIC-COOKIE-1" && len(field[3]) == cookieSize {
			return field[3], nil
		}
	}
}

func readCounted(r io.Reader) ([]byte, error) {
	var n [2]byte
	if _, err := io.ReadFull(r, n[:]); err != nil {
		return nil, err
	}
	b := make([]byte, binary.BigEndian.Uint16(n[:]))
	_, err := io.ReadFull(r, b)
	return b, err
}
