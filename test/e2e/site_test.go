//go:build linux

package e2e

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
)

// site is a running jumpsite with one administrator.
type site struct {
	t      testing.TB
	dir    string
	listen string
	url    string
	flags  []string // of jumpsite serve, besides those every site needs
	proc   *process
	env    []string // JUMP_SITE, JUMP_TOKEN, JUMP_CA of the administrator
}

const (
	adminName     = "admin"
	adminPassword = "correct horse battery staple"
)

func newSite(t testing.TB, flags ...string) *site {
	t.Helper()
	return newSiteOn(t, "127.0.0.1", flags...)
}

// newSiteOn starts a site that listens on a host, and is known by it.
func newSiteOn(t testing.TB, host string, flags ...string) *site {
	t.Helper()
	listen := fmt.Sprintf("%s:%d", host, freePort(t))
	s := &site{t: t, dir: t.TempDir(), listen: listen, url: "https://" + listen, flags: flags}
	s.start()
	must(t, adminPassword+"\n", nil, program("jumpsite"), "user", "add", adminName, "--role", "admin", "--password-stdin", "--data", s.dir)
	s.env = s.as(adminName)
	return s
}

// freePort returns a port that is free for UDP and TCP.
func freePort(t testing.TB) int {
	t.Helper()
	for range 20 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := tcp.Addr().(*net.TCPAddr).Port
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		tcp.Close()
		if err == nil {
			udp.Close()
			return port
		}
	}
	t.Fatal("no port is free for both UDP and TCP")
	return 0
}

// start runs the site and waits until it answers.
func (s *site) start() {
	s.t.Helper()
	args := append([]string{"serve", "--data", s.dir, "--listen", s.listen, "--url", s.url}, s.flags...)
	s.proc = start(s.t, exec.Command(program("jumpsite"), args...))
	testwait.Eventually(s.t, "the site answers", func() error {
		resp, err := s.client()
		if err != nil {
			return err
		}
		r, err := resp.Get(s.url + "/healthz")
		if err != nil {
			return err
		}
		return r.Body.Close()
	})
}

func (s *site) caFile() string { return filepath.Join(s.dir, "tls", "ca.pem") }

// client returns an HTTP client that trusts the site's own authority alone.
func (s *site) client() (*http.Client, error) {
	pem, err := os.ReadFile(s.caFile())
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return &http.Client{Timeout: patience, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}, nil
}

// spki returns the hash by which Chromium is told to accept the site.
func (s *site) spki() string {
	s.t.Helper()
	conn, err := tls.Dial("tcp", s.listen, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	sum := sha256.Sum256(conn.ConnectionState().PeerCertificates[0].RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// as makes a token for an account and returns the environment for jump.
func (s *site) as(user string) []string {
	s.t.Helper()
	out := must(s.t, "", nil, program("jumpsite"), "token", "create", "--user", user, "--data", s.dir)
	i := strings.Index(out, "jump_")
	if i < 0 {
		s.t.Fatalf("no token in %q", out)
	}
	return []string{"JUMP_SITE=" + s.url, "JUMP_TOKEN=" + strings.Fields(out[i:])[0], "JUMP_CA=" + s.caFile()}
}

// jump runs the command line as the administrator.
func (s *site) jump(args ...string) string {
	s.t.Helper()
	return must(s.t, "", s.env, program("jump"), args...)
}

// begin starts the command line as the administrator and does not wait for it.
func (s *site) begin(args ...string) *process {
	s.t.Helper()
	cmd := exec.Command(program("jump"), args...)
	cmd.Env = append(os.Environ(), s.env...)
	return start(s.t, cmd)
}

// keyInfo makes a deployment key.
func (s *site) keyInfo(args ...string) (uid, keyInfo string) {
	s.t.Helper()
	var key struct {
		UID     string `json:"uid"`
		KeyInfo string `json:"key_info"`
	}
	s.read(&key, append([]string{"installer", "create", "--json"}, args...)...)
	return key.UID, key.KeyInfo
}

// read runs jump and reads the JSON that it prints.
func (s *site) read(into any, args ...string) {
	s.t.Helper()
	out := s.jump(args...)
	if err := json.Unmarshal([]byte(out), into); err != nil {
		s.t.Fatalf("jump %s: %v in %q", strings.Join(args, " "), err, out)
	}
}

// client is what the tests read of a client.
type client struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Status   string   `json:"status"`
	Channels []string `json:"channels"`
	Tag      string   `json:"tag"`
}

// clients lists all.
func (s *site) clients() []client {
	s.t.Helper()
	var all []client
	s.read(&all, "list", "--json")
	return all
}

// online waits until a client of this name is online.
func (s *site) online(name string) client {
	s.t.Helper()
	var found client
	testwait.Eventually(s.t, name+" is online", func() error {
		for _, c := range s.clients() {
			if found = c; c.Name == name && c.Status == "online" {
				return nil
			}
		}
		return fmt.Errorf("the clients are %+v", s.clients())
	})
	return found
}

// enrol starts a client with a name in dir. env may set DISPLAY. The shells that
// it opens read nobody's start files.
func enrol(t testing.TB, dir, keyInfo, name string, env ...string) *process {
	t.Helper()
	cmd := exec.Command(program("jumpclient"), "run", "--dir", dir, "--key-info", keyInfo, "--jc-name", name)
	cmd.Env = append(append(withoutDisplay(os.Environ()), "HOME="+t.TempDir()), env...)
	return start(t, cmd)
}

func withoutDisplay(env []string) []string {
	var out []string
	for _, e := range env {
		if !strings.HasPrefix(e, "DISPLAY=") && !strings.HasPrefix(e, "WAYLAND_DISPLAY=") {
			out = append(out, e)
		}
	}
	return out
}
