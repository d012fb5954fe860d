// Package webtransporttest is a browser's end of WebTransport for tests, in Go:
// it trusts a certificate by its hash and under a browser's conditions, and sends
// an Origin.
//
// It is not a fake: webtransport-go's client is on the line, on a real socket.
package webtransporttest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/quic-go/quic-go"
	wt "github.com/quic-go/webtransport-go"

	"jump/transport/webtransport"
)

// Options say how a browser opens a session.
type Options struct {
	URL    string // https
	Origin string
	Hashes [][]byte // of the certificates that are good
}

// Dial opens a session and its stream. If the site answers with another status
// than 200 the error is nil and the answer says it.
func Dial(ctx context.Context, o Options) (*webtransport.Conn, *http.Response, error) {
	at, err := url.Parse(o.URL)
	if err != nil {
		return nil, nil, err
	}
	conn, err := quic.DialAddr(ctx, at.Host, &tls.Config{
		InsecureSkipVerify: true, NextProtos: []string{"h3"}, // of names and chains; the hash is looked at
		VerifyConnection: func(cs tls.ConnectionState) error { return Acceptable(cs.PeerCertificates[0], o.Hashes) },
	}, &quic.Config{EnableDatagrams: true, EnableStreamResetPartialDelivery: true})
	if err != nil {
		return nil, nil, fmt.Errorf("dial: %w", err)
	}
	context.AfterFunc(ctx, func() { conn.CloseWithError(0, "") })
	client, err := (&wt.Transport{}).NewClientConn(conn)
	if err != nil {
		return nil, nil, err
	}
	answer, session, err := client.Dial(ctx, o.URL, http.Header{"Origin": {o.Origin}})
	if answer != nil && answer.StatusCode != http.StatusOK {
		return nil, answer, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open a session: %w", err)
	}
	stream, err := session.OpenStreamSync(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("open a stream: %w", err)
	}
	return webtransport.Over(conn, session, stream), answer, nil
}

// Acceptable reports why a browser would not accept a certificate whose hash it
// was told (W3C WebTransport, "custom certificate requirements").
func Acceptable(c *x509.Certificate, hashes [][]byte) error {
	sum, now := sha256.Sum256(c.Raw), time.Now()
	key, ok := c.PublicKey.(*ecdsa.PublicKey)
	switch {
	case !slices.ContainsFunc(hashes, func(h []byte) bool { return string(h) == string(sum[:]) }):
		return errors.New("the certificate has another hash")
	case !ok || key.Curve != elliptic.P256():
		return errors.New("the key is not one on P-256")
	case c.NotAfter.Sub(c.NotBefore) > 14*24*time.Hour:
		return fmt.Errorf("it is valid for %v", c.NotAfter.Sub(c.NotBefore))
	case now.Before(c.NotBefore) || now.After(c.NotAfter):
		return errors.New("it is not valid now")
	}
	return nil
}
