//go:build linux

package network

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	siteURL = "https://" + siteAddr + ":8443"
	overUDP = "way=QUIC"
	overTCP = `way="TLS over TCP"`
	online  = "msg=connected"
	soon    = 8 * time.Second // a client has to be online by then
)

// site is a running site, and what `jump` needs to talk to it.
type site struct {
	w    *world
	proc *process
	env  []string
	key  string // a deployment key
}

func (w *world) startSite() *site {
	w.t.Helper()
	dir := w.t.TempDir()
	s := &site{w: w}
	s.proc = start(w.t, w.command("site", "jumpsite", "serve", "--data", dir, "--listen", siteAddr+":8443", "--url", siteURL))
	s.proc.waitFor("the site is open", 1, 30*time.Second)
	add := w.command("site", "jumpsite", "user", "add", "ada", "--role", "admin", "--password-stdin", "--data", dir)
	add.Stdin = strings.NewReader("correct horse battery staple\n")
	must(w.t, add)
	token := strings.Fields(must(w.t, w.command("site", "jumpsite", "token", "create", "--user", "ada", "--data", dir)))
	s.env = append(os.Environ(), "JUMP_SITE="+siteURL, "JUMP_CA="+filepath.Join(dir, "tls", "ca.pem"), "JUMP_TOKEN="+token[len(token)-1])
	var made struct {
		KeyInfo string `json:"key_info"`
	}
	text := must(w.t, s.jump("installer", "create", "--group", "general", "--platform", "linux-x64", "--valid-for", "1h", "--max-uses", "5", "--json"))
	if err := json.Unmarshal([]byte(text), &made); err != nil || made.KeyInfo == "" {
		w.t.Fatalf("no key in %q: %v", text, err)
	}
	s.key = made.KeyInfo
	return s
}

func (s *site) jump(args ...string) *exec.Cmd {
	cmd := s.w.command("site", "jump", args...)
	cmd.Env = s.env
	return cmd
}

// client runs a client called "pc".
func (s *site) client(args ...string) *process {
	s.w.t.Helper()
	return s.clientWith(nil, args...)
}

// clientWith is client with more in its environment.
func (s *site) clientWith(env []string, args ...string) *process {
	s.w.t.Helper()
	cmd := s.w.command("agent", "jumpclient", append([]string{"run", "--dir", s.w.t.TempDir(), "--jc-name", "pc"}, args...)...)
	cmd.Env = append(append(os.Environ(), "JUMP_KEY_INFO="+s.key, "HTTPS_PROXY=", "ALL_PROXY="), env...)
	return start(s.w.t, cmd)
}

// count runs a program on the client that counts one number a second, while
// something happens, and checks that nothing of it got lost.
func (s *site) count(numbers int, meanwhile func()) {
	s.w.t.Helper()
	counting := start(s.w.t, s.jump("exec", "pc", "--", "sh", "-c", fmt.Sprintf("for i in $(seq %d); do echo $i; sleep 1; done", numbers)))
	counting.waitFor("1\n", 1, soon)
	meanwhile()
	counting.waitFor(fmt.Sprintf("%d\n", numbers), 1, time.Duration(numbers)*time.Second+10*time.Second)
	want := ""
	for i := range numbers {
		want += fmt.Sprintf("%d\n", i+1)
	}
	if got := counting.text(); got != want {
		s.w.t.Errorf("counted %q", got)
	}
}

// stayed checks that the client never had to come back.
func stayed(client *process) {
	client.t.Helper()
	if n := strings.Count(client.text(), online); n != 1 {
		client.t.Errorf("connected %d times", n)
	}
}

// TestBlocked: UDP does not get out from the start. Later it does, in a network
// that has changed.
func TestBlocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.block("udp")
	s := w.startSite()
	c := s.client()
	c.waitFor(overTCP, 1, soon)
	c.waitFor(online, 1, soon)
	s.count(3, func() {})
	w.unblock("udp")
	w.in("agent", "ip route replace default via "+inside2)
	c.waitFor(overUDP, 1, soon)
	c.waitFor(online, 2, soon)
}

// TestBlockedLater: UDP stops getting out under a conversation. That one is lost,
// which is noticed after 6 seconds, and the client is not.
func TestBlockedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.startSite()
	c := s.client()
	c.waitFor(overUDP, 1, soon)
	c.waitFor(online, 1, soon)
	lost := start(t, s.jump("exec", "pc", "--", "sh", "-c", "echo begun; sleep 60"))
	lost.waitFor("begun", 1, soon)
	w.block("udp")
	c.waitFor(overTCP, 1, 3*soon)
	c.waitFor(online, 2, soon)
	s.count(3, func() {})
}

// TestForgetfulNAT: a NAT forgets the client again and again and gives it another
// port; a conversation does not notice.
func TestForgetfulNAT(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.startSite()
	c := s.client()
	c.waitFor(overUDP, 1, soon)
	c.waitFor(online, 1, soon)
	s.count(12, func() {
		forget := time.NewTicker(2 * time.Second)
		defer forget.Stop()
		for range 5 {
			<-forget.C
			w.in("router", "conntrack -D -p udp")
		}
	})
	stayed(c)
	if n := w.mappings(); n < 6 {
		t.Errorf("the NAT has made %d mappings only", n)
	}
}

// TestTransfer: under a transfer the NAT forgets the client, too; every byte
// arrives once and in its place.
func TestTransfer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.in("router", "tc qdisc add dev site root tbf rate 80mbit burst 64kb latency 50ms")
	s := w.startSite()
	c := s.client()
	c.waitFor(online, 1, soon)
	const numbers, apart = 4_000_000, 2 << 20 // 31 MB
	transfer := start(t, s.jump("exec", "pc", "--", "seq", fmt.Sprint(numbers)))
	for n := apart; transfer.grows(n); n += apart {
		// That there is nothing to forget is no matter.
		_ = w.command("router", "conntrack", "-D", "-p", "udp", "--orig-src", agentAddr).Run()
	}
	got := transfer.text()
	var want strings.Builder
	for i := range numbers {
		fmt.Fprintln(&want, i+1)
	}
	if got != want.String() {
		t.Errorf("%d bytes arrived, not the %d that were sent", len(got), want.Len())
	}
	stayed(c)
	if n := w.mappings(); n < 3 {
		t.Errorf("the NAT has made %d mappings only", n)
	}
}

// TestThinLine: over TCP on a thin line, signs of life do not wait behind a
// transfer that takes longer than silence is allowed.
func TestThinLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.block("udp")
	w.in("router", "tc qdisc add dev site root tbf rate 1mbit burst 16kb latency 500ms")
	s := w.startSite()
	c := s.client()
	c.waitFor(online, 1, 2*soon)
	got := must(t, s.jump("exec", "pc", "--", "seq", "200000")) // 1.3 MB, about 11 s
	if !strings.HasSuffix(got, "\n200000\n") {
		t.Errorf("%d bytes arrived", len(got))
	}
	stayed(c)
}

// TestMoving: the client gets another address in the middle of a conversation,
// over UDP, and loses the one it had.
func TestMoving(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.startSite()
	c := s.client()
	c.waitFor(overUDP, 1, soon)
	c.waitFor(online, 1, soon)
	s.count(8, func() {
		w.in("agent", "ip addr add "+secondAddr+"/24 dev router")
		w.in("agent", "ip addr del "+agentAddr+"/24 dev router") // takes the routes along
		w.in("agent", "ip addr replace "+secondAddr+"/24 dev router")
		w.in("agent", "ip route replace default via "+inside)
	})
	stayed(c)
}

// startProxy runs a proxy on the router, at port 3128.
func (w *world) startProxy(more string) {
	w.t.Helper()
	if _, err := exec.LookPath("tinyproxy"); err != nil {
		w.t.Fatal("tinyproxy is not installed: run `make setup`")
	}
	config := filepath.Join(w.t.TempDir(), "tinyproxy.conf")
	text := "Port 3128\nListen " + inside + "\nTimeout 600\nMaxClients 20\nConnectPort 8443\n" + more
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	start(w.t, w.command("router", "tinyproxy", "-d", "-c", config))
}

// TestScript: nothing gets out but through the second of the proxies that a
// script names; the first is not there.
func TestScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.block("all")
	s := w.startSite()
	w.startProxy("")
	script := filepath.Join(t.TempDir(), "proxy.pac")
	text := fmt.Sprintf(`function FindProxyForURL(url, host) {
		if (isInNet(myIpAddress(), "10.77.0.0", "255.255.255.0") && /^https:\/\/192\.0\.2\.2:8443\//.test(url))
			return "PROXY %s:9; PROXY %s:3128; DIRECT";
		return "DIRECT";
	}`, inside, inside)
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := s.client("--proxy", "pac+file://"+script)
	c.waitFor("TLS through the proxies of file://"+script, 1, 2*soon)
	c.waitFor("proxy=http://"+inside+":3128", 1, soon)
	c.waitFor(online, 1, soon)
	s.count(3, func() {})
}

// TestProxyOnly: nothing gets out but through a proxy that wants a password.
func TestProxyOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.block("all")
	s := w.startSite()
	w.startProxy("BasicAuth anne secret\n")
	c := s.client("--proxy", "http://anne:secret@"+inside+":3128")
	c.waitFor("TLS through http://"+inside+":3128", 1, 2*soon)
	c.waitFor(online, 1, soon)
	s.count(3, func() {})
	if strings.Contains(c.text(), "secret") {
		t.Error("the password is in the log")
	}
}
