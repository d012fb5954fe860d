// Package apiclient speaks a site's HTTP API (/api/v1) with a bearer token, as
// scripts do.
//
// It is not the tunnel's protocol (package channel speaks that, over the
// WebSockets that are dialled here), it prints nothing and it remembers
// nothing between two runs (package profile does).
package apiclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"jump/internal/version"
)

const (
	callTimeout = 30 * time.Second // of one request with its answer
	maxAnswer   = 32 << 20         // bytes of one answer
)

// ErrNotSignedIn says that no address or no token of a site is known.
var ErrNotSignedIn = errors.New("not signed in to a site")

// Site is the API of one site, used in one person's name. Its methods are safe
// for concurrent use. Every method returns a *Problem for an answer that says
// no.
type Site struct {
	base  *url.URL
	token string
	http  *http.Client
}

// Options say which site, who, and whom to trust.
type Options struct {
	URL   string         // https://host[:port]
	Token string         // empty: not signed in
	TLS   *tls.Config    // nil: the system's roots
	Jar   http.CookieJar // for signing in only
}

// New returns the API of a site. It connects to nothing.
func New(o Options) (*Site, error) {
	base, err := ParseURL(o.URL)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
		TLSClientConfig:     o.TLS,
		TLSHandshakeTimeout: 15 * time.Second,
	}
	return &Site{base, o.Token, &http.Client{Transport: transport, Jar: o.Jar, CheckRedirect: noRedirect}}, nil
}

// noRedirect keeps the token from following a redirect to somewhere else.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// ParseURL reads a site's address. Only https will do, since a token travels.
func ParseURL(s string) (*url.URL, error) {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the site's address: %w", err)
	case u.Scheme != "https":
		return nil, fmt.Errorf("%q is not an https address", s)
	case u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%q is not the address of a site: https://host[:port] is", s)
	}
	// As browsers write an origin, for the site compares it (RFC 6454 section 6.2).
	return &url.URL{Scheme: u.Scheme, Host: strings.TrimSuffix(strings.ToLower(u.Host), ":443")}, nil
}

// URL returns the site's address as https://host[:port].
func (s *Site) URL() string { return s.base.String() }

// get reads one resource into out.
func (s *Site) get(ctx context.Context, path string, query url.Values, out any) error {
	return s.call(ctx, http.MethodGet, path, query, nil, out)
}

// call makes one request. in is sent as JSON unless nil, the answer is read
// into out unless nil.
func (s *Site) call(ctx context.Context, method, path string, query url.Values, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := s.request(ctx, method, path, query, in)
	if err != nil {
		return err
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return fmt.Errorf("reach %s: %w", s.base, unwrapURL(err))
	}
	defer resp.Body.Close()
	return answer(resp, out)
}

func (s *Site) request(ctx context.Context, method, path string, query url.Values, in any) (*http.Request, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("write a request: %w", err)
		}
		body = bytes.NewReader(b)
	}
	u := s.base.JoinPath("api", "v1", path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, fmt.Errorf("write a request: %w", err)
	}
	req.Header = s.header()
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// header says who asks. Origin is what a site demands of a cookie's owner.
func (s *Site) header() http.Header {
	h := http.Header{"User-Agent": {"jump/" + version.Number}, "Accept": {"application/json, application/problem+json"}}
	if s.token != "" {
		h.Set("Authorization", "Bearer "+s.token)
	} else {
		h.Set("Origin", s.base.String())
	}
	return h
}

func answer(resp *http.Response, out any) error {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return readProblem(resp)
	}
	if out == nil || resp.StatusCode == http.StatusNoContent {
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(out); err != nil {
		return fmt.Errorf("read the site's answer: %w", err)
	}
	return nil
}

// unwrapURL drops the method and the address that http puts before its errors.
func unwrapURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
