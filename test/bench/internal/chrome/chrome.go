// Package chrome shows the product's console, or another page with a canvas, in a
// Chromium and looks at what that shows on its display.
//
// It is not a viewer (the console is), and it reads few pixels only.
package chrome

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"image"
	"os"
	"time"

	"jump/test/internal/page"
)

// note has the viewer's worker write down when it draws the mark in another
// colour, beside what it draws anyway.
const note = `const [worker] = page.workers()
await worker.evaluate(({ X, Y }) => {
	const { prototype } = OffscreenCanvasRenderingContext2D
	const put = prototype.putImageData
	self.marks = []
	let was
	prototype.putImageData = function (image, ...where) {
		put.call(this, image, ...where)
		const light = image.data[4 * (Y * image.width + X) + 1] > 128
		if (light !== was) self.marks.push({ at: performance.timeOrigin + performance.now(), light })
		was = light
	}
}, arg)`

// place returns where the canvas of a page is: the left and upper edge, the size of
// a pixel of it, and how many it is wide.
const place = `return page.evaluate(() => {
	const canvas = document.querySelector('canvas')
	const at = canvas.getBoundingClientRect()
	return { x: at.left, y: at.top, scale: at.width / canvas.width, width: canvas.width }
})`

//go:embed alone.html
var alone string

// Alone is the address of a page that scrolls as the scene smooth does, with
// nobody's help: what it shows is all that the browser can show on this machine.
var Alone = "data:text/html;base64," + base64.StdEncoding.EncodeToString([]byte(alone))

// Browser is a Chromium with the viewer. One goroutine uses it.
type Browser struct {
	page         *page.Page
	profile      string
	eye          *eye
	mark, column image.Point // on the display
	notes        bool        // the page is the viewer, which notes when it draws
}

// Options say what to open.
type Options struct {
	Modules        string      // a file in the folder of the console's modules
	URL            string      // of the page, whose certificate is not checked
	Name, Password string      // for the console; without a name the page is only opened
	Mark           image.Point // the pixel of the canvas to look at
	Display        string      // to show the browser on, of Size or more
	WebTransport   bool        // carries the viewer; else a WebSocket does
}

// Size is that of the browser's window, which has no borders: with room for the
// whole picture in its own size, since without a graphics card the browser needs
// half its time to scale it.
var Size = image.Pt(1940, 1200)

// Open signs in and jumps to the client that is online, or opens a page that shows
// a screen by itself.
func Open(o Options) (*Browser, error) {
	profile, err := os.MkdirTemp("", "bench-chromium-")
	if err != nil {
		return nil, err
	}
	p, err := page.Start(page.Options{Modules: o.Modules, Profile: profile, Size: Size, Display: o.Display, Log: os.Stderr})
	if err != nil {
		os.RemoveAll(profile)
		return nil, err
	}
	b := &Browser{page: p, profile: profile}
	if b.eye, err = openEye(o.Display); err == nil {
		err = b.open(o)
	}
	if err != nil {
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
	const whole = `await page.waitForFunction(() => document.querySelector('canvas').width > 1000)` // a new one has 300
	if err := b.page.Do(whole, nil, nil); err != nil {
		return err
	}
	var canvas struct{ X, Y, Scale, Width float64 }
	if err := b.page.Do(place, nil, &canvas); err != nil {
		return err
	}
	on := func(x, y float64) image.Point {
		return image.Pt(int(canvas.X+x*canvas.Scale), int(canvas.Y+y*canvas.Scale))
	}
	b.mark, b.column = on(float64(o.Mark.X), float64(o.Mark.Y)), on(canvas.Width/2, 200)
	if b.notes = o.Name != ""; b.notes {
		return b.page.Do(note, o.Mark, nil)
	}
	return nil
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
	if b.eye != nil {
		b.eye.close()
	}
	return b.page.Close()
}

// Await waits until the mark is light or dark on the display, and returns since
// when.
func (b *Browser) Await(white bool, timeout time.Duration) (time.Time, error) {
	return b.eye.await(b.mark, white, timeout)
}

// Watch lets play run and returns how often a second the display showed another
// picture of it meanwhile, in a column of the canvas.
func (b *Browser) Watch(play func()) (float64, error) {
	began := time.Now()
	stop := b.eye.count(b.column)
	play()
	changes, err := stop()
	return float64(changes) / time.Since(began).Seconds(), err
}

// Drawn says that the mark was drawn on the canvas.
type Drawn struct {
	At    float64 // ms since 1970
	Light bool
}

// Drawn returns when the mark was drawn on the canvas of the viewer since it was
// opened; nothing of another page.
func (b *Browser) Drawn() (all []Drawn, err error) {
	if b.notes {
		err = b.page.Do("return page.workers()[0].evaluate('self.marks')", nil, &all)
	}
	return all, err
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
