package proxy_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"jump/transport/proxy"
	"jump/transport/proxy/proxytest"
)

var direct proxy.Connect = new(net.Dialer).DialContext

// echo runs a server that sends back what it gets.
func echo(t *testing.T) (address string) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	return l.Addr().String()
}

func through(kind proxytest.Kind, address, user, password string) proxy.Proxy {
	p := proxy.Proxy{Scheme: "http", Address: address, User: user, Password: password}
	if kind == proxytest.Socks || kind == proxytest.SocksUser {
		p.Scheme = "socks5"
	}
	return p
}

func asks(kind proxytest.Kind) bool {
	return kind != proxytest.Open && kind != proxytest.Socks
}

func TestProxies(t *testing.T) {
	to := echo(t)
	for _, kind := range proxytest.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			s := proxytest.Start(t, kind)
			conn, err := through(kind, s.Address, kind.Login(), proxytest.Password).Through(direct)(t.Context(), "tcp", to)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			checkEcho(t, conn)
			if s.Tunnels.Load() != 1 {
				t.Errorf("%d tunnels through the proxy", s.Tunnels.Load())
			}
			for _, user := range []string{"", "bob", kind.Login()} {
				_, err := through(kind, s.Address, user, "wrong").Through(direct)(t.Context(), "tcp", to)
				if asks(kind) != (err != nil) {
					t.Errorf("as %q: %v", user, err)
				}
				if err != nil && strings.Contains(err.Error(), "wrong") {
					t.Errorf("the error shows the password: %v", err)
				}
			}
		})
	}
}

func checkEcho(t *testing.T, conn net.Conn) {
	t.Helper()
	const text = "hello through the proxy"
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(text))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != text {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestTargetDown(t *testing.T) {
	for _, kind := range proxytest.Kinds {
		s := proxytest.Start(t, kind)
		_, err := through(kind, s.Address, kind.Login(), proxytest.Password).Through(direct)(t.Context(), "tcp", "127.0.0.1:1")
		if err == nil || !strings.Contains(err.Error(), s.Address) {
			t.Errorf("%s: the error does not name the proxy: %v", kind, err)
		}
	}
}

// says runs a proxy that answers with a text and says no more.
func says(t *testing.T, text string) (address string) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, text)
			t.Cleanup(func() { c.Close() })
		}
	}()
	return l.Addr().String()
}

// TestBadProxies: whatever a proxy says, there is an end to it.
func TestBadProxies(t *testing.T) {
	for name, text := range map[string]string{
		"no HTTP":          "SSH-2.0-x\r\n",
		"endless header":   "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20),
		"refused":          "HTTP/1.1 403 Forbidden\r\n\r\n",
		"talks first":      "HTTP/1.1 200 OK\r\n\r\nhello",
		"only Negotiate":   "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n\r\n",
		"no challenge":     "HTTP/1.1 407 No\r\n\r\n",
		"unknown hash":     "HTTP/1.1 407 No\r\nProxy-Authenticate: Digest algorithm=MD4, nonce=x\r\n\r\n",
		"only auth-int":    "HTTP/1.1 407 No\r\nProxy-Authenticate: Digest qop=\"auth-int\", nonce=x\r\n\r\n",
		"NTLM of old":      "HTTP/1.1 407 No\r\nContent-Length: 0\r\nProxy-Authenticate: NTLM TlRMTVNTUAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
		"no Base64":        "HTTP/1.1 407 No\r\nContent-Length: 0\r\nProxy-Authenticate: NTLM a\r\n\r\n",
		"Kerberos only":    "HTTP/1.1 407 No\r\nContent-Length: 0\r\nProxy-Authenticate: Kerberos\r\n\r\n",
		"never content":    "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n",
		"a terminal's eye": "HTTP/1.1 500 \x1b[2J\r\n\r\n",
	} {
		p := through(proxytest.Open, says(t, text), "anne", "secret")
		conn, err := p.Through(direct)(t.Context(), "tcp", "192.0.2.1:443")
		if err == nil {
			conn.Close()
			t.Errorf("%s: connected", name)
		} else if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %q", name, err)
		}
	}
}

// TestMuteProxy: who gives up need not wait for a proxy that says nothing.
func TestMuteProxy(t *testing.T) {
	for _, kind := range []proxytest.Kind{proxytest.Open, proxytest.Socks} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err := through(kind, says(t, ""), "", "").Through(direct)(ctx, "tcp", "192.0.2.1:443")
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]proxy.Proxy{
		"proxy.example.com":                        {Scheme: "http", Address: "proxy.example.com:8080"},
		"proxy.example.com:3128":                   {Scheme: "http", Address: "proxy.example.com:3128"},
		"http://anne:pass%3Aword@10.0.0.1:3128/":   {Scheme: "http", Address: "10.0.0.1:3128", User: "anne", Password: "pass:word"},
		"socks5://[2001:db8::1]":                   {Scheme: "socks5", Address: "[2001:db8::1]:1080"},
		"SOCKS5H://bob@proxy.example.com:1":        {Scheme: "socks5", Address: "proxy.example.com:1", User: "bob"},
		`http://CORP\anne:a\b@proxy.example.com:1`: {Scheme: "http", Address: "proxy.example.com:1", User: `CORP\anne`, Password: `a\b`},
		"http://CORP%5Canne@proxy.example.com:1":   {Scheme: "http", Address: "proxy.example.com:1", User: `CORP\anne`},
		`http://proxy\example.com:1`:               {},
		`proxy.example.com:1\x`:                    {},
		"https://proxy.example.com":                {},
		"http://":                                  {},
		"http://proxy.example.com/path":            {},
		"http://a%0d%0ab@proxy.example.com":        {},
		"http://anne:secret@proxy example":         {},
		strings.Repeat("x", 2000):                  {},
		"http://anne:secret@proxy.example.com:x/y": {},
	} {
		got, err := proxy.Parse(text)
		if got != want || (err == nil) != (want != proxy.Proxy{}) {
			t.Errorf("%.60q: %+v, %v", text, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error shows the password: %v", text, err)
		}
	}
}

func TestFind(t *testing.T) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"} {
		t.Setenv(name, "")
	}
	find := func(configured string, system ...string) string {
		found, failed := proxy.Find(configured, "support.example.com:443", system)
		var texts []string
		for _, p := range found {
			texts = append(texts, p.String())
		}
		if len(failed) > 0 {
			texts = append(texts, "failed")
		}
		return strings.Join(texts, " ")
	}
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("found %q, want %q", got, want)
		}
	}
	check(find(""), "")
	check(find("a:1", "b:2", "a:1"), "http://a:1 http://b:2")
	t.Setenv("ALL_PROXY", "socks5://c:3")
	check(find("", "b:2"), "socks5://c:3 http://b:2")
	t.Setenv("HTTPS_PROXY", "http://d:4")
	check(find("", "https://e"), "http://d:4 failed")
	check(find(proxy.None, "b:2"), "")
	t.Setenv("NO_PROXY", ".example.com")
	check(find("a:1"), "http://a:1")
}
