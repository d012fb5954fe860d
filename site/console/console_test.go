package console

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var page = "<!doctype html>" + strings.Repeat("<p>console</p>", 100)

func built() fstest.MapFS {
	return fstest.MapFS{
		"index.html":          {Data: []byte(page)},
		"favicon.svg":         {Data: []byte("<svg/>")},
		"assets/app-3fa9.js":  {Data: []byte(strings.Repeat("let a = 1;\n", 200))},
		"assets/tiny-11.woff": {Data: []byte{1, 2, 3}},
	}
}

func get(t *testing.T, h http.Handler, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestFiles(t *testing.T) {
	files, err := New(built())
	if err != nil {
		t.Fatal(err)
	}
	h := Headers(files)
	tests := []struct {
		method, path string
		status       int
		kind, cache  string
	}{
		{"GET", "/", 200, "text/html", "no-store"},
		{"GET", "/clients/abc", 200, "text/html", "no-store"},
		{"GET", "/../../etc/passwd", 200, "text/html", "no-store"},
		{"HEAD", "/", 200, "text/html", "no-store"},
		{"GET", "/favicon.svg", 200, "image/svg+xml", "no-cache"},
		{"GET", "/assets/app-3fa9.js", 200, "text/javascript", "public, max-age=31536000, immutable"},
		{"GET", "/assets/gone.js", 404, "text/plain", ""},
		{"GET", "/api/v1/unknown", 404, "text/plain", ""},
		{"POST", "/", 405, "text/plain", ""},
	}
	for _, c := range tests {
		r := get(t, h, c.method, c.path)
		if r.StatusCode != c.status || !strings.HasPrefix(r.Header.Get("Content-Type"), c.kind) || r.Header.Get("Cache-Control") != c.cache {
			t.Errorf("%s %s: %d %q %q", c.method, c.path, r.StatusCode, r.Header.Get("Content-Type"), r.Header.Get("Cache-Control"))
		}
		if r.Header.Get("Content-Security-Policy") != Policy || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: strict headers are missing", c.method, c.path)
		}
	}
}

func TestFilesCompression(t *testing.T) {
	files, err := New(built())
	if err != nil {
		t.Fatal(err)
	}
	r := get(t, files, "GET", "/", "Accept-Encoding", "br, gzip")
	body, _ := io.ReadAll(r.Body)
	if r.Header.Get("Content-Encoding") != "gzip" || len(body) >= len(page) {
		t.Fatalf("page of %d bytes came as %d, %q", len(page), len(body), r.Header.Get("Content-Encoding"))
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if plain, _ := io.ReadAll(z); string(plain) != page {
		t.Error("the page changed on its way")
	}
	for _, accept := range []string{"", "br", "gzip;q=0"} {
		if r := get(t, files, "GET", "/", "Accept-Encoding", accept); r.Header.Get("Content-Encoding") != "" {
			t.Errorf("Accept-Encoding %q was answered with %q", accept, r.Header.Get("Content-Encoding"))
		}
	}
	if r := get(t, files, "GET", "/assets/tiny-11.woff", "Accept-Encoding", "gzip"); r.Header.Get("Content-Encoding") != "" {
		t.Error("3 bytes were compressed")
	}
}

func TestFilesNotModified(t *testing.T) {
	files, err := New(built())
	if err != nil {
		t.Fatal(err)
	}
	etag := get(t, files, "GET", "/favicon.svg").Header.Get("ETag")
	r := get(t, files, "GET", "/favicon.svg", "If-None-Match", etag)
	if r.StatusCode != http.StatusNotModified {
		t.Errorf("%d with the right ETag %s", r.StatusCode, etag)
	}
	if r := get(t, files, "GET", "/favicon.svg", "If-None-Match", `"other"`); r.StatusCode != 200 {
		t.Errorf("%d with another ETag", r.StatusCode)
	}
}

func TestNewWithoutPage(t *testing.T) {
	if _, err := New(fstest.MapFS{}); err == nil {
		t.Error("a console without index.html was accepted")
	}
}
