//go:build linux

package network

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"jump/internal/testwait"
)

// TestFilesOutlast: a file goes on where it was when the site was killed and
// began again, when the client's address changed, when its computer slept (here
// its program alone: the kernel is this one's), and when the program was killed
// and began again, and arrives as it was sent.
func TestFilesOutlast(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(w *world, s *site, client *process){
		"restart": func(_ *world, s *site, _ *process) { s.restart() },
		"address": func(w *world, _ *site, _ *process) { w.move() },
		"sleep": func(_ *world, _ *site, client *process) {
			for _, sig := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGCONT} {
				if err := client.cmd.Process.Signal(sig); err != nil {
					t.Error(err)
				}
				if sig == syscall.SIGSTOP {
					<-time.After(pick(12*time.Second, 2*time.Minute))
				}
			}
		},
		"agent": func(w *world, _ *site, client *process) {
			if err := client.cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
			<-client.Done()
			start(w.t, w.command("agent", client.cmd.Args[4], client.cmd.Args[5:]...))
		},
	} {
		for _, up := range []bool{true, false} {
			if !long && up == (name == "agent") {
				continue // all but one go up, that one comes down; all do both in the soak
			}
			t.Run(fmt.Sprintf("%s, up %v", name, up), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.in("router", "tc qdisc add dev site root tbf rate 80mbit burst 64kb latency 50ms")
				w.in("router", "tc qdisc add dev agent root tbf rate 80mbit burst 64kb latency 50ms")
				s := w.startSite()
				client := s.client()
				client.waitFor(online, 1, 2*soon)
				c := newTransfer(t, up, pick(32<<20, 256<<20))
				cmd := start(t, s.jump("cp", c.from, c.to))
				c.half(4 << 20)
				happens(w, s, client)
				select {
				case <-cmd.Done():
				case <-time.After(4 * time.Minute):
					t.Error("the copy does not end")
				}
				c.check()
			})
		}
	}
}

// transfer is one file on its way.
type transfer struct {
	t        *testing.T
	want     []byte
	dir      string // of what arrives
	from, to string
}

func newTransfer(t *testing.T, up bool, size int) *transfer {
	c := &transfer{t: t, want: make([]byte, size), dir: t.TempDir(), from: filepath.Join(t.TempDir(), "file")}
	rand.NewChaCha8([32]byte{1}).Read(c.want)
	if err := os.WriteFile(c.from, c.want, 0o600); err != nil {
		t.Fatal(err)
	}
	if c.to = c.dir; up {
		c.to = "pc:" + c.to
	} else {
		c.from = "pc:" + c.from
	}
	return c
}

// half waits until so many bytes have arrived.
func (c *transfer) half(bytes int64) {
	c.t.Helper()
	testwait.Eventually(c.t, "a part of the file is there", func() error {
		fi, err := os.Stat(c.dir + "/.file.jump-part")
		if err == nil && fi.Size() < bytes {
			err = fmt.Errorf("%d bytes", fi.Size())
		}
		return err
	})
}

func (c *transfer) check() {
	c.t.Helper()
	got, err := os.ReadFile(c.dir + "/file")
	if err != nil || !bytes.Equal(got, c.want) {
		c.t.Errorf("%d bytes, %v, not the %d that were sent", len(got), err, len(c.want))
	}
	if left, _ := filepath.Glob(c.dir + "/.*"); len(left) > 0 {
		c.t.Errorf("left: %q", left)
	}
}
