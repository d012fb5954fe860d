// Package proxy connects through the proxies of other people's networks: HTTP
// CONNECT without a password, with Basic, with Digest and with NTLM, and SOCKS5
// without and with a password.
//
// It trusts no proxy: what goes through is TLS with a pinned key, and all that a
// proxy says is bounded. It runs no PAC scripts (package pac does), and speaks no
// Kerberos. Which proxies the system's settings name is not known here
// (platform/network).
package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"golang.org/x/net/proxy"
)

// Connect connects to an address as net.Dialer.DialContext does.
type Connect func(ctx context.Context, network, address string) (net.Conn, error)

// DialContext implements proxy.ContextDialer.
func (c Connect) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return c(ctx, network, address)
}

// Dial implements proxy.Dialer.
func (c Connect) Dial(network, address string) (net.Conn, error) {
	return c(context.Background(), network, address)
}

// Proxy is one proxy. It is comparable.
type Proxy struct {
	Scheme         string // http or socks5
	Address        string // HOST:PORT
	User, Password string // empty: none
}

// maxText bounds the text of a proxy, in bytes.
const maxText = 1024

// defaultPorts by scheme.
var defaultPorts = map[string]string{"http": "8080", "socks5": "1080"}

// Parse reads [http://][USER:PASSWORD@]HOST[:PORT] and socks5://…; the ports are
// 8080 and 1080 if none is given. USER may be DOMAIN\NAME. Errors never contain
// the password.
func Parse(text string) (Proxy, error) {
	if len(text) > maxText {
		return Proxy{}, fmt.Errorf("a proxy of more than %d bytes", maxText)
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(strings.ReplaceAll(text, `\`, "%5C")) // which only a user or password may hold
	if err != nil {
		return Proxy{}, errors.New("the proxy is not an address such as http://user:password@host:port")
	}
	p := Proxy{Scheme: strings.ToLower(u.Scheme), User: u.User.Username()}
	p.Password, _ = u.User.Password()
	if p.Scheme == "socks5h" || p.Scheme == "socks" {
		p.Scheme = "socks5" // names are always looked up by the proxy
	}
	port := u.Port()
	if port == "" {
		port = defaultPorts[p.Scheme]
	}
	if port == "" {
		return Proxy{}, fmt.Errorf("proxies of the kind %.20q are not supported: use http or socks5", u.Scheme)
	}
	if u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || hasControl(u.Hostname()+p.User+p.Password) {
		return Proxy{}, errors.New("the proxy is not an address such as http://user:password@host:port")
	}
	p.Address = net.JoinHostPort(u.Hostname(), port)
	return p, nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// String returns the proxy without its password.
func (p Proxy) String() string { return p.Scheme + "://" + p.Address }

// Through returns a Connect that goes through the proxy, which is reached by
// direct.
func (p Proxy) Through(direct Connect) Connect {
	if p.Scheme == "socks5" {
		return p.socks(direct)
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := p.connect(ctx, direct, address)
		if err != nil {
			return nil, fmt.Errorf("proxy %s: %w", p, err)
		}
		return conn, nil
	}
}

func (p Proxy) socks(direct Connect) Connect {
	var auth *proxy.Auth
	if p.User != "" {
		auth = &proxy.Auth{User: p.User, Password: p.Password}
	}
	d, err := proxy.SOCKS5("tcp", p.Address, auth, direct)
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if err != nil {
			return nil, fmt.Errorf("proxy %s: %w", p, err)
		}
		conn, err := d.(proxy.ContextDialer).DialContext(ctx, network, address)
		switch {
		case err == nil:
			return conn, nil
		case ctx.Err() != nil:
			err = context.Cause(ctx)
		case errors.Is(err, os.ErrDeadlineExceeded): // which was that of ctx
			err = context.DeadlineExceeded
		}
		return nil, fmt.Errorf("proxy %s: %w", p, err)
	}
}
