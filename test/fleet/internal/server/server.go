// Package server runs the real jumpsite on the loopback for measurements, and
// reads from the system and from the program itself what it costs.
//
// It is no test helper for the API, and it opens no door into the site: the heap
// is what Go's own trace of collections says.
package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"jump/installer/stamp"
	"jump/platform/child"
)

// Site is a site with one administrator and one deployment key. One goroutine at
// a time may use it.
type Site struct {
	Key stamp.Key
	URL string

	programs, dir, listen string
	within                []string // words before every command, such as "ip netns exec NAME"
	env                   []string
	proc                  *child.Process
	cmd                   *exec.Cmd
	log                   *os.File
}

// Options say where a site runs.
type Options struct {
	Programs string   // folder of jumpsite and jump
	Data     string   // an empty folder
	Address  string   // IP address to listen on; empty: 127.0.0.1
	Within   []string // words before every command; nil: none
	Uses     int      // of the deployment key
}

const (
	startTime = 60 * time.Second
	stopTime  = 30 * time.Second
)

// New starts a site with nobody in it. Close must follow.
func New(ctx context.Context, o Options) (*Site, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1"
	}
	port := "8443" // free in a namespace of its own
	if o.Within == nil {
		var err error
		if port, err = freePort(o.Address); err != nil {
			return nil, err
		}
	}
	s := &Site{programs: o.Programs, dir: o.Data, within: o.Within, listen: net.JoinHostPort(o.Address, port)}
	s.URL = "https://" + s.listen
	var err error
	if s.log, err = os.Create(filepath.Join(s.dir, "log")); err != nil {
		return nil, err
	}
	if err := errors.Join(s.Start(ctx)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.prepare(ctx, o.Uses); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// freePort returns a port that is free for UDP and TCP.
func freePort(address string) (string, error) {
	for range 20 {
		tcp, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
		if err != nil {
			return "", err
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		tcp.Close()
		if err == nil {
			_, port, err := net.SplitHostPort(tcp.Addr().String())
			return port, errors.Join(err, udp.Close())
		}
	}
	return "", errors.New("no port is free for UDP and TCP")
}

// Start starts the site's program and waits until it answers.
func (s *Site) Start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	s.cmd = s.command(context.WithoutCancel(ctx), "jumpsite", "serve", "--data", s.data(), "--listen", s.listen, "--url", s.URL)
	s.cmd.Env = append(os.Environ(), "GODEBUG=gctrace=1")
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	var err error
	if s.proc, err = child.Start(s.cmd); err != nil {
		return err
	}
	for s.answers(ctx) != nil {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-s.proc.Done():
			return fmt.Errorf("jumpsite has ended: %s", s.LogTail())
		case <-ctx.Done():
			return fmt.Errorf("jumpsite does not answer: %s", s.LogTail())
		}
	}
	return nil
}

// answers asks as a browser would, by TCP alone; in a namespace of its own, the
// log says it.
func (s *Site) answers(ctx context.Context) error {
	if s.within != nil {
		if b, err := os.ReadFile(s.log.Name()); err != nil || !strings.Contains(string(b), "the site is open") {
			return errors.New("not yet")
		}
		return nil
	}
	c, err := s.Client()
	if err != nil {
		return err
	}
	defer c.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/healthz", nil)
	if err != nil {
		return err
	}
	answer, err := c.Do(req)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

func (s *Site) data() string { return filepath.Join(s.dir, "site") }

// prepare makes an administrator and a deployment key.
func (s *Site) prepare(ctx context.Context, uses int) error {
	add := s.command(ctx, "jumpsite", "user", "add", "ada", "--role", "admin", "--password-stdin", "--data", s.data())
	add.Stdin = strings.NewReader("correct horse battery staple\n")
	if _, err := output(add); err != nil {
		return err
	}
	text, err := output(s.command(ctx, "jumpsite", "token", "create", "--user", "ada", "--data", s.data()))
	if err != nil {
		return err
	}
	words := strings.Fields(text)
	s.env = []string{"JUMP_SITE=" + s.URL, "JUMP_CA=" + s.caFile(), "JUMP_TOKEN=" + words[len(words)-1]}
	text, err = output(s.Jump(ctx, "installer", "create", "--group", "general", "--platform", "linux-x64",
		"--valid-for", "24h", "--max-uses", fmt.Sprint(uses), "--json"))
	if err != nil {
		return err
	}
	var made struct {
		KeyInfo string `json:"key_info"`
	}
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		return fmt.Errorf("read what jump printed: %w", err)
	}
	s.Key, err = stamp.Parse(made.KeyInfo)
	return err
}

func (s *Site) caFile() string { return filepath.Join(s.data(), "tls", "ca.pem") }

// Jump is the command line of the administrator.
func (s *Site) Jump(ctx context.Context, args ...string) *exec.Cmd {
	cmd := s.command(ctx, "jump", args...)
	cmd.Env = append(os.Environ(), s.env...)
	return cmd
}

func (s *Site) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	words := append(append([]string{}, s.within...), filepath.Join(s.programs, name))
	words = append(words, args...)
	return exec.CommandContext(ctx, words[0], words[1:]...)
}

func output(cmd *exec.Cmd) (string, error) {
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		err = fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, failed.Stderr)
	}
	return string(out), err
}

// Kill ends the site as a power cut would, with no word to anybody.
func (s *Site) Kill() error {
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	<-s.proc.Done()
	return nil
}

// Stop ends the site in good order.
func (s *Site) Stop() error { return s.proc.Stop(stopTime) }

// Close stops the site.
func (s *Site) Close() error {
	var err error
	if s.proc != nil {
		err = s.Stop()
	}
	return errors.Join(err, s.log.Close())
}

// LogTail returns the last lines of what the site said.
func (s *Site) LogTail() string {
	b, _ := os.ReadFile(s.log.Name())
	return string(b[max(0, len(b)-2000):])
}
