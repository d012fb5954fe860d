//go:build linux

package e2e

import (
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
	"jump/test/internal/firefox"
	"jump/test/internal/picture"
)

// TestFirefox is a representative's way in a Firefox: the screen, every pixel of
// it over WebTransport, keys, and the death of the site, after which the viewer
// goes on. What the viewer needs of a browser is tried in Chromium.
func TestFirefox(t *testing.T) {
	if os.Getenv("JUMP_SOAK") == "" {
		t.Skip("a second browser wants time of its own: `make soak`, or JUMP_SOAK=1")
	}
	if _, err := exec.LookPath("firefox-esr"); err != nil {
		t.Skip("firefox-esr is not installed (on Debian `scripts/setup bench` does that)")
	}
	s := newSiteOn(t, "localhost")
	d := newDesktop(t)
	f := newFox(t)
	_, keyInfo := s.keyInfo("--override", "name")
	enrol(t, t.TempDir()+"/client", keyInfo, "desk", "DISPLAY="+d.display)
	s.online("desk")
	typed := filepath.Join(t.TempDir(), "typed")
	d.terminal("e2e-terminal", "exec cat > "+typed)

	f.signIn(s)
	testwait.Eventually(t, "desk is clicked", func() error { return f.DoubleClick("desk") })
	f.shows(d)
	f.click("button", "Statistics")
	f.says("Over WebTransport")

	f.must(f.ClickScreen(d.window("e2e-terminal")))
	f.must(f.Type("äöü € zwei" + firefox.Enter))
	fileHas(t, typed, "äöü € zwei\n")
	f.shows(d)

	s.proc.kill()
	f.says("Connection lost")
	d.terminal("e2e-meanwhile", "exec cat")
	s.start()
	f.shows(d) // by itself
	f.unharmed()
}

// fox is a page in a Firefox that a representative uses.
type fox struct {
	*firefox.Page
	t *testing.T
}

func newFox(t *testing.T) *fox {
	t.Helper()
	p, err := firefox.Start(t.TempDir(), image.Pt(1280, 900))
	if err != nil {
		t.Fatal(err)
	}
	f := &fox{p, t}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the page: %s (%v)", f.text(), f.Complaints())
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func (f *fox) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// signIn opens the console and signs in.
func (f *fox) signIn(s *site) {
	f.t.Helper()
	f.must(f.Go(s.url))
	f.click("textbox", "User name")
	f.must(f.Type(adminName + firefox.Tab + adminPassword + firefox.Enter))
}

// click clicks what has a role and a name, as soon as it is there.
func (f *fox) click(role, name string) {
	f.t.Helper()
	testwait.Eventually(f.t, fmt.Sprintf("%s %q is clicked", role, name), func() error { return f.Click(role, name) })
}

// says waits until a sentence is on the page.
func (f *fox) says(sentence string) {
	f.t.Helper()
	testwait.Eventually(f.t, fmt.Sprintf("the page says %q", sentence), func() error {
		if text := f.text(); !strings.Contains(text, sentence) {
			return fmt.Errorf("it says %q", text)
		}
		return nil
	})
}

// text is what can be read on the page, or why it cannot.
func (f *fox) text() string {
	var text string
	if err := f.Eval(`document.body.innerText`, &text); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(text), " ")
}

// shows waits until the canvas equals the desktop, every pixel.
func (f *fox) shows(d *desktop) {
	f.t.Helper()
	testwait.Eventually(f.t, "the canvas equals the desktop", func() error {
		got, err := f.Canvas()
		if err != nil {
			return err
		}
		return picture.Difference(got, d.screenshot())
	})
}

// unharmed demands that the page did not complain of more than of a site that
// was away.
func (f *fox) unharmed() {
	f.t.Helper()
	for _, line := range f.Complaints() {
		if !strings.Contains(line, "establish a connection to the server at wss://") {
			f.t.Errorf("the page said: %s", line)
		}
	}
}
