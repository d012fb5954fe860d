//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
)

// TestWebTransport: a screen comes over WebTransport, and is back by itself after
// the site has died, over what is there first: on a busy computer that may be a
// WebSocket (web/src/carrier/race.test.ts tells which when). The site is on
// localhost, as it is without flags, which browsers take for ::1 first. No other
// test runs meanwhile: where a session takes a second to open, the page takes a
// WebSocket, and is right to.
func TestWebTransport(t *testing.T) {
	s := newSiteOn(t, "localhost")
	d := newDesktop(t)
	b := newBrowser(t, s)
	watch(b, s, d, "WebTransport")

	s.proc.kill()
	b.says("Connection lost")
	s.start()
	b.shows(d)
	b.unharmed()
}

// TestLeave: who closes the page of a terminal has left, over WebTransport as over
// a WebSocket, and the computer does not hold the shell for them.
func TestLeave(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := newBrowser(t, s)
	_, keyInfo := s.keyInfo("--override", "name")
	enrol(t, t.TempDir()+"/client", keyInfo, "headless")
	s.online("headless")
	b.signIn(s)
	for _, way := range []string{"WebTransport", "WebSocket"} {
		if way == "WebSocket" {
			b.do(`await context.addInitScript('delete window.WebTransport'); await page.goto(arg)`, s.url, nil)
		}
		b.row("headless", "Online")
		b.jump("headless")
		who := filepath.Join(t.TempDir(), "who")
		b.do(`await page.locator('.xterm').click()
			await page.keyboard.type(arg)
			await page.keyboard.press('Enter')
			await page.locator('.xterm-rows').getByText('written').first().waitFor()`, "echo $$ > "+who+"; echo writ''ten", nil)
		b.do(`await page.goto('about:blank')`, nil, nil)
		ends(t, who)
		b.do(`await page.goto(arg)`, s.url, nil)
	}
}

// ends waits until the process whose number is in a file is no more. A shell that
// is held goes on for longer than anybody waits here.
func ends(t *testing.T, file string) {
	t.Helper()
	pid, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	testwait.Eventually(t, "the shell ends", func() error {
		if _, err := os.Stat(filepath.Join("/proc", strings.TrimSpace(string(pid)))); err == nil {
			return errors.New("it runs")
		}
		return nil
	})
}

// TestBlockedUDP: where nothing comes through but TCP the same is seen over a
// WebSocket, and the page does not complain.
func TestBlockedUDP(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := newDesktop(t)
	b := newBrowser(t, s)
	s.url = "https://" + onlyTCP(t, s.listen)
	s.flags = nil
	s.proc.kill()
	s.start()
	watch(b, s, d, "WebSocket")
	b.unharmed()
}

// watch shows the screen of a new client and demands the statistics to name what
// carries it.
func watch(b *browser, s *site, d *desktop, way string) {
	b.t.Helper()
	b.signIn(s)
	_, keyInfo := s.keyInfo("--override", "name")
	enrol(b.t, b.t.TempDir()+"/client", keyInfo, "desk", "DISPLAY="+d.display)
	b.row("desk", "Online")
	b.jump("desk")
	b.shows(d)
	b.do(`await page.getByRole('button', {name: 'Statistics'}).click()`, nil, nil)
	b.says("Over " + way)
	b.shows(d)
}

// onlyTCP returns an address from which TCP leads to another one, and UDP
// nowhere.
func onlyTCP(t *testing.T, to string) string {
	t.Helper()
	port := freePort(t)
	at := fmt.Sprintf("127.0.0.1:%d", port)
	hole, err := net.ListenPacket("udp", at)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		hole.Close()
		l.Close()
	})
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go forward(conn, to)
		}
	}()
	return at
}

// forward copies a connection both ways until either ends.
func forward(conn net.Conn, to string) {
	defer conn.Close()
	other, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer other.Close()
	go func() {
		io.Copy(other, conn)
		other.Close()
	}()
	io.Copy(conn, other)
}
