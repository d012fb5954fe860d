//go:build linux

package network

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"jump/internal/testbuild"
	"jump/internal/testnet"
	"jump/internal/testwait"
)

// programs is the folder with jumpsite, jumpclient and jump, built once.
var programs string

func TestMain(m *testing.M) {
	testwait.AtOnce(6)
	os.Exit(testbuild.With("network", prepare, m.Run))
}

func prepare(dir string) error {
	programs = dir
	return testbuild.Programs(dir, "jump/cmd/jumpsite", "jump/cmd/jumpclient", "jump/cmd/jump")
}

// Addresses of a world.
const (
	agentAddr  = "10.77.0.2"
	secondAddr = "10.77.0.3" // for an agent that moves
	inside     = "10.77.0.1" // of the router
	inside2    = "10.77.0.254"
	outside    = "192.0.2.1"
	siteAddr   = "192.0.2.2"
)

// world is three namespaces in a row:
//
//	agent 10.77.0.2 ── 10.77.0.1 router (NAT) 192.0.2.1 ── 192.0.2.2 site
type world struct {
	t     testing.TB
	names map[string]string // of the namespaces
}

func newWorld(t testing.TB) *world {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("network namespaces need root")
	}
	for _, name := range []string{"ip", "iptables", "conntrack"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is not installed: run `make setup`", name)
		}
	}
	w := &world{t, map[string]string{}}
	for _, name := range []string{"agent", "router", "site"} {
		w.names[name] = testnet.Namespace(t)
	}
	w.cable("agent", agentAddr, "router", inside)
	w.cable("site", siteAddr, "router", outside)
	w.in("router", "ip addr add "+inside2+"/24 dev agent")
	w.in("agent", "ip route add default via "+inside)
	w.in("router", "sysctl -q -w net.ipv4.ip_forward=1")
	w.in("router", "iptables -t nat -A POSTROUTING -o site -p udp -j MASQUERADE --random-fully")
	w.in("router", "iptables -t nat -A POSTROUTING -o site -j MASQUERADE")
	return w
}

// cable connects two namespaces. Each end is called as what is at the other.
func (w *world) cable(a, addrA, b, addrB string) {
	w.t.Helper()
	w.host("ip", "link", "add", b, "netns", w.names[a], "type", "veth", "peer", "name", a, "netns", w.names[b])
	for _, end := range [][3]string{{a, b, addrA}, {b, a, addrB}} {
		w.in(end[0], "ip addr add "+end[2]+"/24 dev "+end[1])
		w.in(end[0], "ip link set "+end[1]+" up")
	}
}

func (w *world) host(name string, args ...string) {
	w.t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		w.t.Errorf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
}

// in runs a command, whose words have no spaces, in a namespace.
func (w *world) in(where, command string) {
	w.t.Helper()
	w.host("ip", append([]string{"netns", "exec", w.names[where]}, strings.Fields(command)...)...)
}

// block and unblock decide whether the router lets a protocol through.
func (w *world) block(protocol string) { w.in("router", "iptables -I FORWARD -p "+protocol+" -j DROP") }
func (w *world) unblock(protocol string) {
	w.in("router", "iptables -D FORWARD -p "+protocol+" -j DROP")
}

// mappings returns how many flows over UDP the NAT has given a port.
func (w *world) mappings() (n int) {
	w.t.Helper()
	out, err := w.command("router", "iptables", "-t", "nat", "-L", "POSTROUTING", "-v", "-x", "-n").Output()
	if err != nil {
		w.t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 3 && f[3] == "udp" || len(f) > 3 && f[3] == "17" {
			fmt.Sscan(f[0], &n)
		}
	}
	return n
}

// command is a program that will run in a namespace. Ours are meant by name.
func (w *world) command(where, name string, args ...string) *exec.Cmd {
	if strings.HasPrefix(name, "jump") {
		name = testbuild.Path(programs, name)
	}
	return exec.CommandContext(w.t.Context(), "ip", append([]string{"netns", "exec", w.names[where], name}, args...)...)
}
