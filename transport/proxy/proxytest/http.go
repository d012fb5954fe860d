// Package proxytest runs small real proxies for tests: HTTP CONNECT without a
// password, with Basic, with Digest and with NTLM, and SOCKS5 without and with a
// password.
//
// They are no proxies for use: they know one user, log nothing, and end with
// the test.
package proxytest

import (
	"bufio"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// User and Password of every proxy that asks for them.
const (
	User     = "anne"
	Password = "pass:word \"1\""
)

// Kind is what a proxy asks for.
type Kind string

// The kinds.
const (
	Open      Kind = "open"
	Basic     Kind = "basic"
	Digest    Kind = "digest"
	NTLM      Kind = "ntlm"
	Negotiate Kind = "negotiate" // with NTLM in it
	Socks     Kind = "socks"
	SocksUser Kind = "socks-user"
)

// Kinds are all kinds.
var Kinds = []Kind{Open, Basic, Digest, NTLM, Negotiate, Socks, SocksUser}

// Server is a proxy that runs.
type Server struct {
	Address string       // HOST:PORT
	Tunnels atomic.Int64 // that were made
}

// Start runs a proxy until the test ends.
func Start(t testing.TB, kind Kind) *Server {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Address: l.Addr().String()}
	serve := func(c net.Conn) { s.serveHTTP(c, kind) }
	switch kind {
	case Socks, SocksUser:
		serve = func(c net.Conn) { s.serveSocks(c, kind == SocksUser) }
	case NTLM:
		serve = func(c net.Conn) { s.serveNTLM(c, "NTLM", withLength) }
	case Negotiate:
		serve = func(c net.Conn) { s.serveNTLM(c, "Negotiate", inChunks) }
	}
	var all sync.WaitGroup
	open := &conns{all: map[net.Conn]struct{}{}}
	all.Go(func() { accept(l, open, &all, serve) })
	t.Cleanup(func() {
		l.Close()
		open.close()
		all.Wait()
	})
	return s
}

func accept(l net.Listener, open *conns, all *sync.WaitGroup, serve func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		open.add(c)
		all.Go(func() {
			defer c.Close()
			serve(c)
		})
	}
}

// conns are the connections to close in the end.
type conns struct {
	mu   sync.Mutex
	all  map[net.Conn]struct{}
	over bool
}

func (c *conns) add(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all[conn] = struct{}{}
	if c.over {
		conn.Close()
	}
}

func (c *conns) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	for conn := range c.all {
		conn.Close()
	}
}

// serveHTTP answers one request, as proxies do that close after each refusal.
func (s *Server) serveHTTP(c net.Conn, kind Kind) {
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil || r.Method != http.MethodConnect {
		io.WriteString(c, "HTTP/1.1 405 Method Not Allowed\r\n\r\n")
		return
	}
	if challenge := refuse(kind, r); challenge != "" {
		fmt.Fprintf(c, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: %s\r\nContent-Length: 4\r\n\r\nno!\n", challenge)
		return
	}
	s.pass(c, r.Host)
}

// pass makes a tunnel.
func (s *Server) pass(c net.Conn, host string) {
	to, err := net.Dial("tcp", host)
	if err != nil {
		io.WriteString(c, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
		return
	}
	defer to.Close()
	io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n")
	s.Tunnels.Add(1)
	join(c, to)
}

const serverNonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"

// refuse returns the challenge, "" for who may pass.
func refuse(kind Kind, r *http.Request) string {
	given := r.Header.Get("Proxy-Authorization")
	switch kind {
	case Basic:
		if given != "Basic "+base64.StdEncoding.EncodeToString([]byte(User+":"+Password)) {
			return `Basic realm="proxy"`
		}
	case Digest:
		if !digestIsGood(given, r.Host) {
			return fmt.Sprintf(`Digest realm="a, \"proxy\"", qop="auth-int,auth", nonce="%s", opaque="x=y", algorithm=MD5, Basic realm="none"`, serverNonce)
		}
	}
	return ""
}

// digestIsGood computes the answer in its own way.
func digestIsGood(given, uri string) bool {
	field := func(name string) string {
		if m := regexp.MustCompile(`\b` + name + `="?([^",]*)"?`).FindStringSubmatch(given); m != nil {
			return m[1]
		}
		return ""
	}
	hash := func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
	ha1 := hash(User + `:a, "proxy":` + Password)
	want := hash(strings.Join([]string{ha1, serverNonce, field("nc"), field("cnonce"), "auth", hash("CONNECT:" + uri)}, ":"))
	return strings.HasPrefix(given, "Digest ") && field("nonce") == serverNonce && field("uri") == uri && field("cnonce") != "" &&
		field("opaque") == "x=y" && field("response") == want
}

// join copies both ways until both have ended.
func join(a, b net.Conn) {
	var both sync.WaitGroup
	for _, c := range [][2]net.Conn{{a, b}, {b, a}} {
		both.Go(func() {
			io.Copy(c[0], c[1])
			if h, ok := c[0].(interface{ CloseWrite() error }); ok {
				h.CloseWrite()
			}
		})
	}
	both.Wait()
}
