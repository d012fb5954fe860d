//go:build linux

package service

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jump/internal/testwait"
	"jump/platform/child"
)

// site is a running jumpsite with one administrator.
type site struct {
	t     *testing.T
	dir   string
	url   string
	token string
	http  *http.Client
}

// newSite starts a site that listens at one address, and ends it with the test.
func newSite(t *testing.T, address string) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), url: "https://" + address + ":8443"}
	cmd := exec.Command(program("jumpsite"), "serve", "--data", s.dir, "--listen", address+":8443", "--url", s.url)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	p, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Stop(20 * time.Second) // Err tells
		if err := p.Err(); err != nil || t.Failed() {
			t.Logf("jumpsite: %v: %s", err, said.String())
		}
	})
	testwait.Eventually(t, "the site answers", s.connect)
	add := exec.Command(program("jumpsite"), "user", "add", "admin", "--role", "admin", "--password-stdin", "--data", s.dir)
	add.Stdin = strings.NewReader("correct horse battery staple\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("add the administrator: %v: %s", err, out)
	}
	out := must(t, program("jumpsite"), "token", "create", "--user", "admin", "--data", s.dir)
	_, rest, _ := strings.Cut(out, "jump_")
	s.token = "jump_" + strings.Fields(rest + " ")[0]
	return s
}

func (s *site) caFile() string { return filepath.Join(s.dir, "tls", "ca.pem") }

// connect makes the HTTP client once the site has its certificate.
func (s *site) connect() error {
	pem, err := os.ReadFile(s.caFile())
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	s.http = &http.Client{Timeout: patience, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	r, err := s.http.Get(s.url + "/healthz")
	if err != nil {
		return err
	}
	return r.Body.Close()
}

// call makes one call of the API.
func (s *site) call(method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/api/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode > 299 {
		return fmt.Errorf("%s %s: %s", method, path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// command returns the command line as the administrator uses it.
func (s *site) command(args ...string) *exec.Cmd {
	cmd := exec.Command(program("jump"), args...)
	cmd.Env = append(os.Environ(), "JUMP_SITE="+s.url, "JUMP_TOKEN="+s.token, "JUMP_CA="+s.caFile())
	return cmd
}

// jump runs the command line and returns what it prints.
func (s *site) jump(args ...string) (string, error) {
	out, err := s.command(args...).CombinedOutput()
	return string(out), err
}

// keyInfo makes a deployment key.
func (s *site) keyInfo() string {
	s.t.Helper()
	var key struct {
		KeyInfo string `json:"key_info"`
	}
	out, err := s.jump("installer", "create", "--json")
	if err == nil {
		err = json.Unmarshal([]byte(out), &key)
	}
	if err != nil {
		s.t.Fatalf("make a key: %v: %s", err, out)
	}
	return key.KeyInfo
}

// client is what the tests read of a client.
type client struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Status      string `json:"status"`
	ConsoleUser string `json:"console_user"`
}

// find returns a client of this name that is in this state.
func (s *site) find(name, status string) (client, error) {
	var all []client
	out, err := s.jump("list", "--json")
	if err == nil {
		err = json.Unmarshal([]byte(out), &all)
	}
	for _, c := range all {
		if c.Name == name && c.Status == status {
			return c, nil
		}
	}
	return client{}, fmt.Errorf("%v: %s", err, out)
}

// await waits until a client of this name is in this state.
func (s *site) await(name, status string) (found client) {
	s.t.Helper()
	testwait.Eventually(s.t, name+" is "+status, func() (err error) {
		found, err = s.find(name, status)
		return err
	})
	return found
}
