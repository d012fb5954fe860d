//go:build linux

package e2e

import (
	"image"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"jump/internal/testwait"
	"jump/test/internal/page"
	"jump/test/internal/picture"
)

// browser is a page that a representative uses.
type browser struct {
	*page.Page
	t *testing.T
}

func newBrowser(t *testing.T, s *site) *browser {
	t.Helper()
	need(t, "node")
	need(t, "chromium")
	p, err := page.Start(page.Options{Modules: "../../web/package.json", Profile: t.TempDir(), SPKI: s.spki(), Size: image.Pt(1280, 900), Log: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{p, t}
	t.Cleanup(func() {
		b.keepPicture()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// do is Page.Do, which must succeed.
func (b *browser) do(code string, arg, into any) {
	b.t.Helper()
	if err := b.Do(code, arg, into); err != nil {
		b.t.Fatalf("browser: %v\nat: %s", err, code)
	}
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
	if b.Do(`await page.screenshot({path: arg}); return seen`, path, &seen) == nil {
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
	m, err := b.Canvas()
	if err != nil {
		b.t.Fatal(err)
	}
	return m
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
		return picture.Difference(got, want)
	})
}

// click clicks a place of the remote screen.
func (b *browser) click(at image.Point) {
	b.t.Helper()
	if err := b.Click(at); err != nil {
		b.t.Fatal(err)
	}
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
