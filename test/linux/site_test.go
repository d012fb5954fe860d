//go:build linux

package linux

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"jump/installer/stamp"
	"jump/internal/testwait"
	"jump/packaging/linux"
	"jump/platform/child"
)

// site is a running jumpsite with one administrator.
type site struct {
	t     testing.TB
	dir   string
	url   string
	token string   // of the administrator
	env   []string // JUMP_SITE, JUMP_TOKEN and JUMP_CA
}

func newSite(t testing.TB) *site {
	t.Helper()
	listen := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	s := &site{t: t, dir: t.TempDir(), url: "https://" + listen}
	s.serve(listen)
	testwait.Eventually(t, "the site answers", func() error { return s.call(http.MethodGet, "/healthz", "", nil) })
	r := tryWith(t, nil, "correct horse battery staple\n", program("jumpsite"), "user", "add", "admin", "--role", "admin", "--password-stdin", "--data", s.dir)
	if r.status != 0 {
		t.Fatal(r)
	}
	token := must(t, program("jumpsite"), "token", "create", "--user", "admin", "--data", s.dir)
	i := strings.Index(token, "jump_")
	if i < 0 {
		t.Fatalf("no token in %q", token)
	}
	s.token = strings.Fields(token[i:])[0]
	s.env = []string{"JUMP_SITE=" + s.url, "JUMP_TOKEN=" + s.token, "JUMP_CA=" + filepath.Join(s.dir, "tls/ca.pem")}
	return s
}

// serve starts the site and ends it with the test.
func (s *site) serve(listen string) {
	s.t.Helper()
	cmd := exec.Command(program("jumpsite"), "serve", "--data", s.dir, "--listen", listen, "--url", s.url)
	p, err := child.Start(cmd)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = p.Stop(patience) })
}

// freePort returns a port that is free for UDP and TCP.
func freePort(t testing.TB) int {
	t.Helper()
	for range 20 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		tcp.Close()
		if err == nil {
			udp.Close()
			return tcp.Addr().(*net.TCPAddr).Port
		}
	}
	t.Fatal("no port is free for both UDP and TCP")
	return 0
}

// jump runs the command line as the administrator.
func (s *site) jump(args ...string) string {
	s.t.Helper()
	r := try(s.t, s.env, program("jump"), args...)
	if r.status != 0 {
		s.t.Fatalf("jump %q: %v", args, r)
	}
	return r.out
}

// key makes a deployment key.
func (s *site) key(args ...string) (uid string, key stamp.Key) {
	s.t.Helper()
	var made struct {
		UID     string `json:"uid"`
		KeyInfo string `json:"key_info"`
	}
	s.read(&made, append([]string{"installer", "create", "--json"}, args...)...)
	key, err := stamp.Parse(made.KeyInfo)
	if err != nil {
		s.t.Fatal(err)
	}
	return made.UID, key
}

func (s *site) read(v any, args ...string) {
	s.t.Helper()
	if out := s.jump(args...); json.Unmarshal([]byte(out), v) != nil {
		s.t.Fatalf("jump %q wrote %q", args, out)
	}
}

// client is a row of the list.
type client struct {
	Name     string                      `json:"name"`
	Status   string                      `json:"status"`
	Group    struct{ Code, Name string } `json:"group"`
	Tag      string                      `json:"tag"`
	Comments string                      `json:"comments"`
}

func (s *site) clients() []client {
	s.t.Helper()
	var all []client
	s.read(&all, "list", "--json")
	return all
}

// group makes a shared Jump Group.
func (s *site) group(name string) {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.call(http.MethodPost, "/api/v1/groups", s.token, body); err != nil {
		s.t.Fatal(err)
	}
}

// templates are the installers that were packed, by whether they are headless.
var templates struct {
	mu  sync.Mutex
	all map[bool][]byte
}

// template packs an installer without a label, once.
func template(t testing.TB, headless bool) []byte {
	t.Helper()
	templates.mu.Lock()
	defer templates.mu.Unlock()
	if b, ok := templates.all[headless]; ok {
		return b
	}
	client, err := os.ReadFile(program("jumpclient"))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := (linux.Bin{Arch: arch(t), Headless: headless, Program: client}).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if templates.all == nil {
		templates.all = map[bool][]byte{}
	}
	templates.all[headless] = b.Bytes()
	return b.Bytes()
}

// bin makes a stamped installer as the site would hand it out.
func (s *site) bin(path string, key stamp.Key, headless bool) {
	s.t.Helper()
	plain := template(s.t, headless)
	out, err := os.Create(path)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := stamp.Write(out, stamp.KindBin, bytes.NewReader(plain), int64(len(plain)), stamp.Label{Key: key}); err != nil {
		s.t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		s.t.Fatal(err)
	}
}

func arch(t testing.TB) linux.Arch {
	switch m := strings.TrimSpace(must(t, "uname", "-m")); m {
	case "aarch64":
		return linux.ARM64
	default:
		return linux.X64
	}
}
