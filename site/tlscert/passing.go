package tlscert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"sync"
	"time"
)

// Lives of passing certificates. A browser accepts at most 14 days from one that
// it is told the hash of (W3C WebTransport, "custom certificate requirements").
const (
	passingLife  = 12 * 24 * time.Hour // after it was made; with the backdate 13 days
	passingSlow  = 24 * time.Hour      // by how much a browser's clock may be slow
	passingRenew = 6 * 24 * time.Hour  // after so long another takes its place
	// passingKnown is for how long a successor is announced before it is shown:
	// longer than a page takes from hearing of hashes to its handshake.
	passingKnown = time.Hour
)

// Passing is a Source of short-lived certificates, each signed by itself and kept
// in memory only, for browsers that were told their hashes by the site. Names and
// authorities mean nothing to those.
//
// The certificate in use is the first of line. One that is to follow is made and
// announced passingKnown before that, so that no page ever knows only hashes that
// are not shown any more. A clock that jumps out of a certificate's life, in either
// direction, makes a new one at once.
type Passing struct {
	now func() time.Time

	mu   sync.Mutex
	line []passing // at most two
}

type passing struct {
	cert *tls.Certificate // its Leaf is set
	made time.Time
	hash [sha256.Size]byte // of the certificate
}

var _ Source = (*Passing)(nil)

// NewPassing returns a Source. now is usually time.Now.
func NewPassing(now func() time.Time) *Passing { return &Passing{now: now} }

// Get implements Source.
func (p *Passing) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.moveLocked(p.now().Round(0)); err != nil {
		return nil, err
	}
	return p.line[0].cert, nil
}

// Hashes returns the SHA-256 of the certificate in use and of the one that is to
// follow soon, if there is one.
func (p *Passing) Hashes() ([][]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.moveLocked(p.now().Round(0)); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, x := range p.line {
		hashes = append(hashes, x.hash[:])
	}
	return hashes, nil
}

// moveLocked makes line what it is at a time. A successor that cannot be made is
// tried again next time, while the present one lives.
func (p *Passing) moveLocked(now time.Time) error {
	if len(p.line) == 2 && !now.Before(p.line[1].made.Add(passingKnown)) {
		p.line = p.line[1:]
	}
	if len(p.line) == 0 || !p.line[0].fits(now) {
		first, err := makePassing(now)
		if err != nil {
			return err
		}
		p.line = []passing{first}
	}
	if len(p.line) == 1 && !now.Before(p.line[0].made.Add(passingRenew)) {
		if second, err := makePassing(now); err == nil {
			p.line = append(p.line, second)
		}
	}
	return nil
}

// fits reports whether a browser whose clock is right accepts it, and one whose
// clock is a day fast, too.
func (x passing) fits(now time.Time) bool {
	return !now.Before(x.made.Add(-passingSlow)) && now.Before(x.made.Add(passingLife-passingSlow))
}

func makePassing(now time.Time) (passing, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return passing{}, fmt.Errorf("make a key: %w", err)
	}
	t := template(now, passingLife, "Jump WebTransport")
	t.NotBefore = now.Add(-passingSlow)
	t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return passing{}, fmt.Errorf("sign a passing certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return passing{}, fmt.Errorf("read a passing certificate: %w", err)
	}
	cert := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
	return passing{cert, now, sha256.Sum256(der)}, nil
}
