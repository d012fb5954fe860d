package api

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"jump/installer/stamp"
	"jump/internal/limiter"
	"jump/internal/version"
	"jump/site/audit"
	"jump/site/auth"
	"jump/site/bus"
	"jump/site/clients"
	"jump/site/deploy"
	"jump/site/mail"
	"jump/site/message"
	"jump/site/packages"
	"jump/site/sessions"
	"jump/site/store"
	"jump/transport/wire"
)

// Clients are the Jump Clients of the site.
type Clients interface {
	Settle(ctx context.Context, id wire.ID, d store.Decision, by string) (clients.Client, error)
	List(ctx context.Context, q store.Query) (clients.Page, error)
	Get(ctx context.Context, id wire.ID) (clients.Client, error)
	Update(ctx context.Context, id wire.ID, change store.Change) (clients.Client, error)
	Remove(ctx context.Context, id wire.ID, reason string) error
	Examine(ctx context.Context, id wire.ID) ([]wire.Finding, error)
	Counts(ctx context.Context, groups []string) (store.Counts, error)
}

var _ Clients = (*clients.Registry)(nil)

// Groups are the Jump Groups (package jump/site/store).
type Groups interface {
	Groups(ctx context.Context) ([]store.Group, error)
	Group(ctx context.Context, code string) (store.Group, error)
	CreateGroup(ctx context.Context, g store.Group) (store.Group, error)
}

// Keys are the deployment keys of the site.
type Keys interface {
	ResolveGroup(ctx context.Context, spelling string) (store.Group, error)
	Create(ctx context.Context, r deploy.Request) (deploy.Created, error)
	Extend(ctx context.Context, uid string, e deploy.Extension) (store.Key, error)
	Find(ctx context.Context, uid string) (store.Key, error)
	Holder(ctx context.Context, uid, info string) (store.Key, stamp.Key, error)
	Usable(key store.Key) error
	List(ctx context.Context) ([]store.Key, error)
	Revoke(ctx context.Context, uid string) error
}

var _ Keys = (*deploy.Keys)(nil)

// Quota is how many Jump Clients the site may have, and has (package
// jump/site/store).
type Quota interface {
	Limits(ctx context.Context) (store.Limits, error)
	SetLimits(ctx context.Context, l store.Limits) error
	Deployed(ctx context.Context) (store.Limits, error)
}

// Options are what a Server answers from.
type Options struct {
	URL      *url.URL // where people reach the site: scheme https, host, no path
	Name     string   // of the site, as people see it
	Gate     *auth.Gate
	Audit    *audit.Log
	Clients  Clients
	Groups   Groups
	Keys     Keys
	Quota    Quota
	Packages *packages.Folder
	Mail     *mail.Post
	// OwnAuthority says that the web certificate is the site's own, which
	// programs do not trust by themselves.
	OwnAuthority bool
	Sessions     *sessions.Registry
	// Hashes are the SHA-256 of the certificates that the site may show to
	// browsers that come over WebTransport; nil: that is not served.
	Hashes func() ([][]byte, error)
	// Retention removes clients that are away for too long.
	Retention Retention
	Passive   Passive
	Bus       bus.Bus
	Console   http.Handler    // serves the console's files
	Ending    context.Context // ends when the site stops; streams of events end with it
	Healthy   func(context.Context) error
}

// Server is the site's http.Handler.
type Server struct {
	Options
	origin string
	mux    *http.ServeMux
	api    huma.API

	streams     streams
	tickets     tickets
	visits      *limiter.Limiter       // of installers' pages, by address
	tries       *limiter.Limiter       // to download without the right key, by address
	downloads   chan struct{}          // has one element for each that runs
	description func() ([]byte, error) // made once: everybody may ask for it
}

// New returns a Server.
func New(o Options) *Server {
	s := &Server{
		Options: o, mux: http.NewServeMux(), streams: streams{open: map[string]int{}},
		visits: limiter.New(time.Second, 100), tries: limiter.New(3*time.Second, 100), downloads: make(chan struct{}, maxDownloads),
	}
	if o.URL != nil {
		s.origin = originOf(o.URL)
	}
	gated := &gatedMux{s: s, routes: map[string]Route{}}
	s.api = humago.NewWithPrefix(gated, root, describe())
	for _, route := range s.Routes() {
		gated.routes[route.Pattern()] = route
	}
	for _, route := range s.Routes() {
		s.register(gated, route)
	}
	s.description = sync.OnceValues(s.describeAll)
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// register adds a route of the table to the mux and to the description.
func (s *Server) register(mux *gatedMux, route Route) {
	op := operation(route)
	if route.add != nil {
		route.add(s.api, op)
		return
	}
	if route.id != "" {
		describeRaw(s.api, op)
	}
	mux.HandleFunc(route.Pattern(), route.raw)
}

// gatedMux is a mux on which nothing can be registered that is not in the table
// of routes, and nothing without its guard.
type gatedMux struct {
	s      *Server
	routes map[string]Route
}

var _ humago.Mux = (*gatedMux)(nil)

// HandleFunc registers a handler. A pattern that is not in the table is a
// mistake in this program.
func (m *gatedMux) HandleFunc(pattern string, next func(http.ResponseWriter, *http.Request)) {
	route, ok := m.routes[pattern]
	if !ok {
		panic("api: " + pattern + " is not in the table of routes")
	}
	m.s.mux.HandleFunc(pattern, m.s.guard(route, next))
}

func (m *gatedMux) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.s.mux.ServeHTTP(w, r) }

// answer is the usual form of a typed answer.
type answer[T any] struct{ Body T }

// none is a request without parameters, or an answer without a body.
type none struct{}

// unknown answers what is under /api/ and in no line of the table.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "/api/" {
			w.Header().Add("Allow", method)
		}
	}
	if w.Header().Get("Allow") != "" {
		fail(w, r, message.CodeNoMethod)
		return
	}
	fail(w, r, message.CodeNotFound)
}

// healthy is for load balancers and supervisors.
func (s *Server) healthy(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if err := s.Healthy(r.Context()); err != nil {
		http.Error(w, "not well", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("well\n"))
}

func (s *Server) console(w http.ResponseWriter, r *http.Request) { s.Console.ServeHTTP(w, r) }

// Site is what everybody may know of a site.
type Site struct {
	Name      string             `json:"name"`
	Version   string             `json:"version"`
	Languages []message.Language `json:"languages"`
}

func (s *Server) site(context.Context, *none) (*answer[Site], error) {
	return &answer[Site]{Site{s.Name, version.Number, message.Languages()}}, nil
}
