package site

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"jump/site/console"
	"jump/site/tlscert"
)

// Limits of the web server. The API sets shorter ones where it can.
const (
	headerTime  = 10 * time.Second
	idleTime    = 2 * time.Minute
	headerBytes = 32 << 10
	stopTime    = 8 * time.Second // for requests under way when the site stops
)

// Run serves until ctx ends or a part fails, and closes the site. It returns
// nil if it was ctx.
func (s *Site) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	server := s.server()
	// Tunnels outlive channels and requests, and clients are noted as offline
	// after the last tunnel is gone.
	reachable, leave := context.WithCancel(context.WithoutCancel(ctx))
	defer leave()
	present, absent := context.WithCancel(context.WithoutCancel(ctx))
	defer absent()
	var parts, last sync.WaitGroup
	part := func(name string, run func() error) func() {
		return func() {
			if err := run(); err != nil {
				cancel(fmt.Errorf("%s: %w", name, err))
			}
		}
	}
	parts.Go(part("look after clients that are away", func() error { return s.keeper.Run(ctx) }))
	last.Go(part("keep up the list of clients", func() error { return s.Clients.Run(present) }))
	for _, l := range s.agents {
		parts.Go(part("serve Jump Clients", func() error { return s.tunnels.Serve(reachable, l) }))
	}
	for _, l := range s.ports {
		parts.Go(part("serve Jump Clients over TCP", func() error { return s.tunnels.Serve(reachable, l) }))
		parts.Go(part("serve HTTPS", func() error { return serve(server, l.Others()) }))
	}
	parts.Go(part("call passive Jump Clients", func() error { return s.tunnels.Serve(reachable, s.calls) }))
	slog.Info("the site is open", "url", s.URL(), "listen", s.sockets[0].tcp.Addr())
	<-ctx.Done()
	slog.Info("the site is stopping")
	s.end()
	s.sessions.Close()
	err := errors.Join(s.browsers.Close(), stop(server))
	leave()
	parts.Wait()
	absent()
	last.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return errors.Join(err, s.Close())
}

func (s *Site) server() *http.Server {
	return &http.Server{
		Handler:           console.Headers(s.handler),
		TLSConfig:         webTLS(s.cert), // only to say that HTTP/2 is spoken: handshakes are over
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		// What browsers do that do not trust the certificate yet is no error of
		// the site.
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
}

// webTLS is how browsers are talked to.
func webTLS(cert tlscert.Source) *tls.Config {
	return &tls.Config{
		GetCertificate: cert.Get, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
	}
}

func serve(server *http.Server, l net.Listener) error {
	err := server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// stop lets requests under way end, for a while.
func stop(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		slog.Warn("requests did not end in time", "waited", stopTime)
		return server.Close()
	}
	return err
}
