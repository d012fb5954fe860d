package network

import (
	"net"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestProxyServer(t *testing.T) {
	for _, c := range []struct{ server, bypass, host, want string }{
		{"", "", "support.example.com", ""},
		{"proxy:3128", "", "support.example.com", "proxy:3128"},
		{"http=a:1;https=b:2;socks=c:3", "", "support.example.com", "b:2 socks5://c:3"},
		{"http=a:1", "", "support.example.com", ""},
		{"a:1", "*.other.com;<local>", "support.example.com", "a:1"},
		{"a:1", "*.EXAMPLE.com", "support.example.com", ""},
		{"a:1", "<local>", "support", ""},
		{"a:1", "10.*", "10.1.2.3", ""},
		{"a:1", "[", "support", "a:1"},
	} {
		if got := strings.Join(readProxyServer(c.server, c.bypass, c.host), " "); got != c.want {
			t.Errorf("%q but for %q, to %s: %q, want %q", c.server, c.bypass, c.host, got, c.want)
		}
	}
}

const scutil = `<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
    2 : *.internal.example.com
  }
  HTTPEnable : 1
  HTTPPort : 80
  HTTPProxy : plain.example.com
  HTTPSEnable : 1
  HTTPSPort : 3128
  HTTPSProxy : proxy.example.com
  ProxyAutoConfigEnable : 1
  ProxyAutoDiscoveryEnable : 1
  ProxyAutoConfigURLString : http://pac.example.com/proxy.pac
  SOCKSEnable : 0
  SOCKSProxy : socks.example.com
}
`

func TestScutil(t *testing.T) {
	want := Settings{[]string{"http://proxy.example.com:3128"}, []string{"http://pac.example.com/proxy.pac"}, true}
	for host, want := range map[string]Settings{
		"support.example.com": want, "a.internal.example.com": {}, "internal.example.com": {}, "pc.local": {},
	} {
		if got := readScutil(scutil, host); !reflect.DeepEqual(got, want) {
			t.Errorf("to %s: %+v, want %+v", host, got, want)
		}
	}
	if got := readScutil("<dictionary> {\n}\n", "a"); !reflect.DeepEqual(got, Settings{}) {
		t.Errorf("nothing set: %+v", got)
	}
}

func TestDomains(t *testing.T) {
	if got := readDomains("# x\nnameserver 10.0.0.1\ndomain a.example\nsearch b.example c.example\n"); !slices.Equal(got, []string{"b.example", "c.example"}) {
		t.Errorf("%q", got)
	}
}

// FuzzScutil: whatever a list holds, nothing panics.
func FuzzScutil(f *testing.F) {
	f.Add(scutil, "a.local")
	f.Add("https=a:1;b", "<local>")
	f.Fuzz(func(t *testing.T, text, host string) {
		readScutil(text, host)
		readProxyServer(text, text, host)
	})
}

// TestSource: the route to this computer itself is there on every machine.
func TestSource(t *testing.T) {
	if got := source("udp4", "127.0.0.1:9"); net.ParseIP(got) == nil {
		t.Errorf("packets to 127.0.0.1 come from %q", got)
	}
	if got := source("udp4", "nonsense"); got != "" {
		t.Errorf("packets to nowhere come from %q", got)
	}
}

// TestListenPacket: to send where no network leads is no error.
func TestListenPacket(t *testing.T) {
	pc, err := ListenPacket("udp4")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	nowhere := &net.UDPAddr{IP: net.IPv4(240, 0, 0, 1), Port: 9}
	if n, err := pc.WriteTo([]byte("x"), nowhere); n != 1 || err != nil {
		t.Errorf("sent %d bytes: %v", n, err)
	}
	if _, err := pc.WriteTo(make([]byte, 1<<17), nowhere); err == nil {
		t.Error("a packet of 128 KiB was sent")
	}
}

func TestPrompt(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := Dial(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}
