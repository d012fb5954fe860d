//go:build linux

package network

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"jump/test/internal/usage"
)

// account is what went past the router between client and site: all of it by IP,
// and that part of it which is no keep-alive, in packets of more than 70 bytes.
type account struct{ packets, bytes, morePackets, moreBytes float64 }

// accounts lets the router count.
func (w *world) accounts() {
	for _, direction := range []string{"-s", "-d"} {
		w.in("router", "iptables -A FORWARD "+direction+" "+agentAddr)
		w.in("router", "iptables -A FORWARD -m length --length 71:65535 "+direction+" "+agentAddr)
	}
}

func (w *world) account() (a account) {
	w.t.Helper()
	for line := range strings.Lines(must(w.t, w.command("router", "iptables", "-L", "FORWARD", "-v", "-x", "-n"))) {
		var packets, bytes float64
		if n, _ := fmt.Sscan(line, &packets, &bytes); n != 2 {
			continue
		}
		if strings.Contains(line, "length 71:") {
			a.morePackets, a.moreBytes = a.morePackets+packets, a.moreBytes+bytes
		} else {
			a.packets, a.bytes = a.packets+packets, a.bytes+bytes
		}
	}
	return a
}

// setting is a number or a duration from the environment, see `make bench-idle`.
func setting[T any](b *testing.B, name string, usual T, parse func(string) (T, error)) T {
	b.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	v, err := parse(text)
	if err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	return v
}

// BenchmarkIdle prints what an idle client costs: bytes in an hour with the
// headers of IP, payload in a minute besides keep-alives, wakeups and programs
// started in an hour, and resident memory. JUMP_IDLE is how long it listens; Status
// goes up every half hour, so only multiples of that tell the whole truth.
func BenchmarkIdle(b *testing.B) {
	length := setting(b, "JUMP_IDLE", 2*time.Minute, time.ParseDuration)
	for _, way := range []struct{ name, closed string }{{"QUIC", ""}, {"TLS", "udp"}} {
		b.Run(way.name, func(b *testing.B) {
			w := newWorld(b)
			if way.closed != "" {
				w.block(way.closed)
			}
			s := w.startSite()
			c := s.client()
			c.waitFor(online, 1, 2*soon)
			// Both ends look for the largest packet that the path carries, once, as soon
			// as they have something to send.
			must(b, s.jump("exec", "pc", "--", "sh", "-c", "dd bs=1k count=500 if=/dev/zero; sleep 2"))
			w.accounts()
			<-time.After(10 * time.Second) // until all is said
			pid := c.cmd.Process.Pid       // "ip netns exec" becomes the program
			for b.Loop() {
				before, woken, born := w.account(), usage.Wakeups(pid), usage.ChildFaults(pid)
				<-time.After(length)
				after := w.account()
				b.ReportMetric((after.bytes-before.bytes)/length.Hours(), "B/h")
				b.ReportMetric((after.packets-before.packets)/length.Hours(), "packets/h")
				b.ReportMetric((after.moreBytes-before.moreBytes-28*(after.morePackets-before.morePackets))/length.Minutes(), "payload-B/min")
				b.ReportMetric(float64(usage.Wakeups(pid)-woken)/length.Hours(), "wakeups/h")
				b.ReportMetric(float64(usage.ChildFaults(pid)-born)/length.Hours(), "faults-of-children/h")
				b.ReportMetric(float64(usage.Resident(pid))/1e6, "RSS-MB")
			}
		})
	}
}

// BenchmarkOutages cuts a client's line again and again, JUMP_OUTAGES times, and
// prints what memory it has grown by since the first, after half of them (so a
// leak can be told from what the first few leave) and after all.
func BenchmarkOutages(b *testing.B) {
	times := setting(b, "JUMP_OUTAGES", 5, strconv.Atoi)
	w := newWorld(b)
	s := w.startSite()
	c := s.client()
	c.waitFor(online, 1, 2*soon)
	var first int64
	for b.Loop() {
		for n := range times {
			w.in("agent", "ip link set router down")
			c.waitFor(lost, n+1, time.Minute)
			w.in("agent", "ip link set router up")
			w.in("agent", "ip route replace default via "+inside)
			c.waitFor(online, n+2, time.Minute)
			switch n {
			case 0:
				first = usage.Resident(c.cmd.Process.Pid)
			case times / 2:
				b.ReportMetric(float64(usage.Resident(c.cmd.Process.Pid)-first)/1e6, "RSS-MB-more-at-half")
			}
		}
		b.ReportMetric(float64(first)/1e6, "RSS-MB-at-first")
		b.ReportMetric(float64(usage.Resident(c.cmd.Process.Pid)-first)/1e6, "RSS-MB-more")
	}
}
