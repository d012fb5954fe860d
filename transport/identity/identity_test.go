package identity

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jump/transport"
	"jump/transport/wire"
)

func newKey(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func id(key ed25519.PrivateKey) wire.ID { return wire.IDOf(key.Public().(ed25519.PublicKey)) }

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "identity.key")
	first, err := File(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := File(path)
	if err != nil || !second.Equal(first) {
		t.Errorf("another key at the second reading: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	other, err := File(filepath.Join(t.TempDir(), "identity.key"))
	if err != nil || other.Equal(first) {
		t.Errorf("two files, one key: %v", err)
	}
}

// TestDamagedFile: whatever is in the file, it is never replaced.
func TestDamagedFile(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	p256 := string(pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der}))
	for name, content := range map[string]string{
		"empty":       "",
		"text":        "hello",
		"huge":        strings.Repeat("x", 1<<20),
		"not pkcs8":   "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		"other type":  strings.ReplaceAll(p256, "PRIVATE KEY", "EC PRIVATE KEY"),
		"other curve": p256,
		"two keys":    p256 + p256,
	} {
		path := filepath.Join(t.TempDir(), "identity.key")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := File(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", name, err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != content {
			t.Errorf("%s: the file was changed, %v", name, err)
		}
	}
}

// TestPins: keys decide, and dates and clocks never do.
func TestPins(t *testing.T) {
	site, agent := newKey(t), newKey(t)
	now := time.Now()
	ago, ahead := now.AddDate(-10, 0, 0), now.AddDate(10, 0, 0)
	for _, c := range []struct {
		name                  string
		siteFrom, siteTo      time.Time
		agentFrom, agentTo    time.Time
		siteClock, agentClock time.Time
		pin                   wire.ID
		want                  error
	}{
		{"as made", notBefore, notAfter, notBefore, notAfter, now, now, id(site), nil},
		{"expired ten years ago", ago.AddDate(-1, 0, 0), ago, ago.AddDate(-1, 0, 0), ago, now, now, id(site), nil},
		{"valid in ten years", ahead, ahead.AddDate(1, 0, 0), ahead, ahead.AddDate(1, 0, 0), now, now, id(site), nil},
		{"the agent's clock is behind", now, now, now, now, now, ago, id(site), nil},
		{"the agent's clock is ahead", now, now, now, now, now, ahead, id(site), nil},
		{"the site's clock is behind", now, now, now, now, ago, now, id(site), nil},
		{"the site's clock is ahead", now, now, now, now, ahead, now, id(site), nil},
		{"another pin", notBefore, notAfter, notBefore, notAfter, now, now, id(agent), transport.ErrWrongPeer},
		{"no pin", notBefore, notAfter, notBefore, notAfter, now, now, wire.ID{}, transport.ErrWrongPeer},
	} {
		sc := Accept(mustCert(t, site, c.siteFrom, c.siteTo), wire.ALPN)
		ac := Dial(mustCert(t, agent, c.agentFrom, c.agentTo), c.pin, wire.ALPN)
		sc.Time, ac.Time = func() time.Time { return c.siteClock }, func() time.Time { return c.agentClock }
		atSite, atAgent, _, err := shake(t, sc, ac)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if c.want == nil && err == nil {
			checkStates(t, c.name, atSite, atAgent, agent)
		}
	}
}

func checkStates(t *testing.T, name string, atSite, atAgent tls.ConnectionState, agent ed25519.PrivateKey) {
	t.Helper()
	if key, err := PeerKey(atSite); err != nil || !key.Equal(agent.Public()) {
		t.Errorf("%s: the site sees another key: %v", name, err)
	}
	a, err1 := Binding(atSite)
	b, err2 := Binding(atAgent)
	if err1 != nil || err2 != nil || len(a) != wire.BindingSize || string(a) != string(b) {
		t.Errorf("%s: bindings %x, %x, %v, %v", name, a, b, err1, err2)
	}
}

// TestStrangers: what is not one Ed25519 key in TLS 1.3 gets no tunnel.
func TestStrangers(t *testing.T) {
	site, agent := newKey(t), newKey(t)
	good := mustCert(t, agent, notBefore, notAfter)
	siteConfig := func() *tls.Config { return Accept(mustCert(t, site, notBefore, notAfter), wire.ALPN) }
	for name, change := range map[string]func(*tls.Config){
		"no certificate": func(c *tls.Config) { c.Certificates = nil },
		"two":            func(c *tls.Config) { c.Certificates[0].Certificate = append(good.Certificate, good.Certificate...) },
		"P-256":          func(c *tls.Config) { c.Certificates[0] = p256(t) },
		"TLS 1.2":        func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 },
		"other protocol": func(c *tls.Config) { c.NextProtos = []string{"h3"} },
	} {
		c := Dial(good, id(site), wire.ALPN)
		change(c)
		if _, _, err, _ := shake(t, siteConfig(), c); err == nil {
			t.Errorf("%s: the site accepts it", name)
		}
	}
	foreign := siteConfig()
	foreign.Certificates[0] = p256(t)
	if _, _, _, err := shake(t, foreign, Dial(good, id(site), wire.ALPN)); !errors.Is(err, transport.ErrWrongPeer) {
		t.Errorf("a site with a P-256 key: %v", err)
	}
}

func p256(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: notBefore, NotAfter: notAfter}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func mustCert(t *testing.T, key ed25519.PrivateKey, from, to time.Time) tls.Certificate {
	t.Helper()
	c, err := certificate(key, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shake does one handshake in memory and returns what each side has of it.
func shake(t *testing.T, site, agent *tls.Config) (atSite, atAgent tls.ConnectionState, siteErr, agentErr error) {
	t.Helper()
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	server, client := tls.Server(a, site), tls.Client(b, agent)
	done := make(chan error, 1)
	go func() {
		err := server.HandshakeContext(t.Context())
		done <- err
		server.Close()
	}()
	agentErr = client.HandshakeContext(t.Context())
	if agentErr == nil {
		client.Read(make([]byte, 1)) // in TLS 1.3 the site judges after the agent is done
	}
	b.Close()
	siteErr = <-done
	return server.ConnectionState(), client.ConnectionState(), siteErr, agentErr
}
