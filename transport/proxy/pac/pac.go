// Package pac asks the scripts that networks hand out (proxy auto-config) which
// proxy leads to a site: it finds them (WPAD), fetches them, and runs them with
// the functions that Netscape gave them in 1996 and Microsoft added to.
//
// A script is somebody else's: it names proxies and does nothing else, and what
// it names is trusted no more than any other proxy. It decides nothing about
// ways that need no proxy.
package pac

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"jump/transport/proxy/script"
)

// Bounds of one evaluation.
const (
	evalTime   = 5 * time.Second
	maxLookups = 32
	maxResult  = 4096 // bytes
	maxRoutes  = 8
)

// World is what a script can ask about.
type World struct {
	Lookup  func(ctx context.Context, host string) ([]string, error) // addresses of a host; nil: the system's
	Mine    func() []string                                          // addresses of this computer, the most used first; nil: the system's
	Now     func() time.Time                                         // nil: time.Now
	lookups int
	known   map[string][]string
}

// Route is one way that a script names.
type Route struct {
	Proxy string // "http://HOST:PORT" or "socks5://…", "" for none at all (DIRECT)
}

// Evaluate runs a script and returns the routes to HOST:PORT in its order, and
// what of its answer cannot be used. It takes at most 5 seconds.
func Evaluate(ctx context.Context, source, address string, w World) (routes []Route, unusable []string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, evalTime, errors.New("the script takes too long"))
	defer cancel()
	defer func() {
		if e := recover(); e != nil { // no script may take the client down, not even by a mistake of ours
			err = fmt.Errorf("the script could not be run: %v", e)
		}
	}()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, nil, err
	}
	url := "https://" + host + "/"
	if port != "443" {
		url = "https://" + address + "/"
	}
	p, err := script.Run(ctx, source, w.functions())
	if err != nil {
		return nil, nil, err
	}
	name := "FindProxyForURL"
	if p.Has("FindProxyForURLEx") {
		name = "FindProxyForURLEx"
	}
	if !p.Has(name) {
		return nil, nil, errors.New("it has no function FindProxyForURL, so it is no proxy script")
	}
	answer, err := p.Call(ctx, name, url, strings.ToLower(host))
	if err != nil {
		return nil, nil, err
	}
	routes, unusable = Parse(answer)
	return routes, unusable, nil
}

// schemes of the words that a script answers with, in capitals.
var schemes = map[string]string{"PROXY": "http://", "HTTP": "http://", "SOCKS": "socks5://", "SOCKS5": "socks5://"}

// Parse reads an answer such as "PROXY a:1; SOCKS b:2; DIRECT". An empty one, or
// null, means none.
func Parse(answer string) (routes []Route, unusable []string) {
	if len(answer) > maxResult {
		return nil, []string{fmt.Sprintf("an answer of %d bytes", len(answer))}
	}
	if answer == "null" || answer == "undefined" {
		answer = ""
	}
	for _, part := range strings.Split(answer, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		if len(routes) == maxRoutes {
			break
		}
		kind := strings.ToUpper(words[0])
		switch {
		case kind == "DIRECT" && len(words) == 1:
			routes = append(routes, Route{})
		case schemes[kind] != "" && len(words) == 2 && isAddress(words[1]):
			routes = append(routes, Route{schemes[kind] + words[1]})
		default:
			unusable = append(unusable, fmt.Sprintf("%.60q", strings.Join(words, " ")))
		}
	}
	return routes, unusable
}

// isAddress reports whether s is HOST or HOST:PORT, and nothing else that an URL
// may hold: a script gives no passwords.
func isAddress(s string) bool {
	if strings.ContainsAny(s, "@/?#\\%") || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return false
	}
	if !strings.Contains(s, ":") || strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return strings.Trim(s, "[]") != ""
	}
	host, port, err := net.SplitHostPort(s)
	n, notNumber := strconv.ParseUint(port, 10, 16)
	return err == nil && host != "" && notNumber == nil && n > 0
}
