package apiclient

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// Trust returns a TLS configuration that believes the certificates in caPEM
// and no others. For nil it is nil, which means the system's.
func Trust(caPEM []byte) (*tls.Config, error) {
	if caPEM == nil {
		return nil, nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(caPEM) {
		return nil, errors.New("there is no certificate in the CA file: PEM is expected")
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// Anchor asks a site for its certificates, believes nothing, and returns the
// last one: that of the site's own authority, if it shows it. It is worth
// something only after a person compared its Fingerprint.
func Anchor(ctx context.Context, site string) (*x509.Certificate, error) {
	u, err := ParseURL(site)
	if err != nil {
		return nil, err
	}
	d := tls.Dialer{
		NetDialer: &net.Dialer{Timeout: 15 * time.Second},
		// Nothing is said on this connection; it is for looking only.
		Config: &tls.Config{InsecureSkipVerify: true, ServerName: u.Hostname()},
	}
	conn, err := d.DialContext(ctx, "tcp", address(u))
	if err != nil {
		return nil, fmt.Errorf("reach %s: %w", u, err)
	}
	defer conn.Close()
	chain := conn.(*tls.Conn).ConnectionState().PeerCertificates
	return chain[len(chain)-1], nil
}

func address(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), "443")
}

// Fingerprint returns the SHA-256 of a certificate as "sha256:" and 64
// hexadecimal digits, as `openssl x509 -fingerprint -sha256` has them but for
// the colons.
func Fingerprint(c *x509.Certificate) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(c.Raw)) }

// SameFingerprint compares what a person typed with Fingerprint, however it is
// spelled.
func SameFingerprint(c *x509.Certificate, typed string) bool {
	typed = strings.ToLower(strings.ReplaceAll(typed, ":", ""))
	return strings.TrimPrefix(typed, "sha256") == strings.TrimPrefix(Fingerprint(c), "sha256:")
}

// PEM returns a certificate in the form that Trust reads.
func PEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// IsUntrusted reports whether err says that a site's certificate comes from
// nobody who is believed.
func IsUntrusted(err error) bool {
	_, ok := errors.AsType[x509.UnknownAuthorityError](err)
	return ok
}

// IsWrongCertificate reports whether err says that a site's certificate will
// not do, for whatever reason.
func IsWrongCertificate(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}
