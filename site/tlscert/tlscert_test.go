package tlscert

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// clock is a time that a test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func openOwn(t *testing.T, dir string, c *clock, hosts ...string) *Own {
	t.Helper()
	o, err := OpenOwn(dir, hosts, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func get(t *testing.T, s Source) *tls.Certificate {
	t.Helper()
	c, err := s.Get(nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// verify checks a certificate as a browser does that trusts the authority.
func verify(t *testing.T, o *Own, c *tls.Certificate, host string) error {
	t.Helper()
	pem, err := os.ReadFile(o.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	_, err = c.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, CurrentTime: o.now()})
	return err
}

func TestOwn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	o := openOwn(t, dir, &clock{noon}, "support.example.com", "192.0.2.7")
	c := get(t, o)
	for host, want := range map[string]bool{
		"support.example.com": true, "192.0.2.7": true, "localhost": true, "127.0.0.1": true, "::1": true,
		"example.com": false, "192.0.2.8": false,
	} {
		if err := verify(t, o, c, host); (err == nil) != want {
			t.Errorf("for %s: %v", host, err)
		}
	}
	if c.Leaf.IsCA || c.Leaf.NotAfter.Sub(c.Leaf.NotBefore) > 398*24*time.Hour {
		t.Errorf("no browser takes this leaf: %v to %v", c.Leaf.NotBefore, c.Leaf.NotAfter)
	}
	again := openOwn(t, dir, &clock{noon.Add(time.Hour)}, "support.example.com", "192.0.2.7")
	if !bytes.Equal(get(t, again).Certificate[0], c.Certificate[0]) {
		t.Error("another certificate after a restart")
	}
}

// TestRenewal: a site that runs for eleven years always has a valid
// certificate, and keeps its authority as long as that can sign one.
func TestRenewal(t *testing.T) {
	now := &clock{noon}
	o := openOwn(t, t.TempDir(), now, "example.com")
	leaves, authorities := map[string]bool{}, map[string]bool{}
	for ; now.Before(noon.AddDate(11, 0, 0)); now.Time = now.AddDate(0, 0, 10) {
		c := get(t, o)
		if err := verify(t, o, c, "example.com"); err != nil {
			t.Fatalf("%v: %v", now, err)
		}
		leaves[c.Leaf.SerialNumber.String()], authorities[string(c.Leaf.RawIssuer)+string(c.Leaf.AuthorityKeyId)] = true, true
	}
	if len(leaves) < 11*4 || len(authorities) != 2 {
		t.Errorf("%d certificates of %d authorities", len(leaves), len(authorities))
	}
}

func TestOtherHosts(t *testing.T) {
	dir := t.TempDir()
	before := get(t, openOwn(t, dir, &clock{noon}, "old.example.com"))
	o := openOwn(t, dir, &clock{noon}, "new.example.com")
	after := get(t, o)
	if err := verify(t, o, after, "new.example.com"); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(before.Leaf.AuthorityKeyId, after.Leaf.AuthorityKeyId) {
		t.Error("the authority, which people trust by hand, was replaced")
	}
}

func TestRenewalFails(t *testing.T) {
	now, dir := &clock{noon}, t.TempDir()
	o := openOwn(t, dir, now, "example.com")
	c := get(t, o)
	for _, name := range []string{"ca.pem", "site.pem"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("damaged"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	now.Time = noon.Add(siteLife - renewBefore/2)
	if got := get(t, o); got != c {
		t.Error("a valid certificate was given up")
	}
	now.Time = noon.Add(siteLife + time.Hour)
	if _, err := o.Get(nil); err == nil {
		t.Error("an expired certificate is given out")
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	openOwn(t, dir, &clock{time.Now()}, "example.com")
	f := &Files{CertFile: filepath.Join(dir, "site.pem"), KeyFile: filepath.Join(dir, "site.key")}
	first := get(t, f)
	now := &clock{time.Now().Add(siteLife)}
	openOwn(t, dir, now, "example.com")
	if err := os.Chtimes(f.CertFile, now.Time, now.Time); err != nil {
		t.Fatal(err)
	}
	if get(t, f) != first {
		t.Error("the files were looked at again at once")
	}
	f.looked = f.looked.Add(-lookEvery)
	if get(t, f) == first {
		t.Error("changed files are not noticed")
	}
	if _, err := (&Files{CertFile: filepath.Join(dir, "none")}).Get(nil); err == nil {
		t.Error("a certificate that is not there")
	}
}
