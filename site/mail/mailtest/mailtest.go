// Package mailtest runs a real SMTP server for tests: aiosmtpd, a program of its
// own, which scripts/setup installs.
//
// It is no double: it speaks SMTP with TLS and passwords as its authors read the
// RFCs, not as we do.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

//go:embed server.py
var program string

// python is Debian's, which has aiosmtpd; another one of the user's may not.
const python = "/usr/bin/python3"

// Options say what kind of server to run. It refuses recipients that begin with
// "refused", and hangs up at those that begin with "hangup".
type Options struct {
	Security       string // none, starttls, tls
	Mechanism      string // PLAIN or LOGIN; empty: it takes letters from anybody
	User, Password string
}

// Letter is what the server took.
type Letter struct {
	From    string   `json:"from"`
	To      []string `json:"to"`
	Data    string   `json:"data"`    // with its header
	User    string   `json:"user"`    // who signed in
	Greeted string   `json:"greeted"` // the name of who sent it
}

// Server is a running server on the loopback interface.
type Server struct {
	Port  int
	Roots *x509.CertPool // who vouches for its certificate, which is for 127.0.0.1
	lines *bufio.Scanner
}

// Start runs a server until the test ends. Where there is no aiosmtpd the test
// is skipped.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	if err := exec.Command(python, "-c", "import aiosmtpd").Run(); err != nil {
		t.Skipf("there is no aiosmtpd, which scripts/setup test installs: %v", err)
	}
	if o.Mechanism == "" {
		o.Mechanism = "-"
	}
	s := &Server{}
	cert, key := s.certificate(t)
	cmd := exec.Command(python, "-c", program, o.Security, o.Mechanism, cert, key, o.User, o.Password)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, cmd, in) })
	s.lines = bufio.NewScanner(out)
	s.lines.Buffer(nil, 1<<20)
	s.lines.Scan()
	if s.Port, err = strconv.Atoi(s.lines.Text()); err != nil {
		t.Fatalf("the SMTP server does not say its port: %v", err)
	}
	return s
}

func stop(t testing.TB, cmd *exec.Cmd, in io.Closer) {
	kill := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
	defer kill.Stop()
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Logf("the SMTP server ended with %v", err)
	}
}

// Next returns the next letter that the server took, and waits for it.
func (s *Server) Next(t testing.TB) Letter {
	t.Helper()
	var l Letter
	if !s.lines.Scan() {
		t.Fatalf("the SMTP server took no letter: %v", s.lines.Err())
	}
	if err := json.Unmarshal(s.lines.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	l.Data = strings.ReplaceAll(l.Data, "\r\n", "\n")
	return l
}

// certificate makes a certificate of the server's own and returns the paths of
// it and its key.
func (s *Server) certificate(t testing.TB) (cert, key string) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.Roots = x509.NewCertPool()
	s.Roots.AppendCertsFromPEM(text)
	for path, b := range map[string][]byte{cert: text, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
