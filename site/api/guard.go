package api

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"jump/site/auth"
	"jump/site/message"
	"jump/transport/wire"
)

// Limits of a request.
const (
	maxBody  = 64 << 10
	callTime = 30 * time.Second // to read a request and to write its answer
)

// CookieName is the browser's cookie. The prefix makes browsers refuse it
// unless it is Secure, for this host alone, and for all paths (RFC 6265bis
// section 4.1.3.2).
const CookieName = "__Host-jump"

// caller is who sent a request, and how.
type caller struct {
	user     auth.User
	address  netip.Addr
	language message.Language
	cookie   string // the secret of the web session, if that is how user is known
}

type callerKey struct{}

// callerOf returns who sent the request whose context this is.
func callerOf(ctx context.Context) caller {
	c, ok := ctx.Value(callerKey{}).(caller)
	if !ok {
		c.language = message.LanguageEnglish
	}
	return c
}

// guard lets a request through to next if the route's line in the table allows
// it.
func (s *Server) guard(route Route, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := caller{address: remote(r), language: message.Prefer(r.Header.Get("Accept-Language"))}
		r = r.WithContext(context.WithValue(r.Context(), callerKey{}, c))
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if strings.HasPrefix(route.Path, root) {
			w.Header().Set("Cache-Control", "no-store")
		}
		if err := limitTime(w, route.Style); err != nil {
			problemOf(r.Context(), err).write(w)
			return
		}
		if route.Class != ClassNone {
			var err error
			if c.user, c.cookie, err = s.identify(r); err != nil {
				problemOf(r.Context(), err).write(w)
				return
			}
		}
		if code := s.judge(route, r, c); code != "" {
			fail(w, r, code)
			return
		}
		next(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
	}
}

// limitTime bounds how long a request may take. Events and channels have
// limits of their own for every write.
func limitTime(w http.ResponseWriter, style Style) error {
	var until time.Time
	if style == StyleCall || style == StyleDownload {
		until = time.Now().Add(callTime)
	}
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(until); err != nil {
		return err
	}
	return control.SetWriteDeadline(until)
}

// identify tells who sends a request: a token wins over a cookie, and a CONNECT
// (of WebTransport) has nothing but a ticket.
func (s *Server) identify(r *http.Request) (u auth.User, cookie string, err error) {
	if r.Method == http.MethodConnect {
		u, err = s.byTicket(r)
		return u, "", err
	}
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return auth.User{}, "", auth.ErrSignedOut
		}
		u, err = s.Gate.Bearer(r.Context(), strings.TrimSpace(token))
		return u, "", err
	}
	c, err := r.Cookie(CookieName)
	if err != nil || c.Value == "" {
		return auth.User{}, "", auth.ErrSignedOut
	}
	u, err = s.Gate.Cookie(r.Context(), c.Value)
	return u, c.Value, err
}

// judge returns why a request is refused, or "".
func (s *Server) judge(route Route, r *http.Request, c caller) wire.Code {
	switch {
	case !s.sameOrigin(route, r, c.cookie == "" && c.user.Name != "" && r.Method != http.MethodConnect):
		return message.CodeOrigin
	case route.Class == ClassAdmin && !c.user.Admin(), route.Class != ClassNone && !c.user.May(route.Need):
		return wire.CodeDenied
	}
	return ""
}

// sameOrigin keeps other web sites from acting in the name of somebody who is
// signed in: what changes something, and every upgrade, must come from the
// site's own pages. Programs with a token send no Origin.
func (s *Server) sameOrigin(route Route, r *http.Request, token bool) bool {
	origin := r.Header.Get("Origin")
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case safe && route.Style != StyleUpgrade, route.Style == StyleDownload:
		return true // the key in the body decides, and pages that name no referrer send the origin "null"
	case origin == "":
		return token || route.Class == ClassNone // browsers always send one here
	}
	return origin == s.origin
}

// originOf returns the origin of an URL as browsers send it (RFC 6454 section
// 6.2).
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	return u.Scheme + "://" + strings.TrimSuffix(host, ":443")
}

// remote returns the address that a request comes from.
func remote(r *http.Request) netip.Addr {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap()
}
