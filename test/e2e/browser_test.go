//go:build linux

package e2e

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"jump/internal/testwait"
)

// browser is a Chromium with one page, driven by driver.mjs.
type browser struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Reader
}

func newBrowser(t *testing.T, s *site) *browser {
	t.Helper()
	need(t, "node")
	need(t, "chromium")
	cmd := exec.Command("node", "driver.mjs", t.TempDir(), s.spki(), "1280", "900")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = write
	start(t, cmd)
	write.Close()
	b := &browser{t, in, bufio.NewReader(read)}
	t.Cleanup(func() { // before the process is stopped
		b.keepPicture()
		in.Close()
		_, _ = io.Copy(io.Discard, read)
		read.Close()
	})
	b.answer(nil)
	return b
}

// do runs the body of an async JavaScript function of (page, arg, seen,
// context), with Playwright's API, and reads what it returns into into, unless
// that is nil.
func (b *browser) do(code string, arg, into any) {
	b.t.Helper()
	if err := b.try(code, arg, into); err != nil {
		b.t.Fatalf("browser: %v\nat: %s", err, code)
	}
}

func (b *browser) try(code string, arg, into any) error {
	line, err := json.Marshal(map[string]any{"code": code, "arg": arg})
	if err != nil {
		return err
	}
	if _, err := b.in.Write(append(line, '\n')); err != nil {
		return err
	}
	return b.answer(into)
}

func (b *browser) answer(into any) error {
	line, err := b.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the browser's driver ended: %w", err)
	}
	var answer struct {
		Value json.RawMessage
		Error string
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return err
	}
	if answer.Error != "" {
		return fmt.Errorf("%s", answer.Error)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, into)
}

// keepPicture leaves a picture of the page if the test failed.
func (b *browser) keepPicture() {
	if !b.t.Failed() {
		return
	}
	path, err := filepath.Abs(filepath.Join(keep(b.t), "page.png"))
	if err != nil {
		return
	}
	var seen []string
	if b.try(`await page.screenshot({path: arg}); return seen`, path, &seen) == nil {
		b.t.Logf("see %s; the page said: %s", path, strings.Join(seen, "\n"))
	}
}

// signIn opens the console and signs in.
func (b *browser) signIn(s *site) {
	b.t.Helper()
	b.do(`await page.goto(arg.url)
		await page.getByLabel('User name').fill(arg.name)
		await page.getByLabel('Password', {exact: true}).fill(arg.password)
		await page.getByRole('button', {name: 'Sign in'}).click()
		await page.getByRole('button', {name: 'Sign in'}).waitFor({state: 'detached'})`,
		map[string]string{"url": s.url, "name": adminName, "password": adminPassword}, nil)
	// A reload would lose this mark.
	b.do(`await page.evaluate(() => { window.loadedOnce = true })`, nil, nil)
}

// row waits until the list shows a client with a status.
func (b *browser) row(name, status string) {
	b.t.Helper()
	b.do(`await page.getByRole('row').filter({hasText: arg.name}).filter({hasText: arg.status}).first().waitFor()`,
		map[string]string{"name": name, "status": status}, nil)
}

// jump begins a session by a double click in the list.
func (b *browser) jump(name string) {
	b.t.Helper()
	b.do(`await page.getByRole('row').filter({hasText: arg}).first().dblclick()
		await page.waitForURL('**/session/*')`, name, nil)
}

// says waits until a sentence is on the page.
func (b *browser) says(sentence string) {
	b.t.Helper()
	b.do(`await page.getByText(arg).first().waitFor()`, sentence, nil)
}

// back goes from a session to the list, which does not load the page again.
func (b *browser) back() {
	b.t.Helper()
	b.do(`await page.getByRole('link', {name: 'Back to the list'}).click()`, nil, nil)
}

// unharmed demands that no script of somebody else's ran and that the page did
// not complain of more than of a site that was away, or that knew nobody, no
// such session, or no client yet.
func (b *browser) unharmed() {
	b.t.Helper()
	var seen []string
	var harmed bool
	b.do(`return seen`, nil, &seen)
	b.do(`return await page.evaluate(() => window.harmed === true)`, nil, &harmed)
	if harmed {
		b.t.Error("a script from outside ran in the console")
	}
	expected := regexp.MustCompile(`net::ERR_|status of (401|404|409)`)
	for _, line := range seen {
		if !expected.MatchString(line) {
			b.t.Errorf("the page said: %s", line)
		}
	}
}

// notReloaded demands that the page is still the one that was signed in to.
func (b *browser) notReloaded() {
	b.t.Helper()
	var once bool
	if b.do(`return await page.evaluate(() => window.loadedOnce === true)`, nil, &once); !once {
		b.t.Error("the page was loaded again")
	}
}

// canvas returns the remote screen as the page shows it, pixel for pixel.
func (b *browser) canvas() image.Image {
	b.t.Helper()
	var data string
	b.do(`await page.locator('canvas').first().waitFor()
	return await page.evaluate(() => {
		const from = document.querySelector('canvas')
		const to = document.createElement('canvas')
		to.width = from.width
		to.height = from.height
		to.getContext('2d').drawImage(from, 0, 0)
		return to.toDataURL('image/png')
	})`, nil, &data)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(data, "data:image/png;base64,"))
	if err != nil {
		b.t.Fatal(err)
	}
	return decodePNG(b.t, raw)
}

// shows waits until the canvas equals the desktop, every pixel.
func (b *browser) shows(d *desktop) {
	b.t.Helper()
	var got, want image.Image
	defer func() {
		if b.t.Failed() && got != nil {
			savePNG(b.t, "canvas.png", got)
			savePNG(b.t, "desktop.png", want)
		}
	}()
	testwait.Eventually(b.t, "the canvas equals the desktop", func() error {
		got, want = b.canvas(), d.screenshot()
		return difference(got, want)
	})
}

// click clicks a place of the remote screen.
func (b *browser) click(at image.Point) {
	b.t.Helper()
	b.do(`const canvas = page.locator('canvas').first()
		const box = await canvas.boundingBox()
		const [w, h] = await canvas.evaluate((c) => [c.width, c.height])
		await page.mouse.click(box.x + arg.x * box.width / w, box.y + arg.y * box.height / h)`,
		map[string]int{"x": at.X, "y": at.Y}, nil)
}

// typeGerman types on a German keyboard, key by key, as its hardware would:
// with Shift and AltGr where they are needed.
func (b *browser) typeGerman(text string) {
	b.t.Helper()
	type key struct {
		Key   string `json:"key"`
		Code  string `json:"code"`
		Shift bool   `json:"shift"`
		AltGr bool   `json:"altgr"`
	}
	var keys []key
	for _, r := range text {
		k, ok := germanKeys[r]
		if !ok {
			b.t.Fatalf("%q is on no key of the test's keyboard", r)
		}
		keys = append(keys, key{string(r), k.code, k.shift, k.altGr})
	}
	b.do(`const cdp = await context.newCDPSession(page)
		const send = (type, key, code, text, modifiers) => cdp.send('Input.dispatchKeyEvent', {type, key, code, text, unmodifiedText: text, modifiers})
		for (const k of arg) {
			if (k.shift) await send('rawKeyDown', 'Shift', 'ShiftLeft', undefined, 8)
			if (k.altgr) await send('rawKeyDown', 'AltGraph', 'AltRight', undefined, 0)
			const modifiers = k.shift ? 8 : 0
			await send('keyDown', k.key, k.code, k.key, modifiers)
			await send('keyUp', k.key, k.code, undefined, modifiers)
			if (k.altgr) await send('keyUp', 'AltGraph', 'AltRight', undefined, 0)
			if (k.shift) await send('keyUp', 'Shift', 'ShiftLeft', undefined, 0)
		}
		await cdp.detach()`, keys, nil)
}

// press presses one key that has a name, such as Enter.
func (b *browser) press(name string) {
	b.t.Helper()
	b.do(`await page.keyboard.press(arg)`, name, nil)
}

type germanKey struct {
	code         string
	shift, altGr bool
}

// germanKeys is where a German keyboard has its characters.
var germanKeys = func() map[rune]germanKey {
	keys := map[rune]germanKey{
		' ': {code: "Space"}, 'z': {code: "KeyY"}, 'y': {code: "KeyZ"}, '-': {code: "Slash"},
		'ä': {code: "Quote"}, 'ö': {code: "Semicolon"}, 'ü': {code: "BracketLeft"}, 'ß': {code: "Minus"},
		'Ä': {"Quote", true, false}, 'Ö': {"Semicolon", true, false}, 'Ü': {"BracketLeft", true, false},
		'@': {"KeyQ", false, true}, '€': {"KeyE", false, true}, '~': {"BracketRight", false, true}, '|': {"IntlBackslash", false, true},
		'{': {"Digit7", false, true}, '[': {"Digit8", false, true}, ']': {"Digit9", false, true}, '}': {"Digit0", false, true}, '\\': {"Minus", false, true},
	}
	for r := 'a'; r <= 'z'; r++ {
		if _, ok := keys[r]; !ok {
			keys[r] = germanKey{code: "Key" + strings.ToUpper(string(r))}
		}
	}
	for r := '0'; r <= '9'; r++ {
		keys[r] = germanKey{code: "Digit" + strconv.Itoa(int(r-'0'))}
	}
	return keys
}()
