//go:build linux

package network

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"jump/platform/x11/x11test"
)

// Requirements on how soon both ends know that nothing comes through.
const (
	knownIdle = 45 * time.Second
	knownBusy = 6500 * time.Millisecond
)

// atRest is how long a tunnel is left alone before the hole opens.
var atRest = pick(5*time.Second, 70*time.Second)

// lost is what a client says when it has no tunnel any more.
const lost = `msg="not connected"`

// TestBlackHole: nothing comes through any more, either way and without a word.
// Client and site know in time, the site shows the client as offline, and when
// packets come through again, so does the client.
func TestBlackHole(t *testing.T) {
	t.Parallel()
	for _, way := range []struct{ name, closed, log string }{{"QUIC", "", overUDP}, {"TLS", "udp", overTCP}} {
		for _, doing := range []struct {
			name  string
			begun string   // what is printed then; "": nothing is run
			line  []string // of jump
		}{
			{"idle", "", nil},
			{"exec", "begun", []string{"exec", "pc", "--", "sh", "-c", "echo begun; sleep 600"}},
			{"shell", "begun", []string{"shell", "pc"}},
			{"screen", "#", []string{"watch", "pc", "--probe", "1,1"}},
		} {
			if !long && way.name == "TLS" && (doing.name == "exec" || doing.name == "shell") {
				continue // like the screen there
			}
			t.Run(way.name+"/"+doing.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				if way.closed != "" {
					w.block(way.closed)
				}
				s := w.startSite()
				c := s.onDisplay(doing.name == "screen")
				c.waitFor(way.log, 1, soon)
				c.waitFor(online, 1, soon)
				if doing.begun == "" {
					<-time.After(atRest)
					w.known(s, c, knownIdle)
					return
				}
				cmd := s.jump(doing.line...)
				in, err := cmd.StdinPipe()
				if err != nil {
					t.Fatal(err)
				}
				running := start(t, cmd)
				fmt.Fprintln(in, "echo be''gun") // for the shell; others do not read it
				running.waitFor(doing.begun, 1, 3*soon)
				w.known(s, c, knownBusy)
			})
		}
	}
}

// onDisplay runs a client, which has an X server of its own if it needs one.
func (s *site) onDisplay(needed bool) *process {
	if !needed {
		return s.client()
	}
	return s.clientWith([]string{"DISPLAY=" + x11test.Start(s.w.t, 640, 480).Display})
}

// known opens the hole, waits until both ends know, and closes it.
func (w *world) known(s *site, c *process, within time.Duration) {
	w.t.Helper()
	w.block("all")
	opened := time.Now()
	var ends sync.WaitGroup
	for _, end := range []struct {
		name, says string
		*process
	}{{"client", lost, c}, {"site", `msg="client disconnected"`, s.proc}} {
		ends.Go(func() {
			if err := end.hears(end.says, 1, within); err != nil {
				w.t.Errorf("the %s %v", end.name, err)
			}
			w.t.Logf("the %s knows after %v", end.name, time.Since(opened).Round(time.Millisecond))
		})
	}
	ends.Wait()
	if status := s.show().Status; status != "offline" {
		w.t.Errorf("the site shows the client as %q", status)
	}
	w.unblock("all")
	c.waitFor(online, 2, time.Minute)
}
