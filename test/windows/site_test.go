//go:build linux && amd64

package windows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"jump/internal/testwait"
	"jump/platform/child"
)

// site is a running jumpsite with an administrator, who is called admin as in
// the guide's commands.
type site struct {
	t   *testing.T
	dir string
	url string
	env []string
}

// adminPassword is the administrator's.
const adminPassword = "correct horse battery staple"

func newSite(t *testing.T) *site {
	t.Helper()
	address := freeAddress(t)
	s := &site{t: t, dir: t.TempDir(), url: "https://" + address}
	var said bytes.Buffer
	serve := exec.Command(program("jumpsite"), "serve", "--data", s.dir, "--listen", address, "--url", s.url)
	serve.Stdout, serve.Stderr = &said, &said
	p, err := child.Start(serve)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Stop(patience)
		if t.Failed() {
			t.Logf("the site said:\n%s", said.String())
		}
	})
	testwait.Eventually(t, "the site is there and has an administrator", func() error {
		add := exec.CommandContext(limited(t), program("jumpsite"), "user", "add", "admin", "--role", "admin", "--password-stdin", "--data", s.dir)
		add.Stdin = strings.NewReader(adminPassword + "\n")
		if out, err := add.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
	token := output(t, exec.Command(program("jumpsite"), "token", "create", "--user", "admin", "--data", s.dir))
	i := strings.Index(token, "jump_")
	if i < 0 {
		t.Fatalf("no token in %q", token)
	}
	s.env = append(os.Environ(), "JUMP_SITE="+s.url, "JUMP_TOKEN="+strings.Fields(token[i:])[0], "JUMP_CA="+s.dir+"/tls/ca.pem")
	return s
}

// freeAddress is free for TCP; nothing else on a test machine takes UDP ports
// of that range by number.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// exec runs a program on a client and returns what it prints.
func (s *site) exec(name string, program string, args ...string) string {
	s.t.Helper()
	return s.jump(append([]string{"exec", name, "--", program}, args...)...)
}

// read runs jump as the administrator and reads the JSON that it prints.
func (s *site) read(into any, args ...string) {
	s.t.Helper()
	out := s.jump(args...)
	if err := json.Unmarshal([]byte(out), into); err != nil {
		s.t.Fatalf("jump %q: %v in %q", args, err, out)
	}
}

// jump runs the command line as the administrator.
func (s *site) jump(args ...string) string {
	s.t.Helper()
	cmd := exec.CommandContext(limited(s.t), program("jump"), args...)
	cmd.Env = s.env
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		s.t.Fatalf("jump %q: %v\n%s", args, err, said.String())
	}
	return out.String()
}

// key makes a deployment key.
func (s *site) key() (uid, keyInfo string) {
	s.t.Helper()
	var key struct {
		UID     string `json:"uid"`
		KeyInfo string `json:"key_info"`
	}
	s.read(&key, "installer", "create", "--json", "--max-uses", "10")
	return key.UID, key.KeyInfo
}

// client is what the tests read of a client.
type client struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Status   string `json:"status"`
	Tag      string `json:"tag"`
	Comments string `json:"comments"`
	Group    struct {
		Name string `json:"name"`
	} `json:"group"`
}

// online waits until one client that fits is online.
func (s *site) online(what string, fits func(client) bool) client {
	s.t.Helper()
	var found client
	testwait.Eventually(s.t, what+" is online", func() error {
		var all []client
		s.read(&all, "list", "--json")
		for _, found = range all {
			if found.Status == "online" && fits(found) {
				return nil
			}
		}
		return fmt.Errorf("the clients are %+v", all)
	})
	return found
}

// gone waits until the site knows that a client was uninstalled (requirement
// E10): it is still in the list.
func (s *site) gone(id string) {
	s.t.Helper()
	s.becomes(id, "uninstalled")
}

// becomes waits until the site shows a client with a status.
func (s *site) becomes(id, status string) {
	s.t.Helper()
	testwait.Eventually(s.t, "the client is shown as "+status, func() error {
		var all []client
		s.read(&all, "list", "--json")
		for _, c := range all {
			if c.ID == id && c.Status == status {
				return nil
			}
		}
		return fmt.Errorf("the clients are %+v", all)
	})
}
