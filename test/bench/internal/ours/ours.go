// Package ours runs the product for the benchmark: a site, a client that shows
// the stage, and a viewer that speaks what a browser speaks.
//
// It is not the command line `jump`, whose parts are its own, and it measures
// nothing: it hands out pictures, counts and the client's process.
package ours

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// patience is how long a program may take to be ready.
const patience = 30 * time.Second

// The account of the representative.
const (
	UserName = "bench"
	Password = "measure measure measure"
)

// System is a running site with one client.
type System struct {
	url    string
	token  string
	http   *http.Client
	folder string
	site   *exec.Cmd
	agent  *exec.Cmd
	client string // its id
}

// Options say how to run it.
type Options struct {
	Programs string // the folder with jumpsite and jumpclient
	Display  string // that the client shows
	Port     int    // of the site, on 127.0.0.1
	Far      int    // the port by which the client reaches the site: Port, or that of a slower line
}

// Start runs the site and the client and waits until the client is online.
func Start(o Options) (*System, error) {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	s := &System{folder: folder, url: fmt.Sprintf("https://127.0.0.1:%d", o.Port)}
	if err := s.start(o); err != nil {
		s.Close()
		return nil, fmt.Errorf("start the product: %w", err)
	}
	return s, nil
}

func (s *System) start(o Options) error {
	data := filepath.Join(s.folder, "site")
	jumpsite, jumpclient := filepath.Join(o.Programs, "jumpsite"), filepath.Join(o.Programs, "jumpclient")
	s.site = exec.Command(jumpsite, "serve", "--data", data, "--listen", fmt.Sprintf("127.0.0.1:%d", o.Port), "--url", fmt.Sprintf("https://127.0.0.1:%d", o.Far))
	if err := s.site.Start(); err != nil {
		return err
	}
	if err := s.trust(filepath.Join(data, "tls", "ca.pem")); err != nil {
		return err
	}
	if _, err := output(Password+"\n", jumpsite, "user", "add", UserName, "--role", "admin", "--password-stdin", "--data", data); err != nil {
		return err
	}
	text, err := output("", jumpsite, "token", "create", "--user", UserName, "--data", data)
	if err != nil {
		return err
	}
	for word := range strings.FieldsSeq(text) {
		if strings.HasPrefix(word, "jump_") {
			s.token = word
		}
	}
	var key struct {
		KeyInfo string `json:"key_info"`
	}
	if err := s.call(http.MethodPost, "installers", map[string]string{}, &key); err != nil {
		return err
	}
	s.agent = exec.Command(jumpclient, "run", "--dir", filepath.Join(s.folder, "client"), "--jc-name", "stage")
	s.agent.Env = append(os.Environ(), "JUMP_KEY_INFO="+key.KeyInfo, "DISPLAY="+o.Display)
	if err := s.agent.Start(); err != nil {
		return err
	}
	return await(s.online)
}

// trust waits for the site and takes its own authority for the one to trust.
func (s *System) trust(file string) error {
	return await(func() error {
		pem, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		s.http = &http.Client{Timeout: patience, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
		answer, err := s.http.Get(s.url + "/healthz")
		if err != nil {
			return err
		}
		return answer.Body.Close()
	})
}

func (s *System) online() error {
	var list struct {
		Items []struct{ ID, Status string }
	}
	if err := s.call(http.MethodGet, "clients", nil, &list); err != nil {
		return err
	}
	for _, c := range list.Items {
		if c.Status == "online" {
			s.client = c.ID
			return nil
		}
	}
	return errors.New("no client is online")
}

// URL is the site's.
func (s *System) URL() string { return s.url }

// Process is the client's.
func (s *System) Process() int { return s.agent.Process.Pid }

// SiteProcess is the site's.
func (s *System) SiteProcess() int { return s.site.Process.Pid }

// Close ends both programs.
func (s *System) Close() {
	for _, c := range []*exec.Cmd{s.agent, s.site} {
		if c != nil {
			stop(c)
		}
	}
	os.RemoveAll(s.folder)
}

// call asks the site's API.
func (s *System) call(method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(context.Background(), method, s.url+"/api/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+s.token)
	answer, err := s.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, text)
	}
	return json.Unmarshal(text, out)
}

// output runs a program and returns what it prints.
func output(stdin, program string, args ...string) (string, error) {
	c := exec.Command(program, args...)
	c.Stdin = strings.NewReader(stdin)
	out, err := c.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", filepath.Base(program), args[0], err, out)
	}
	return string(out), nil
}

// await tries until it works.
func await(try func() error) error {
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err := try()
		if err == nil || time.Now().After(end) {
			return err
		}
	}
}
