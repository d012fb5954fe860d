//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"jump/internal/testwait"
	"jump/test/internal/picture"
)

// germanLine has what a German keyboard makes people reach for.
const germanLine = `äöüÄÖÜß @ € { [ ] } \ ~ | zwei y`

// TestJourney is a representative's way from signing in to a controlled
// screen, and through the death of the site, after which the viewer goes on.
func TestJourney(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := newDesktop(t)
	b := newBrowser(t, s)
	b.signIn(s)

	_, keyInfo := s.keyInfo("--override", "name")
	enrol(t, t.TempDir()+"/client", keyInfo, "desk", "DISPLAY="+d.display)
	b.row("desk", "Online")
	b.notReloaded()

	typed := filepath.Join(t.TempDir(), "typed")
	d.terminal("e2e-terminal", "exec cat > "+typed)
	b.jump("desk")
	b.shows(d)

	before := d.screenshot()
	b.do(`await page.getByRole('button', {name: 'Larger'}).click()
		await page.getByRole('button', {name: 'Zoom'}).getByText('125%').waitFor()`, nil, nil) // places are where they seem
	b.click(d.window("e2e-terminal"))
	b.typeGerman(germanLine)
	b.press("Enter")
	fileHas(t, typed, germanLine+"\n")
	b.shows(d)
	if picture.Difference(d.screenshot(), before) == nil {
		t.Error("the desktop looks as before anything was typed")
	}
	b.notReloaded()
	b.do(`await context.grantPermissions(['clipboard-write'])
		await page.getByRole('button', {name: 'Screenshot'}).click()
		await page.getByRole('menuitem', {name: 'Copy to clipboard'}).click()`, nil, nil)
	b.says("The screenshot is on your clipboard.")

	s.proc.kill()
	b.says("Connection lost")
	d.terminal("e2e-meanwhile", "exec cat") // the last picture is not the present
	s.start()
	b.shows(d) // by itself
	b.click(d.window("e2e-meanwhile"))
	b.back()
	b.row("desk", "Online")
	b.notReloaded()
	b.unharmed()
}

// TestTerminal jumps to a client without a screen. The same shell goes on when
// the site dies, another one follows when the client does.
func TestTerminal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := newBrowser(t, s)
	_, keyInfo := s.keyInfo("--override", "name")
	dir := t.TempDir() + "/client"
	client := enrol(t, dir, keyInfo, "headless")
	s.online("headless")
	b.signIn(s)
	b.row("headless", "Online")
	b.jump("headless")

	typed := filepath.Join(t.TempDir(), "typed")
	b.do(`await page.locator('.xterm').click()
		await page.keyboard.type(arg)
		await page.keyboard.press('Enter')`, "printf 'six times %s\\n' $((6*7)) | tee "+typed, nil)
	fileHas(t, typed, "six times 42\n")
	b.do(`await page.locator('.xterm-rows').getByText('six times 42').first().waitFor()`, nil, nil)

	outlasts(t, b, s)

	client.kill()
	b.says("The connection was lost")
	enrol(t, dir, keyInfo, "headless")
	b.says("New terminal: the old one was lost") // by itself
	b.do(`await page.keyboard.type(arg)
		await page.keyboard.press('Enter')`, "printf 'another %s\n' shell | tee "+typed, nil)
	fileHas(t, typed, "another shell\n")
	b.unharmed()
}

// outlasts kills the site below the shell that the page shows, in which somebody
// counts. What is typed meanwhile arrives in the same shell, and no number is
// missing or there twice.
func outlasts(t *testing.T, b *browser, s *site) {
	t.Helper()
	who := filepath.Join(t.TempDir(), "who")
	line := func(text string) {
		t.Helper()
		b.do(`await page.keyboard.type(arg); await page.keyboard.press('Enter')`, text, nil)
	}
	line("echo $$ > " + who + "; (while sleep 1; do i=$((i+1)); echo tick$i; done) & counter=$!")
	b.do(`await page.locator('.xterm-rows').getByText(/tick3$/).waitFor()`, nil, nil)
	s.proc.kill()
	b.says("What runs in the terminal goes on")
	line("echo $$ >> " + who)
	s.start()
	b.do(`await page.getByText('What runs in the terminal goes on').waitFor({state: 'detached'})`, nil, nil)
	testwait.Eventually(t, "what was typed meanwhile arrives in the same shell", func() error {
		got, err := os.ReadFile(who)
		pids := strings.Fields(string(got))
		if err == nil && (len(pids) != 2 || pids[0] != pids[1]) {
			err = fmt.Errorf("the shells were %q", pids)
		}
		return err
	})
	line("kill $counter; printf 'the %s\\n' end")
	var shown string
	b.do(`await page.locator('.xterm-rows').getByText(/the end/).waitFor()
		await page.locator('.xterm').hover()
		await page.mouse.wheel(0, -100000)
		await page.locator('.xterm-rows').getByText(/tick1$/).waitFor()
		return (await page.locator('.xterm-rows > div').allTextContents()).join('\n')`, nil, &shown)
	ticks := regexp.MustCompile(`tick(\d+)`).FindAllStringSubmatch(shown, -1)
	for i, tick := range ticks {
		if tick[1] != strconv.Itoa(i+1) {
			t.Fatalf("tick %s is shown in the place of %d:\n%s", tick[1], i+1, shown)
		}
	}
	line("") // what follows is seen again
}

// TestLiar enrols a client whose name is a script.
func TestLiar(t *testing.T) {
	t.Parallel()
	const name = `<img src=x onerror="window.harmed = true">`
	s := newSite(t)
	b := newBrowser(t, s)
	b.signIn(s)
	_, keyInfo := s.keyInfo("--override", "name")
	enrol(t, t.TempDir()+"/client", keyInfo, name)
	b.row(name, "Online")
	b.do(`await page.getByText(arg).first().click()`, name, nil) // its statistics, too
	b.unharmed()
}

func fileHas(t *testing.T, path, want string) {
	t.Helper()
	testwait.Eventually(t, "the line arrives in the file", func() error {
		got, err := os.ReadFile(path)
		if err == nil && string(got) != want {
			err = fmt.Errorf("%q, want %q", got, want)
		}
		return err
	})
}
