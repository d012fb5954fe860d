package tls

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
)

// interceptor is something between that opens TLS, with a certificate that its
// own authority has issued for whatever is asked for.
type interceptor struct {
	config *tls.Config
	// first deals with a connection before TLS does, and reports whether that may.
	first func(n int32, c net.Conn) bool

	met    atomic.Int32 // connections
	shown  atomic.Int32 // certificates that clients have shown
	passed atomic.Int32 // handshakes that were completed
}

func newInterceptor(t *testing.T, newest uint16) *interceptor {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &interceptor{config: &tls.Config{Certificates: []tls.Certificate{issued(t, key, &key.PublicKey)}, ClientAuth: tls.RequestClientCert,
		MinVersion: tls.VersionTLS10, MaxVersion: newest}}
}

// issued makes a certificate by the interceptor's authority.
func issued(t *testing.T, key, public any) tls.Certificate {
	t.Helper()
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{"Corp Web Gateway"}}}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "site.example"}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, authority, public, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// listen returns where the interceptor is.
func (i *interceptor) listen(t *testing.T) net.Addr {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go i.serve(c)
		}
	}()
	return l.Addr()
}

func (i *interceptor) serve(c net.Conn) {
	defer c.Close()
	if n := i.met.Add(1); i.first != nil && !i.first(n, c) {
		return
	}
	secure := tls.Server(c, i.config)
	if secure.Handshake() == nil {
		i.passed.Add(1)
		io.Copy(io.Discard, secure)
	}
	i.shown.Add(int32(len(secure.ConnectionState().PeerCertificates)))
}

// closes is an interceptor that closes what it does not understand.
func closes(n int32, c net.Conn) bool {
	if n == 1 {
		c.Read(make([]byte, 4096))
	}
	return n > 1
}

// chooses is one that answers with its own version whatever it is offered.
func chooses(n int32, c net.Conn) bool {
	if n > 1 {
		return true
	}
	c.Read(make([]byte, 4096))
	hello := append([]byte{0x03, 0x03}, make([]byte, 32)...) // version, random
	hello = append(hello, 0, 0xc0, 0x2f, 0)                  // no session, a suite, no compression
	hello = append([]byte{2, 0, 0, byte(len(hello))}, hello...)
	c.Write(append([]byte{22, 3, 3, 0, byte(len(hello))}, hello...))
	c.Read(make([]byte, 4096))
	return false
}

// TestOldInterceptors: something between that speaks no TLS 1.3 is named, in
// whatever way it fails, and gets neither a key nor a word.
func TestOldInterceptors(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		newest uint16
		change func(*interceptor)
		speaks string
	}{
		{"refuses by an alert", tls.VersionTLS12, nil, "TLS 1.2"},
		{"closes", tls.VersionTLS12, func(i *interceptor) { i.first = closes }, "TLS 1.2"},
		{"chooses its version", tls.VersionTLS12, func(i *interceptor) { i.first = chooses }, "TLS 1.2"},
		{"is very old", tls.VersionTLS10, func(i *interceptor) {
			i.config.Certificates = []tls.Certificate{issued(t, rsaKey, &rsaKey.PublicKey)}
			i.config.CipherSuites = []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}
		}, "TLS 1.0"},
	} {
		i := newInterceptor(t, c.newest)
		if c.change != nil {
			c.change(i)
		}
		at := i.listen(t)
		for name, through := range map[string]Connect{"directly": nil, "through a proxy": new(net.Dialer).DialContext} {
			i.met.Store(0)
			_, err := newDialer(t, at, func(c *Config) { c.Through = through }).Dial(t.Context())
			var s *transport.Stranger
			if !errors.Is(err, transport.ErrWrongPeer) || !errors.As(err, &s) || s.Speaks != c.speaks || s.Issuer != "O=Corp Web Gateway" || s.Subject != "CN=site.example" {
				t.Errorf("%s, %s: %v", c.name, name, err)
			} else if text := err.Error(); !strings.Contains(text, "answers with "+c.speaks) || !strings.Contains(text, "issued by \"O=Corp Web Gateway\"") {
				t.Errorf("%s, %s: %s", c.name, name, text)
			}
		}
		if i.shown.Load() != 0 || i.passed.Load() != 0 {
			t.Errorf("%s: it has seen %d certificates and completed %d handshakes", c.name, i.shown.Load(), i.passed.Load())
		}
	}
}

// TestClosedBySite: a site that closes connections because it has a lot to do is
// no stranger, and is not asked twice because of it.
func TestClosedBySite(t *testing.T) {
	site := newInterceptor(t, tls.VersionTLS13)
	site.first = func(n int32, c net.Conn) bool { return n == 2 || closes(1, c) }
	d := newDialer(t, site.listen(t), nil)
	for range 2 {
		if _, err := d.Dial(t.Context()); err == nil || errors.Is(err, transport.ErrWrongPeer) {
			t.Error(err)
		}
	}
	if n := site.met.Load(); n != 3 {
		t.Errorf("%d connections for two dials and one look", n)
	}
	var c curiosity
	now := time.Now()
	for _, step := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {lookPause - 1, false}, {lookPause, true}, {lookPause + 1, false}} {
		if got := c.wants(io.EOF, now.Add(step.after)); got != step.want {
			t.Errorf("after %v: %v", step.after, got)
		}
	}
}

// TestMuteStranger: a stranger that says nothing more holds a dial up for 5
// seconds, and what is known of it stays known.
func TestMuteStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		d := newDialer(t, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}, func(c *Config) {
			c.Connect = func(context.Context, string, string) (net.Conn, error) {
				here, there := net.Pipe()
				if n++; n == 1 {
					go func() {
						there.Read(make([]byte, 4096))
						there.Write([]byte{21, 3, 3, 0, 2, 2, byte(protocolVersion)})
						there.Close()
					}()
				} else {
					go io.Copy(io.Discard, there)
				}
				return here, nil
			}
		})
		start := time.Now()
		_, err := d.Dial(t.Context())
		if took := time.Since(start); took != lookTime || !errors.Is(err, transport.ErrWrongPeer) || !strings.Contains(err.Error(), "TLS 1.3 as a site does") {
			t.Errorf("after %v: %v", took, err)
		}
	})
}
