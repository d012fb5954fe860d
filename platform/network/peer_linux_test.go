package network

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"
)

// stateOf returns what the system says of a UDP socket in /proc/net/udp: 01 is
// connected, 07 is what ss counts as listening.
func stateOf(t *testing.T, c net.PacketConn) string {
	t.Helper()
	b, err := os.ReadFile("/proc/self/net/udp")
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprintf(":%04X", c.LocalAddr().(*net.UDPAddr).Port)
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 3 && strings.HasSuffix(f[1], port) {
			return f[3]
		}
	}
	return "none"
}

// TestListensOnNothing: a client's socket hears its peer, and nobody else.
func TestListensOnNothing(t *testing.T) {
	site, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	stranger, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	c, err := ListenPacket("udp4")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.WriteTo([]byte("hello"), site.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	if s := stateOf(t, c); s != "01" {
		t.Errorf("the socket's state is %s", s)
	}
	b := make([]byte, 16)
	_, from, err := site.ReadFrom(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []net.PacketConn{stranger, site} {
		if _, err := w.WriteTo([]byte(w.LocalAddr().String()), from); err != nil {
			t.Fatal(err)
		}
	}
	b = make([]byte, 64)
	if n, _, err := c.ReadFrom(b); err != nil || string(b[:n]) != site.LocalAddr().String() {
		t.Errorf("it heard %q, %v", b[:n], err)
	}
}

// TestNobodyThere: that nobody listens is a lost packet, and not for ever.
func TestNobodyThere(t *testing.T) {
	site, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	to := site.LocalAddr()
	site.Close()
	c, err := ListenPacket("udp4")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 5 {
		if _, err := c.WriteTo([]byte("hello"), to); err != nil {
			t.Fatal(err)
		}
	}
	if site, err = net.ListenPacket("udp4", to.String()); err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	if err := site.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the first may be lost with the last refusal
		if _, err := c.WriteTo([]byte("again"), to); err != nil {
			t.Fatal(err)
		}
	}
	b := make([]byte, 16)
	if n, _, err := site.ReadFrom(b); err != nil || string(b[:n]) != "again" {
		t.Errorf("the site heard %q, %v", b[:n], err)
	}
}

// TestConnectChecks: what no socket can be connected to is not.
func TestConnectChecks(t *testing.T) {
	c, err := net.ListenUDP("udp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := connect(c, netip.MustParseAddrPort("[fe80::1%lo]:1")); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}
