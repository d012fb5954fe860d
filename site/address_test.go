package site

import (
	"errors"
	"net"
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
	defer first.close()
	if first.tcp.Addr().(*net.TCPAddr).Port != first.udp.LocalAddr().(*net.UDPAddr).Port {
		t.Error("two ports")
	}
	address := first.tcp.Addr().String()
	_, err = listen(address)
	var busy *AddressError
	if !errors.As(err, &busy) || !errors.Is(err, syscall.EADDRINUSE) || strings.Count(err.Error(), address) != 1 {
		t.Errorf("%v", err)
	}
}
