// Package site is a whole site in one process: the data folder, the keys, the
// one port for people (HTTPS on TCP, WebTransport on UDP) and Jump Clients (tunnels
// on UDP, or on TCP where that is blocked), and the wiring of the packages below it.
//
// It decides nothing about who may do what, which is in its parts, and it knows
// no command line: package jump/cmd/jumpsite has that.
package site

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"jump/internal/version"
	"jump/platform/lock"
	"jump/site/api"
	"jump/site/audit"
	"jump/site/auth"
	"jump/site/bus"
	"jump/site/clients"
	"jump/site/console"
	"jump/site/deploy"
	"jump/site/mail"
	"jump/site/packages"
	"jump/site/retention"
	"jump/site/sessions"
	"jump/site/store"
	"jump/site/tlscert"
	"jump/site/tunnel"
	"jump/transport"
	"jump/transport/identity"
	"jump/transport/limit"
	"jump/transport/quic"
	tunneltls "jump/transport/tls"
	"jump/transport/webtransport"
	"jump/transport/wire"
)

// Files in the data folder. Nobody but the site's own user may look into it.
//
//	site.db        accounts, Jump Clients, keys, audit entries (SQLite)
//	identity.key   the Ed25519 key that every Jump Client pins
//	lock           held while a site runs on the folder
//	tls/           the site's own web authority and certificate
const (
	DatabaseFile = "site.db"
	identityFile = "identity.key"
	lockFile     = "lock"
	tlsFolder    = "tls"
)

// Options say what site to run.
type Options struct {
	Data    string // folder; made with mode 0700 if it does not exist
	Listen  string // HOST:PORT for TCP and UDP; port 0 takes a free one; localhost is 127.0.0.1 and ::1
	URL     string // https://HOST[:PORT]; empty: https:// and Listen
	Name    string // as people see it; empty: Jump
	Console fs.FS  // the console's built files

	// Packages is the folder of what can be downloaded; empty:
	// packages.DefaultPath.
	Packages string

	CertFile, KeyFile string // a web certificate (PEM) of somebody else's; empty: the site's own

	// Settings go to every Jump Client. A ReconnectSpread of 0 is chosen by the
	// size of the fleet.
	Settings wire.Settings
	// Linger is how long a session without channels lasts; 0: sessions.Linger.
	Linger time.Duration
	// Agents, if it is not nil, takes the place of the listener on UDP.
	Agents transport.Listener
}

// Site is a site that is open but serves only while Run does. What is exported
// of it is for those who run one in their own process.
type Site struct {
	Gate    *auth.Gate
	Keys    *deploy.Keys
	Clients *clients.Registry
	Bus     bus.Bus
	Store   *store.Store
	// Packages is the folder of what can be downloaded.
	Packages *packages.Folder

	options   Options
	url       *url.URL
	sockets   []*sockets
	agents    []transport.Listener  // over UDP
	ports     []*tunneltls.Listener // tunnels over TCP, and browsers
	cert      tlscert.Source
	passing   *tlscert.Passing     // what browsers see over UDP
	browsers  *webtransport.Server // those who come over UDP
	tunnels   *tunnel.Server
	calls     *tunnel.Caller   // tunnels to passive clients
	admission *limit.Admission // of both
	keeper    *retention.Keeper
	sessions  *sessions.Registry
	handler   *api.Server
	ending    context.Context
	end       context.CancelFunc
	undo      []func() error // what Open opened, in that order

	changing sync.Mutex    // what agents are told
	settings wire.Settings // of agents, but for the days that the keeper knows
}

// Open opens the data folder, takes the port and puts the site together. An
// *AddressError says that the port cannot be had. Run must follow, or Close.
func Open(ctx context.Context, o Options) (*Site, error) {
	s := &Site{options: o, admission: limit.NewAdmission(admitted)}
	s.ending, s.end = context.WithCancel(context.WithoutCancel(ctx))
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Serve opens a site and runs it until ctx ends.
func Serve(ctx context.Context, o Options) error {
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

func (s *Site) open(ctx context.Context) error {
	if err := os.MkdirAll(s.options.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if err := os.Chmod(s.options.Data, 0o700); err != nil {
		return fmt.Errorf("close the data folder to others: %w", err)
	}
	held, err := lock.Acquire(filepath.Join(s.options.Data, lockFile))
	if err != nil {
		return fmt.Errorf("take the data folder %s: %w", s.options.Data, err)
	}
	s.undo = append(s.undo, held.Release)
	id, err := identity.File(filepath.Join(s.options.Data, identityFile))
	if err != nil {
		return err
	}
	if err := s.listen(); err != nil {
		return err
	}
	if s.cert, err = s.openCert(); err != nil {
		return err
	}
	if s.Store, err = store.Open(ctx, filepath.Join(s.options.Data, DatabaseFile)); err != nil {
		return err
	}
	s.undo = append(s.undo, s.Store.Close)
	if err := s.wire(ctx, id); err != nil {
		return err
	}
	// Last: a fleet that waits at the port would have the processor for handshakes
	// that nobody takes in.
	if err := s.accept(id); err != nil {
		return fmt.Errorf("listen for Jump Clients: %w", err)
	}
	return nil
}

func (s *Site) openCert() (tlscert.Source, error) {
	if s.options.CertFile != "" {
		files := &tlscert.Files{CertFile: s.options.CertFile, KeyFile: s.options.KeyFile}
		_, err := files.Get(nil)
		return files, err
	}
	return tlscert.OpenOwn(filepath.Join(s.options.Data, tlsFolder), []string{s.url.Hostname()}, time.Now)
}

// wire makes the parts and lets them know each other.
func (s *Site) wire(ctx context.Context, id ed25519.PrivateKey) error {
	var err error
	s.Bus = &bus.Local{}
	s.Gate = auth.NewGate(s.Store)
	s.Packages = packages.At(cmp.Or(s.options.Packages, packages.DefaultPath(s.options.Data)))
	if s.Clients, err = clients.New(ctx, s.Store, s.Bus, slog.Default()); err != nil {
		return err
	}
	caller, err := quic.NewCaller(id)
	if err != nil {
		return err
	}
	s.calls = tunnel.NewCaller(caller.Call)
	s.Clients.CallWith(s.calls)
	if s.Keys, err = deploy.New(s.Store, id.Public().(ed25519.PublicKey), s.URL()); err != nil {
		return err
	}
	log := audit.NewLog(s.Store)
	if s.keeper, err = s.newKeeper(ctx, log); err != nil {
		return err
	}
	if s.settings, err = s.firstSettings(ctx); err != nil {
		return err
	}
	s.tunnels = tunnel.NewServer(tunnel.Config{Clients: s.Clients, Keys: s.Keys, Identity: id,
		Version: version.Number, Settings: s.settings, Pace: s.admission.Pace, Log: slog.Default()})
	s.sessions = sessions.New(sessions.Options{Clients: reach{s.Clients}, Accounts: s.Gate, Audit: log,
		Changed: s.sessionChanged, Linger: s.options.Linger})
	files, err := console.New(s.options.Console)
	if err != nil {
		return err
	}
	s.passing = tlscert.NewPassing(time.Now)
	s.handler = api.New(api.Options{
		URL: s.url, Name: s.name(), Gate: s.Gate, Audit: log, Clients: s.Clients, Groups: s.Store, Keys: s.Keys, Quota: s.Store,
		Packages: s.Packages,
		Mail:     mail.New(s.Store, s.url.Hostname()), OwnAuthority: s.CAFile() != "",
		Sessions: s.sessions, Hashes: s.hashes(), Retention: s.keeper, Passive: s, Bus: s.Bus, Console: files, Ending: s.ending, Healthy: s.healthy,
	})
	s.browsers = webtransport.NewServer(s.handler, s.passing.Get)
	return nil
}

// hashes is where the API hears what browsers see over UDP, if that is served.
func (s *Site) hashes() func() ([][]byte, error) {
	if s.options.Agents != nil {
		return nil
	}
	return s.passing.Hashes
}

// admitted is how many tunnels a second the site takes on (docs/PROTOCOL.md
// section 3).
const admitted = limit.DefaultAdmit

// statusEvery is how often, in seconds, agents say figures that nobody has to
// know at once: an idle one may send 60 bytes a minute (test/fleet), and 16 kB an
// hour with all that keeps its tunnel (docs/PROTOCOL.md section 3). What people
// look at, such as who is logged in, is said when it changes.
const statusEvery = 1800

// firstSettings are those of agents until an administrator changes them.
func (s *Site) firstSettings(ctx context.Context) (wire.Settings, error) {
	settings := retention.Settings(s.options.Settings, s.keeper.Policy().Days)
	settings.StatusEvery = cmp.Or(settings.StatusEvery, statusEvery)
	passive, err := s.Store.PassiveSettings(ctx)
	if err != nil {
		return settings, err
	}
	if passive.CheckIn != 0 {
		settings.CheckInEvery = passive.CheckIn
	}
	if settings.ReconnectSpread != 0 {
		return settings, nil
	}
	counts, err := s.Store.Counts(ctx, nil)
	settings.ReconnectSpread = 2 + uint32(counts.Total/admitted)
	return settings, err
}

func (s *Site) name() string {
	if s.options.Name == "" {
		return "Jump"
	}
	return s.options.Name
}

func (s *Site) healthy(ctx context.Context) error {
	_, err := s.Store.Group(ctx, store.GeneralGroup)
	return err
}

// sessionChanged tells all who watch, also that the client's own number of
// sessions has changed.
func (s *Site) sessionChanged(x sessions.Session, state sessions.State) {
	s.Bus.Publish(bus.Event{Kind: bus.KindSession, Data: api.SessionEvent{Session: x, State: state}})
	if c, err := s.Clients.Get(context.Background(), x.Client); err == nil {
		s.Bus.Publish(bus.Event{Kind: bus.KindClient, Data: c})
	}
}

// URL is where people reach the site, without a path.
func (s *Site) URL() string { return s.url.String() }

// CAFile is the path of the certificate of the site's own web authority, or ""
// if the web certificate is somebody else's.
func (s *Site) CAFile() string {
	if own, ok := s.cert.(*tlscert.Own); ok {
		return own.CAFile()
	}
	return ""
}

// Close gives back what Open took, without having served.
func (s *Site) Close() error {
	s.end()
	var err error
	for len(s.undo) > 0 {
		last := len(s.undo) - 1
		err = errors.Join(err, ignoreClosed(s.undo[last]()))
		s.undo = s.undo[:last]
	}
	return err
}

// ignoreClosed forgives closing what a part has closed itself.
func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || errors.Is(err, transport.ErrClosed) {
		return nil
	}
	return err
}
