// Package console serves the built files of the web console: compressed,
// cached as long as their names promise, and under strict headers.
//
// It does not build them (package jump/web), and it is not the API; it knows
// nothing about who asks, because these files are the same for everybody.
package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Policy is the Content-Security-Policy of every answer of the site: nothing
// but the site's own files runs, and nobody frames it. Styles may stand inline
// because the console's components compute theirs.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Headers puts the headers of every answer of the site before next.
func Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", Policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Strict-Transport-Security", "max-age=31536000")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Accept-CH", "Sec-CH-UA-Arch") // which installer suits a computer; Chromium tells only when asked
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		next.ServeHTTP(w, r)
	})
}

// file is one built file, read and compressed once.
type file struct {
	kind         string // MIME type
	etag         string
	cache        string // Cache-Control
	plain, small []byte // small is gzip, nil if that saves nothing
}

// Files serves the console.
type Files struct {
	files map[string]*file // by path without the leading slash
}

const index = "index.html"

// New reads all of built. Without an index.html the error says so.
func New(built fs.FS) (*Files, error) {
	f := &Files{files: map[string]*file{}}
	err := fs.WalkDir(built, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(built, name)
		if err == nil {
			f.files[name] = newFile(name, body)
		}
		return err
	})
	if err == nil && f.files[index] == nil {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("read the console's built files: %w", err)
	}
	return f, nil
}

func newFile(name string, body []byte) *file {
	sum := sha256.Sum256(body)
	f := &file{
		kind:  mime.TypeByExtension(path.Ext(name)),
		etag:  `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
		cache: "no-cache",
		plain: body,
	}
	if f.kind == "" {
		f.kind = "application/octet-stream"
	}
	switch {
	case name == index:
		f.cache = "no-store"
	case strings.HasPrefix(name, "assets/"): // Vite puts a hash of the content into these names
		f.cache = "public, max-age=31536000, immutable"
	}
	if small := compress(body); len(small) < len(body)*9/10 {
		f.small = small
	}
	return f
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // fails only for a wrong level
	z.Write(body)
	z.Close()
	return b.Bytes()
}

// ServeHTTP serves a file, or the console's page for every path that is no
// file, because the console finds its own way from there. A missing asset is
// missing: a page in its place would only hide the mistake.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	found := f.files[name]
	if found == nil && (strings.HasPrefix(name, "assets/") || strings.HasPrefix(name, "api/")) {
		http.NotFound(w, r)
		return
	}
	if found == nil {
		found = f.files[index]
	}
	found.serve(w, r)
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h, body := w.Header(), f.plain
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", f.cache)
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if f.small != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = f.small
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		w.Write(body)
	}
}

// acceptsGzip reads Accept-Encoding as far as browsers use it (RFC 9110 section
// 12.5.3).
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(coding, "gzip") && strings.TrimSpace(weight) != "q=0" {
			return true
		}
	}
	return false
}
