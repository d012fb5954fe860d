// Package page is one page of a Chromium, driven through Playwright, which is
// among the console's packages.
//
// It is not a test of the console, of which it knows the canvas only: what is done
// with a page is its user's code.
package page

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

	"jump/platform/child"
)

//go:embed driver.mjs
var driver string

// Page is a Chromium with one page. One goroutine uses it.
type Page struct {
	process *child.Process
	in      io.WriteCloser
	out     *os.File
	lines   *bufio.Reader
}

// Options say how to begin.
type Options struct {
	Modules string      // a file in the folder that has node_modules
	Profile string      // a folder for the browser's files
	SPKI    string      // base64 of the SHA-256 of the key that is accepted; empty: any
	Size    image.Point // of the page, in pixels
	Display string      // of an X server, to be shown on without a border; empty: nowhere
	Log     io.Writer   // for what the driver complains about
}

// Start starts a Chromium. It ends with Close, or with this program.
func Start(o Options) (*Page, error) {
	modules, err := filepath.Abs(o.Modules)
	if err != nil {
		return nil, fmt.Errorf("start the browser: %w", err)
	}
	cmd := exec.Command("node", "--input-type=module", "-e", driver, "--", modules, o.Profile, o.SPKI, strconv.Itoa(o.Size.X), strconv.Itoa(o.Size.Y), o.Display)
	cmd.Stderr = o.Log
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the browser: %w", err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start the browser: %w", err)
	}
	cmd.Stdout = write
	process, err := child.Start(cmd)
	write.Close()
	if err != nil {
		read.Close()
		return nil, fmt.Errorf("start the browser (see `make setup`): %w", err)
	}
	p := &Page{process, in, read, bufio.NewReader(read)}
	if err := p.answer(nil); err != nil {
		p.Close()
		return nil, fmt.Errorf("start the browser: %w", err)
	}
	return p, nil
}

// Close ends the browser, and all that it started.
func (p *Page) Close() error {
	p.in.Close()
	_, _ = io.Copy(io.Discard, p.out)
	<-p.process.Done()
	p.out.Close()
	return p.process.Stop(0)
}

// Do runs the body of an async JavaScript function of (page, arg, seen,
// context), with Playwright's API, and reads what it returns into into, unless
// that is nil. seen is a list of what the page complained of.
func (p *Page) Do(code string, arg, into any) error {
	line, err := json.Marshal(map[string]any{"code": code, "arg": arg})
	if err != nil {
		return err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return err
	}
	return p.answer(into)
}

func (p *Page) answer(into any) error {
	line, err := p.lines.ReadBytes('\n')
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
		return errors.New(answer.Error)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, into)
}
