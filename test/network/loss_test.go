//go:build linux

package network

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

// lose lets the router lose that part of all packets, either way and at random.
func (w *world) lose(percent int) {
	w.in("router", "iptables -I FORWARD -m statistic --mode random --probability "+strconv.FormatFloat(float64(percent)/100, 'f', 2, 64)+" -j DROP")
}

// sum takes what a program says and keeps its hash only.
type sum struct {
	hash.Hash
	bytes atomic.Int64
}

func newSum() *sum { return &sum{Hash: sha256.New()} }

func (s *sum) Write(b []byte) (int, error) {
	s.bytes.Add(int64(len(b)))
	return s.Hash.Write(b)
}

// transfer has the client write so many numbers, and checks that all of it comes
// once and in its place. It returns the rate.
func (s *site) transfer(numbers int) {
	t := s.w.t
	t.Helper()
	got, want := newSum(), newSum()
	here := exec.Command("seq", fmt.Sprint(numbers))
	here.Stdout = want
	if err := here.Run(); err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	there := s.jump("exec", "pc", "--", "seq", fmt.Sprint(numbers))
	there.Stdout, there.Stderr = got, &errs
	began := time.Now()
	if err := there.Run(); err != nil {
		t.Errorf("the transfer ends with %v and says %q", err, errs.String())
	}
	took := time.Since(began)
	t.Logf("%.1f MB in %v", float64(got.bytes.Load())/1e6, took.Round(time.Millisecond))
	if !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
		t.Errorf("%d bytes arrived, not the %d that were sent", got.bytes.Load(), want.bytes.Load())
	}
}

// TestLoss: on a line that loses packets a client connects, holds conversations,
// and what it transfers arrives whole. It never has to come back, but over TCP at
// 20 %: TCP waits twice as long after each loss of the same segment (RFC 6298
// 5.5), so after five in a row it is silent for longer than a conversation waits.
func TestLoss(t *testing.T) {
	t.Parallel()
	for _, way := range []struct{ name, closed string }{{"QUIC", ""}, {"TLS", "udp"}} {
		for _, percent := range []int{1, 5, 20} {
			t.Run(fmt.Sprintf("%s/%d%%", way.name, percent), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				if way.closed != "" {
					w.block(way.closed)
				}
				s := w.startSite()
				w.lose(percent)
				c := s.client()
				c.waitFor(online, 1, time.Minute)
				s.count(5, func() {})
				s.transfer(pick(150_000, 1_500_000)) // 0.9 or 10 MB
				if way.name == "QUIC" || percent < 20 {
					stayed(c)
				}
			})
		}
	}
}

// TestRebinding: a NAT gives the client another port every ten seconds while
// 100 MB are under way, and nobody notices.
func TestRebinding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.in("router", "tc qdisc add dev site root tbf rate 24mbit burst 64kb latency 50ms") // 35 s or more
	s := w.startSite()
	c := s.client()
	c.waitFor(online, 1, soon)
	over, forgets := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(forgets)
		tick := time.NewTicker(10 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				// That there is nothing to forget is no matter.
				_ = w.command("router", "conntrack", "-D", "-p", "udp", "--orig-src", agentAddr).Run()
			case <-over:
				return
			}
		}
	}()
	s.transfer(12_400_000)
	close(over)
	<-forgets
	stayed(c)
	n := w.mappings()
	t.Logf("the NAT made %d mappings", n)
	if n < 3 {
		t.Errorf("the NAT has made %d mappings only", n)
	}
}
