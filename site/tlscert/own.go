package tlscert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Lives of the own certificates. Browsers accept at most 398 days from a leaf.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	siteLife      = 90 * 24 * time.Hour
	renewBefore   = 30 * 24 * time.Hour
	// backdate covers browsers whose clock is slow.
	backdate = time.Hour
)

// Own is a Source with an authority of its own, kept in a folder:
//
//	ca.pem, ca.key       the authority, to be trusted by browsers and scripts
//	site.pem, site.key   the certificate for the hosts, renewed 30 days before its end
type Own struct {
	dir   string
	hosts []string
	now   func() time.Time

	mu      sync.Mutex
	current *tls.Certificate // its Leaf is set
}

var _ Source = (*Own)(nil)

// OpenOwn returns the Source kept in dir, which is made if it does not exist.
// hosts are names and addresses; localhost and the loopback addresses are
// added to them. now is usually time.Now.
func OpenOwn(dir string, hosts []string, now func() time.Time) (*Own, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the certificates: %w", err)
	}
	all := append(slices.Clone(hosts), "localhost", "127.0.0.1", "::1")
	slices.Sort(all)
	o := &Own{dir: dir, hosts: slices.Compact(all), now: now}
	_, err := o.Get(nil)
	return o, err
}

// CAFile is the path of the authority's certificate.
func (o *Own) CAFile() string { return filepath.Join(o.dir, "ca.pem") }

// Get implements Source. It renews the certificate when its end is near; if
// that fails the old one is used as long as it is valid.
func (o *Own) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.freshLocked() {
		return o.current, nil
	}
	pair, err := o.loadOrIssue()
	if err != nil && o.current != nil && o.now().Before(o.current.Leaf.NotAfter) {
		slog.Error("the web certificate could not be renewed", "error", err, "valid_until", o.current.Leaf.NotAfter)
		return o.current, nil
	}
	if err != nil {
		return nil, err
	}
	o.current = pair
	return pair, nil
}

func (o *Own) freshLocked() bool { return o.current != nil && o.fresh(o.current.Leaf) }

func (o *Own) fresh(c *x509.Certificate) bool {
	now := o.now()
	return now.After(c.NotBefore) && now.Add(renewBefore).Before(c.NotAfter)
}

func (o *Own) loadOrIssue() (*tls.Certificate, error) {
	ca, err := o.authority()
	if err != nil {
		return nil, err
	}
	pair, err := load(o.dir, "site")
	if err != nil || !o.fresh(pair.Leaf) || !o.covers(pair.Leaf, ca) {
		pair, err = o.issue(ca)
	}
	if err != nil {
		return nil, err
	}
	// The authority is shown as well, so that a person who compares its
	// fingerprint once can trust every certificate that follows.
	pair.Certificate = append(pair.Certificate, ca.Leaf.Raw)
	return pair, nil
}

// covers reports whether c is from ca and for all hosts.
func (o *Own) covers(c *x509.Certificate, ca *tls.Certificate) bool {
	for _, host := range o.hosts {
		if c.VerifyHostname(host) != nil {
			return false
		}
	}
	return c.CheckSignatureFrom(ca.Leaf) == nil
}

// authority returns the own authority, which is made when there is none or when
// it would end before a certificate that it signs now. People trust it by hand,
// so it is never replaced for any other reason.
func (o *Own) authority() (*tls.Certificate, error) {
	ca, err := load(o.dir, "ca")
	if err == nil && o.now().Add(siteLife).Before(ca.Leaf.NotAfter) {
		return ca, nil
	}
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("read the site's certificate authority: %w", err)
	}
	t := template(o.now(), authorityLife, "Jump site authority")
	t.IsCA, t.BasicConstraintsValid, t.MaxPathLenZero = true, true, true
	t.KeyUsage = x509.KeyUsageCertSign
	return o.sign("ca", t, nil)
}

func (o *Own) issue(ca *tls.Certificate) (*tls.Certificate, error) {
	t := template(o.now(), siteLife, o.hosts[0])
	t.KeyUsage = x509.KeyUsageDigitalSignature
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range o.hosts {
		if ip := net.ParseIP(host); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, host)
		}
	}
	return o.sign("site", t, ca)
}

// sign makes a key and a certificate from ca, or from itself if ca is nil, and
// keeps both under name.
func (o *Own) sign(name string, t *x509.Certificate, ca *tls.Certificate) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	parent, signer := t, any(key)
	if ca != nil {
		parent, signer = ca.Leaf, ca.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("sign certificate %q: %w", name, err)
	}
	return save(o.dir, name, der, key)
}

func template(now time.Time, life time.Duration, name string) *x509.Certificate {
	serial := make([]byte, 16)
	rand.Read(serial)
	serial[0] &= 0x7F // RFC 5280 section 4.1.2.2: positive, at most 20 octets
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-backdate), NotAfter: now.Add(life),
	}
}
