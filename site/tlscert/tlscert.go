// Package tlscert keeps the certificate that browsers and scripts see: either
// one that the administrator supplies as files, or one from an authority of the
// site's own, renewed in time while the site runs.
//
// It is not the identity of the site: Jump Clients pin the site's Ed25519 key
// (package jump/transport/quic) and never look at these certificates.
package tlscert

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// Source gives out the certificate for a handshake. Get is for
// tls.Config.GetCertificate.
type Source interface {
	Get(*tls.ClientHelloInfo) (*tls.Certificate, error)
}

// Files is a Source that reads a certificate and key which somebody else
// renews, e.g. an ACME client. It looks for changed files at most once a
// minute.
type Files struct {
	CertFile, KeyFile string

	mu      sync.Mutex
	looked  time.Time
	changed time.Time // of CertFile when current was read
	current *tls.Certificate
}

var _ Source = (*Files)(nil)

const lookEvery = time.Minute

// Get implements Source. If the changed files cannot be read the old
// certificate is used on.
func (f *Files) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current != nil && time.Since(f.looked) < lookEvery {
		return f.current, nil
	}
	f.looked = time.Now()
	if err := f.readLocked(); err != nil && f.current == nil {
		return nil, err
	}
	return f.current, nil
}

func (f *Files) readLocked() error {
	stat, err := os.Stat(f.CertFile)
	if err != nil {
		return fmt.Errorf("read the web certificate: %w", err)
	}
	if f.current != nil && stat.ModTime().Equal(f.changed) {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(f.CertFile, f.KeyFile)
	if err != nil {
		return fmt.Errorf("read the web certificate: %w", err)
	}
	f.current, f.changed = &pair, stat.ModTime()
	return nil
}
