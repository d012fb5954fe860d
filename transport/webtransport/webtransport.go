// Package webtransport carries the channels of browsers over WebTransport
// (draft-ietf-webtrans-http3), on the UDP port of the tunnels: one QUIC
// connection a channel, one stream on it, pieces on that.
//
// It is not a web server: it answers nothing but requests for a WebTransport
// session, and who may have one its handler decides. Jump Clients do not know it.
package webtransport

import (
	"context"
	"crypto/tls"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/webtransport-go"

	tunnels "jump/transport/quic"
)

// Limits of connections that have no session yet.
const (
	strangers   = 256              // at a time; one more is sent away
	sessionTime = 10 * time.Second // from the end of the handshake to the session
	headerBytes = 16 << 10         // of a request
)

// Server serves WebTransport sessions on connections that a listener of tunnels
// hands it.
type Server struct {
	tls       *tls.Config
	wt        *webtransport.Server
	strangers atomic.Int32
	visitors  sync.Map // of *quic.Conn: *visitor
}

var _ tunnels.Others = (*Server)(nil)

// NewServer returns a Server that asks sessions for every request: a CONNECT
// whose path says what is wanted, for which it has to call Accept or answer with
// an error. It has to look at the Origin. Cert is as in tls.Config.
func NewServer(sessions http.Handler, cert func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *Server {
	s := &Server{tls: &tls.Config{
		GetCertificate: cert, MinVersion: tls.VersionTLS13,
		NextProtos: []string{http3.NextProtoH3}, SessionTicketsDisabled: true, // so there is no 0-RTT either
	}}
	s.wt = &webtransport.Server{
		H3:          &http3.Server{Handler: only(sessions), MaxHeaderBytes: headerBytes, ConnContext: s.introduce},
		CheckOrigin: func(*http.Request) bool { return true }, // the handler has
	}
	return s
}

// only lets nothing through to next but requests for sessions.
func only(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Proto == "HTTP/3.0" { // an extended CONNECT (RFC 9220) says its protocol there
			http.Error(w, "nothing but WebTransport is spoken here", http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// TLS implements quic.Others.
func (s *Server) TLS() *tls.Config { return s.tls }

// visitor is a connection, and whether it has a session.
type visitor struct {
	server *Server
	conn   *quic.Conn
	late   *time.Timer // ends it
	known  sync.Once
}

type visitorKey struct{}

// introduce lets requests know on which connection they came.
func (s *Server) introduce(ctx context.Context, conn *quic.Conn) context.Context {
	v, _ := s.visitors.Load(conn)
	return context.WithValue(ctx, visitorKey{}, v)
}

// Serve implements quic.Others.
func (s *Server) Serve(conn *quic.Conn) {
	defer conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "")
	if s.strangers.Add(1) > strangers {
		s.strangers.Add(-1)
		return
	}
	v := &visitor{server: s, conn: conn, late: time.AfterFunc(sessionTime, func() {
		conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "no session was asked for")
	})}
	defer v.admitted()
	s.visitors.Store(conn, v)
	defer s.visitors.Delete(conn)
	_ = s.wt.ServeQUICConn(conn) // how a browser's connection ends is nothing to act on
}

// admitted says that the connection has a session, or has ended.
func (v *visitor) admitted() {
	v.known.Do(func() {
		v.late.Stop()
		v.server.strangers.Add(-1)
	})
}

// Close ends all sessions without a word; who wants to say one does so before.
func (s *Server) Close() error { return s.wt.Close() }
