package site

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestPublicURL(t *testing.T) {
	tests := []struct{ given, listen, want string }{
		{"", "localhost:8443", "https://localhost:8443"},
		{"", "[::1]:8443", "https://[::1]:8443"},
		{"https://Support.Example.com/", ":443", "https://support.example.com"},
		{"https://example.com:8443", ":443", "https://example.com:8443"},
		{"", ":8443", ""}, {"", "0.0.0.0:8443", ""}, {"", "localhost", ""},
		{"http://example.com", "", ""}, {"https://example.com/jump", "", ""},
		{"https://me@example.com", "", ""}, {"example.com", "", ""}, {"https://", "", ""},
	}
	for _, c := range tests {
		u, err := publicURL(c.given, c.listen, 8443)
		if (err != nil) != (c.want == "") || err == nil && u.String() != c.want {
			t.Errorf("%q listening on %q: %v, %v", c.given, c.listen, u, err)
		}
	}
}

func TestListenBusy(t *testing.T) {
	first, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(first)
	address := first[0].tcp.Addr().String()
	if len(first) != 1 || first[0].udp.LocalAddr().String() != address {
		t.Error("two ports")
	}
	_, err = listen(address)
	var busy *AddressError
	if !errors.As(err, &busy) || !errors.Is(err, syscall.EADDRINUSE) || strings.Count(err.Error(), address) != 1 {
		t.Errorf("%v", err)
	}
}

// TestListenLocalhost: localhost is every address that a browser may take it for.
func TestListenLocalhost(t *testing.T) {
	all, err := listen("localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(all)
	port := strconv.Itoa(all[0].port())
	var want []string
	for _, host := range []string{"127.0.0.1", "::1"} {
		if has(host) {
			want = append(want, net.JoinHostPort(host, port))
		}
	}
	if len(want) == 0 || len(want) != len(all) {
		t.Fatalf("%d addresses, not %q", len(all), want)
	}
	for i, s := range all {
		if s.tcp.Addr().String() != want[i] || s.udp.LocalAddr().String() != want[i] {
			t.Errorf("%v and %v instead of %s", s.tcp.Addr(), s.udp.LocalAddr(), want[i])
		}
	}
	var busy *AddressError
	if _, err := listen("localhost:" + port); !errors.As(err, &busy) {
		t.Errorf("taken again: %v", err)
	}
	if _, err := listen("localhost"); !errors.As(err, &busy) {
		t.Errorf("without a port: %v", err)
	}
}
