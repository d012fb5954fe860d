//go:build linux && amd64

package windows

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jump/platform/child"
)

// browser is a Chromium with one page, driven by test/e2e's driver.
type browser struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Reader
}

func newBrowser(t *testing.T, s *site) *browser {
	t.Helper()
	cmd := exec.Command("node", "driver.mjs", t.TempDir(), s.spki(), "1280", "900")
	cmd.Dir = filepath.Join("..", "e2e")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = write, os.Stderr
	p, err := child.Start(cmd)
	if err != nil {
		t.Fatalf("start the browser (see `make setup`): %v", err)
	}
	write.Close()
	b := &browser{t, in, bufio.NewReader(read)}
	t.Cleanup(func() {
		if t.Failed() {
			b.picture("page.png")
		}
		in.Close()
		<-p.Done()
		read.Close()
		_ = p.Stop(0)
	})
	if err := b.answer(nil); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return b
}

// spki returns the hash by which Chromium is told to accept the site.
func (s *site) spki() string {
	s.t.Helper()
	conn, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	sum := sha256.Sum256(conn.ConnectionState().PeerCertificates[0].RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// do runs the body of an async function of Playwright's page and an argument,
// and reads what it returns into into, unless that is nil.
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
		return errors.New(answer.Error)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, into)
}

// picture leaves a picture of the page.
func (b *browser) picture(name string) {
	path := kept(b.t, name)
	if err := b.try(`await page.screenshot({path: arg})`, path, nil); err == nil {
		b.t.Logf("see %s", path)
	}
}

// kept returns the path of a file that is kept after a test.
func kept(t *testing.T, name string) string {
	dir, err := filepath.Abs(filepath.Join("..", "..", "out", "windows", t.Name()))
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		t.Error(err)
	}
	return filepath.Join(dir, name)
}

// open signs in and begins a session with a client.
func (b *browser) open(s *site, client string) {
	b.t.Helper()
	b.do(`await page.goto(arg.url)
		await page.getByLabel('User name').fill('admin')
		await page.getByLabel('Password', {exact: true}).fill(arg.password)
		await page.getByRole('button', {name: 'Sign in'}).click()
		await page.getByRole('row').filter({hasText: arg.client}).filter({hasText: 'Online'}).first().dblclick()
		await page.waitForURL('**/session/*')`,
		map[string]string{"url": s.url, "client": client, "password": adminPassword}, nil)
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

func decodePNG(t *testing.T, b []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("read a picture: %v", err)
	}
	return m
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
