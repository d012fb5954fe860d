package identity

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

// The validity of our certificates: from before any clock to "no well-defined
// expiration date" (RFC 5280 section 4.1.2.5). We look at neither; a middlebox
// or a tool that does shall find nothing to complain about.
var (
	notBefore = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	notAfter  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// Certificate wraps a key into a certificate signed by itself.
func Certificate(key ed25519.PrivateKey) (tls.Certificate, error) {
	return certificate(key, notBefore, notAfter)
}

func certificate(key ed25519.PrivateKey, from, to time.Time) (tls.Certificate, error) {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// PeerKey returns the key that the peer proved to own in a TLS 1.3 handshake,
// and looks at nothing else in its certificate.
func PeerKey(cs tls.ConnectionState) (ed25519.PublicKey, error) {
	if cs.Version < tls.VersionTLS13 {
		return nil, errors.New("the peer does not speak TLS 1.3")
	}
	if len(cs.PeerCertificates) != 1 {
		return nil, fmt.Errorf("the peer showed %d certificates, not 1", len(cs.PeerCertificates))
	}
	key, ok := cs.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("the peer's key is a %T, not an Ed25519 key", cs.PeerCertificates[0].PublicKey)
	}
	return key, nil
}

// Binding returns the 32 bytes that only the two ends of this TLS connection
// know, which an enrolment signs.
func Binding(cs tls.ConnectionState) ([]byte, error) {
	b, err := cs.ExportKeyingMaterial(wire.BindingLabel, nil, wire.BindingSize)
	if err != nil {
		return nil, fmt.Errorf("export the connection's binding: %w", err)
	}
	return b, nil
}

// Accept returns the TLS configuration of a site: TLS 1.3, any one Ed25519 key
// at the other end, no resumption (so that every connection proves both keys),
// and these application protocols.
func Accept(cert tls.Certificate, protocols ...string) *tls.Config {
	c := config(cert, protocols)
	c.ClientAuth = tls.RequireAnyClientCert
	c.VerifyConnection = func(cs tls.ConnectionState) error {
		_, err := PeerKey(cs)
		return err
	}
	return c
}

// AcceptOnly is Accept for an agent that listens: only the peer with that key
// gets in.
func AcceptOnly(cert tls.Certificate, peer wire.ID, protocols ...string) *tls.Config {
	c := config(cert, protocols)
	c.ClientAuth = tls.RequireAnyClientCert
	c.VerifyConnection = func(cs tls.ConnectionState) error {
		key, err := PeerKey(cs)
		if err != nil {
			return fmt.Errorf("%w: %w", transport.ErrWrongPeer, err)
		}
		if got := wire.IDOf(key); got != peer {
			return fmt.Errorf("%w: it is %v, not %v", transport.ErrWrongPeer, got, peer)
		}
		return nil
	}
	return c
}

// Dial returns the TLS configuration of an agent that talks to no other site
// than that of the pinned key. The handshake's error wraps
// transport.ErrWrongPeer if something else answers, and names that.
func Dial(cert tls.Certificate, site wire.ID, protocols ...string) *tls.Config {
	c := config(cert, protocols)
	c.InsecureSkipVerify = true // of names, dates and chains; VerifyConnection pins the key
	c.VerifyConnection = func(cs tls.ConnectionState) error {
		key, err := PeerKey(cs)
		if err != nil {
			return Stranger(cs, err)
		}
		if got := wire.IDOf(key); got != site {
			return fmt.Errorf("%w: the site is %v, not %v", transport.ErrWrongPeer, got, site)
		}
		return nil
	}
	return c
}

// Stranger names who has answered in the place of a site.
func Stranger(cs tls.ConnectionState, why error) *transport.Stranger {
	s := &transport.Stranger{Why: why}
	if cs.Version < tls.VersionTLS13 {
		s.Speaks = tls.VersionName(cs.Version)
	}
	if len(cs.PeerCertificates) > 0 {
		s.Subject, s.Issuer = cs.PeerCertificates[0].Subject.String(), cs.PeerCertificates[0].Issuer.String()
	}
	return s
}

func config(cert tls.Certificate, protocols []string) *tls.Config {
	return &tls.Config{
		Certificates:           []tls.Certificate{cert},
		MinVersion:             tls.VersionTLS13,
		NextProtos:             protocols,
		SessionTicketsDisabled: true,
	}
}
