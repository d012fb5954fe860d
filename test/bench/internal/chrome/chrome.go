// Package chrome shows the product's console, or another page with a canvas, in a
// Chromium and looks at that canvas as the browser shows it.
//
// It is not a viewer (the console is), and it reads single pixels only: whole
// pictures would cost the browser more than what is measured.
package chrome

import (
	_ "embed"
	"fmt"
	"image"
	"os"
	"time"

	"jump/test/internal/page"
)

// watch is a function that watches the canvas.
//
//go:embed watch.js
var watch string

// Browser is a Chromium with the viewer. One goroutine uses it.
type Browser struct {
	page    *page.Page
	profile string
}

// Options say what to open.
type Options struct {
	Modules        string      // a file in the folder of the console's modules
	URL            string      // of the page, whose certificate is not checked
	Name, Password string      // for the console; without a name the page is only opened
	Mark           image.Point // the pixel to look at
	WebTransport   bool        // carries the viewer; else a WebSocket does
}

// Open signs in and jumps to the client that is online, or opens a page that shows
// a screen by itself.
func Open(o Options) (*Browser, error) {
	profile, err := os.MkdirTemp("", "bench-chromium-")
	if err != nil {
		return nil, err
	}
	p, err := page.Start(page.Options{Modules: o.Modules, Profile: profile, Size: image.Pt(1920, 1200), Log: os.Stderr})
	if err != nil {
		os.RemoveAll(profile)
		return nil, err
	}
	b := &Browser{p, profile}
	if err := b.open(o); err != nil {
		b.Close()
		return nil, fmt.Errorf("open the page: %w", err)
	}
	return b, nil
}

func (b *Browser) open(o Options) error {
	show := b.jump
	if o.Name == "" {
		show = b.visit
	}
	if err := show(o); err != nil {
		return err
	}
	return b.page.Do(watch+"\nawait page.evaluate(watch, arg)", []int{o.Mark.X, o.Mark.Y}, nil)
}

func (b *Browser) visit(o Options) error {
	return b.page.Do("await page.goto(arg); await page.waitForFunction(() => document.title === 'connected'); await page.locator('canvas').waitFor()", o.URL, nil)
}

func (b *Browser) jump(o Options) error {
	const code = `await page.goto(arg.url)
		await page.getByLabel('User name').fill(arg.name)
		await page.getByLabel('Password', { exact: true }).fill(arg.password)
		await page.getByRole('button', { name: 'Sign in' }).click()
		await page.getByRole('row').filter({ hasText: 'Online' }).first().dblclick()
		await page.locator('canvas').waitFor()
`
	verdict := "failed"
	if o.WebTransport {
		verdict = "works"
	}
	if err := b.page.Do(knowing, verdict, nil); err != nil {
		return err
	}
	arg := map[string]string{"url": o.URL, "name": o.Name, "password": o.Password}
	return b.page.Do(code, arg, nil)
}

// knowing tells the viewer's worker what it would have found out about
// WebTransport otherwise, so that it is sure which way is measured.
const knowing = `await page.addInitScript((verdict) => {
	const post = Worker.prototype.postMessage
	Worker.prototype.postMessage = function (m, transfer) {
		return post.call(this, m.do === 'start' ? { ...m, verdict } : m, transfer)
	}
}, arg)`

// Close ends the browser.
func (b *Browser) Close() error {
	defer os.RemoveAll(b.profile)
	return b.page.Close()
}

// Await waits until the page shows the mark in that colour and returns since when.
func (b *Browser) Await(white bool, timeout time.Duration) (time.Time, error) {
	var at float64 // ms since 1970
	const code = `await page.waitForFunction((white) => window.seen.white === white, arg.white, {timeout: arg.ms}); return page.evaluate('window.seen.at')`
	err := b.page.Do(code, map[string]any{"white": white, "ms": timeout.Milliseconds()}, &at)
	return time.UnixMicro(int64(at * 1000)), err
}

// Rates are what the page showed in a second.
type Rates struct {
	Pictures float64 // that the browser composed at all
	Changes  float64 // that differed from the one before
}

// Watch lets play run and returns what was shown meanwhile.
func (b *Browser) Watch(play func()) (Rates, error) {
	type count struct{ Pictures, Changes float64 }
	var before, after count
	const code = `return page.evaluate('({pictures: window.seen.pictures, changes: window.seen.changes})')`
	if err := b.page.Do(code, nil, &before); err != nil {
		return Rates{}, err
	}
	began := time.Now()
	play()
	if err := b.page.Do(code, nil, &after); err != nil {
		return Rates{}, err
	}
	seconds := time.Since(began).Seconds()
	return Rates{(after.Pictures - before.Pictures) / seconds, (after.Changes - before.Changes) / seconds}, nil
}

// Figures turns the viewer's own line of statistics on, and returns it.
func (b *Browser) Figures() (line string, err error) {
	err = b.page.Do(`const line = page.getByText('Round trip').locator('xpath=../..')
		if (!await line.count()) await page.getByRole('button', {name: 'Statistics'}).click()
		return line.innerText()`, nil, &line)
	return line, err
}

// Picture saves the page as a PNG.
func (b *Browser) Picture(file string) error {
	return b.page.Do(`await page.screenshot({path: arg})`, file, nil)
}
