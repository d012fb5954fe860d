//go:build linux && amd64

package windows

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jump/test/internal/page"
)

// browser is a page that a representative uses.
type browser struct {
	*page.Page
	t *testing.T
}

func newBrowser(t *testing.T, s *site) *browser {
	t.Helper()
	p, err := page.Start(page.Options{Modules: "../../web/package.json", Profile: t.TempDir(), SPKI: s.spki(), Size: image.Pt(1280, 900), Log: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{p, t}
	t.Cleanup(func() {
		if t.Failed() {
			b.picture("page.png")
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
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

// do is Page.Do, which must succeed.
func (b *browser) do(code string, arg, into any) {
	b.t.Helper()
	if err := b.Do(code, arg, into); err != nil {
		b.t.Fatalf("browser: %v\nat: %s", err, code)
	}
}

// picture leaves a picture of the page.
func (b *browser) picture(name string) {
	path := kept(b.t, name)
	if err := b.Do(`await page.screenshot({path: arg})`, path, nil); err == nil {
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
	m, err := b.Canvas()
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

// click clicks a place of the remote screen.
func (b *browser) click(at image.Point) {
	b.t.Helper()
	if err := b.Click(at); err != nil {
		b.t.Fatal(err)
	}
}
