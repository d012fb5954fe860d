package x11

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"testing"

	"github.com/jezek/xgb/xproto"

	"jump/platform/x11/x11test"
)

func TestParseAddress(t *testing.T) {
	for name, want := range map[string][2]string{
		":0":                     {"unix", "/tmp/.X11-unix/X0"},
		":12.1":                  {"unix", "/tmp/.X11-unix/X12"},
		"unix:3":                 {"unix", "/tmp/.X11-unix/X3"},
		"localhost:10.0":         {"tcp", "localhost:6010"},
		"[::1]:2":                {"tcp", "[::1]:6002"},
		"/run/launchd/org.x:0":   {"unix", "/run/launchd/org.x:0"},
		"":                       {},
		"0":                      {},
		":":                      {},
		":x":                     {},
		":-1":                    {},
		":0.-1":                  {},
		":99999999999999999999":  {},
		":70000":                 {},
		"host:0.0.0":             {},
		"/tmp/.X11-unix/X4:what": {},
	} {
		t.Setenv("DISPLAY", "")
		a, err := parseAddress(name)
		if err != nil {
			if want != ([2]string{}) {
				t.Errorf("%q: %v", name, err)
			}
			continue
		}
		if network, to := a.endpoint(); network != want[0] || to != want[1] {
			t.Errorf("%q is %s %s, want %s", name, network, to, want)
		}
	}
}

// entry returns one of an authority file.
func entry(family uint16, fields ...string) []byte {
	b := binary.BigEndian.AppendUint16(nil, family)
	for _, f := range fields {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(f))), f...)
	}
	return b
}

const (
	magic  = "MIT-MAGIC-COOKIE-1"
	secret = "0123456789abcdef"
)

func TestFindCookie(t *testing.T) {
	other := entry(familyLocal, "elsewhere", "0", magic, "ffffffffffffffff")
	for name, c := range map[string]struct {
		file []byte
		want string
		ok   bool
	}{
		"empty":         {nil, "", true},
		"ours":          {slices.Concat(other, entry(familyLocal, "here", "7", magic, secret)), secret, true},
		"any display":   {entry(familyLocal, "here", "", magic, secret), secret, true},
		"any host":      {entry(familyWild, "", "7", magic, secret), secret, true},
		"other display": {entry(familyLocal, "here", "8", magic, secret), "", true},
		"other proof":   {slices.Concat(entry(familyWild, "", "7", "XDM-AUTHORIZATION-1", secret), entry(familyWild, "", "7", magic, secret)), secret, true},
		"wrong length":  {entry(familyWild, "", "7", magic, "short"), "", true},
		"cut off":       {entry(familyWild, "", "7", magic, secret)[:30], "", false},
		"half a number": {[]byte{1}, "", false},
	} {
		got, err := findCookie(bytes.NewReader(c.file), "here", "7")
		if string(got) != c.want || (err == nil) != c.ok {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func FuzzFindCookie(f *testing.F) {
	f.Add(entry(familyLocal, "here", "7", magic, secret))
	f.Add(entry(familyWild, "", "", magic, secret)[:9])
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, _ := findCookie(bytes.NewReader(b), "here", "7"); c != nil && len(c) != cookieSize {
			t.Errorf("a cookie of %d bytes", len(c))
		}
	})
}

// unit returns 32 bytes that begin as given.
func unit(b ...byte) []byte { return append(b, make([]byte, unitSize-len(b))...) }

// stream is what a server sends: greeting, event, reply with 8 bytes more, long
// event, error of an extension.
func stream() []byte {
	reply := unit(kindReply, 0, 1, 0, 2)
	long := unit(kindGeneric, 131, 0, 0, 3)
	return slices.Concat([]byte{1, 0, 11, 0, 0, 0, 1, 0}, []byte("setup"[:4]),
		unit(85), append(reply, "12345678"...), append(long, "abcdefghijkl"...), unit(kindError, 152))
}

func readTamed(b []byte) (passed []byte, events []Event, err error) {
	left, right := net.Pipe()
	go func() { _, _ = left.Write(b); _ = left.Close() }()
	t := newTamed(right, func(e *Event) { events = append(events, *e) })
	passed, err = io.ReadAll(t)
	_ = right.Close()
	return passed, events, err
}

func TestTamed(t *testing.T) {
	passed, events, err := readTamed(stream())
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Concat([]byte{1, 0, 11, 0, 0, 0, 1, 0}, []byte("setu"),
		append(unit(kindReply, 0, 1, 0, 2), "12345678"...), unit(kindError, errorServer))
	if !bytes.Equal(passed, want) {
		t.Errorf("passed %q, want %q", passed, want)
	}
	if len(events) != 2 || events[0].Kind() != 85 || events[1].Kind() != kindGeneric {
		t.Errorf("events %v", events)
	}
	huge := append(stream(), unit(kindReply, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF)...)
	if _, _, err := readTamed(huge); !errors.Is(err, errTooLong) {
		t.Errorf("a reply of 16 GiB: %v", err)
	}
}

func FuzzTamed(f *testing.F) {
	f.Add(stream())
	f.Add(stream()[:50])
	f.Fuzz(func(t *testing.T, b []byte) {
		if passed, _, _ := readTamed(b); len(passed) > len(b) {
			t.Errorf("%d bytes pass of %d", len(passed), len(b))
		}
	})
}

func TestDial(t *testing.T) {
	server := x11test.Start(t, 64, 48)
	c, err := Dial(t.Context(), server.Display, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Local() || c.Screen.WidthInPixels != 64 {
		t.Errorf("local %v, width %d", c.Local(), c.Screen.WidthInPixels)
	}
	if _, err := c.Use("NO-SUCH-THING"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("an extension that is not there: %v", err)
	}
	t.Setenv("DISPLAY", server.Display)
	if !Reachable(t.Context()) {
		t.Error("the display is not reachable")
	}
	server.Kill()
	<-c.Done()
	if _, err := xproto.GetInputFocus(c.X).Reply(); err == nil || Reachable(t.Context()) {
		t.Errorf("a server that ended answers: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := Dial(t.Context(), server.Display, nil); !errors.Is(err, ErrNoDisplay) {
		t.Errorf("dial a server that ended: %v", err)
	}
}

// TestFloodOfErrors sends more failing requests than xgb's queue has places.
func TestFloodOfErrors(t *testing.T) {
	c, err := Dial(t.Context(), x11test.Start(t, 64, 48).Display, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 20000 {
		xproto.DestroyWindow(c.X, 1)
	}
	c.Sync()
	if c.Ended() {
		t.Error("the connection ended")
	}
	_ = c.Close()
}

func TestServerThatDoesNotAnswer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := l.Addr().(*net.TCPAddr).Port
	if port < firstPort {
		t.Fatalf("port %d", port)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		if c, err := l.Accept(); err == nil {
			t.Cleanup(func() { _ = c.Close() })
		}
		cancel()
	}()
	name := (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port - firstPort}).String()
	if _, err := Dial(ctx, name, nil); !errors.Is(err, ErrNoDisplay) {
		t.Errorf("a server that says nothing: %v", err)
	}
}
