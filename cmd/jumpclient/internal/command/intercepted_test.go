package command

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"jump/agent/config"
	"jump/cmd/jumpclient/internal/doctor"
	"jump/installer/stamp"
	"jump/transport/transporttest"
)

// intercept answers on a port as a gateway that opens TLS and speaks nothing newer
// than a version.
func intercept(t *testing.T, newest uint16) *net.TCPAddr {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{"Corp Web Gateway"}}}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(2)}, authority, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{MaxVersion: newest, NextProtos: []string{"jump/1"},
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
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
			go func() {
				defer c.Close()
				c.Read(make([]byte, 1)) // does the handshake
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr)
}

// TestInterceptorIsNamed: doctor says in plain words that something is between.
func TestInterceptorIsNamed(t *testing.T) {
	for newest, want := range map[uint16]string{
		tls.VersionTLS12: `it answers with TLS 1.2 (certificate issued by "O=Corp Web Gateway")`,
		tls.VersionTLS13: `it answers with TLS 1.3 (certificate issued by "O=Corp Web Gateway")`,
	} {
		at := intercept(t, newest)
		key, err := stamp.New(transporttest.ID("site"), "127.0.0.1", uint16(at.Port))
		if err != nil {
			t.Fatal(err)
		}
		dir := config.At(t.TempDir())
		if err := dir.Make(); err != nil {
			t.Fatal(err)
		}
		if err := dir.SaveConfig(config.Config{KeyInfo: key.String(), Proxy: "none"}); err != nil {
			t.Fatal(err)
		}
		ways := waysToLookAt()
		ways.UDP = ways.TCP // nobody is there over UDP, which takes its time to find out
		said := map[string]doctor.Finding{}
		for _, f := range doctor.Examine(t.Context(), dir, ways, 10*time.Second) {
			said[f.Check] = f
		}
		if f := said["tcp"]; f.Level != doctor.LevelWrong || !strings.Contains(f.Text, want) || !strings.Contains(f.Text, "Something between") {
			t.Errorf("%+v, want %s", f, want)
		}
	}
}
