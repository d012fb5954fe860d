// Package chrome shows the product's console in a Chromium and looks at the
// canvas of its viewer as the browser shows it.
//
// It is not a viewer (the console is), and it reads single pixels only: whole
// pictures would cost the browser more than what is measured.
package chrome

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

//go:embed driver.mjs
var driver string

// Browser is a Chromium with one page. One goroutine uses it.
type Browser struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Options say what to open.
type Options struct {
	Modules        string // a file in the folder of the console's modules
	URL            string // of the site, whose certificate is not checked
	Name, Password string
	Mark           image.Point // the pixel to look at
}

// Open signs in and jumps to the client that is online.
func Open(o Options) (*Browser, error) {
	modules, err := filepath.Abs(o.Modules)
	if err != nil {
		return nil, err
	}
	mark := fmt.Sprintf("[%d,%d]", o.Mark.X, o.Mark.Y)
	c := exec.Command("node", "--input-type=module", "-e", driver, "--", modules, o.URL, o.Name, o.Password, mark)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	b := &Browser{c, in, bufio.NewReader(out)}
	if err := b.answer(nil); err != nil {
		b.Close()
		return nil, fmt.Errorf("open the console: %w", err)
	}
	return b, nil
}

// Close ends the browser.
func (b *Browser) Close() error {
	b.in.Close()
	return b.cmd.Wait()
}

// Await waits until the page shows the mark in that colour and returns since when.
func (b *Browser) Await(white bool, timeout time.Duration) (time.Time, error) {
	var at float64 // ms since 1970
	code := fmt.Sprintf(`await page.waitForFunction((white) => seen.white === white, %v, {timeout: %d}); return page.evaluate('seen.at')`,
		white, timeout.Milliseconds())
	err := b.do(code, &at)
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
	const code = `return page.evaluate('({pictures: seen.pictures, changes: seen.changes})')`
	if err := b.do(code, &before); err != nil {
		return Rates{}, err
	}
	began := time.Now()
	play()
	if err := b.do(code, &after); err != nil {
		return Rates{}, err
	}
	seconds := time.Since(began).Seconds()
	return Rates{(after.Pictures - before.Pictures) / seconds, (after.Changes - before.Changes) / seconds}, nil
}

// Figures turns the viewer's own line of statistics on, and returns it.
func (b *Browser) Figures() (line string, err error) {
	err = b.do(`const line = page.getByText('Round trip').locator('xpath=../..')
		if (!await line.count()) await page.getByRole('button', {name: 'Statistics'}).click()
		return line.innerText()`, &line)
	return line, err
}

// Picture saves the page as a PNG.
func (b *Browser) Picture(file string) error {
	return b.do("await page.screenshot({path: "+strconv.Quote(file)+"})", nil)
}

func (b *Browser) do(code string, into any) error {
	line, err := json.Marshal(code)
	if err != nil {
		return err
	}
	if _, err := b.in.Write(append(line, '\n')); err != nil {
		return err
	}
	return b.answer(into)
}

func (b *Browser) answer(into any) error {
	line, err := b.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the browser's driver ended: %w", err)
	}
	var got struct {
		Value json.RawMessage
		Error string
	}
	if err := json.Unmarshal(line, &got); err != nil {
		return err
	}
	if got.Error != "" {
		return errors.New(got.Error)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(got.Value, into)
}
