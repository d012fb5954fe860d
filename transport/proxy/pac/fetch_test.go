package pac

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sample = `function FindProxyForURL(url, host) { return "DIRECT"; }`

// answers is a network on which every host gives an answer by its path.
func answers(all map[string]string) Dial {
	return func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go func() {
			defer there.Close()
			r, err := http.ReadRequest(bufio.NewReader(there))
			if err == nil {
				io.WriteString(there, all[r.Host+r.URL.Path])
			}
		}()
		return here, nil
	}
}

func TestFetch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "proxy.pac")
	if err := os.WriteFile(file, []byte(sample), 0o600); err != nil {
		t.Fatal(err)
	}
	dial := answers(map[string]string{
		"a/proxy.pac": "HTTP/1.1 200 OK\r\nContent-Type: application/x-ns-proxy-autoconfig\r\n\r\n" + sample,
		"a/moved":     "HTTP/1.1 302 Found\r\nLocation: http://b/there\r\n\r\n",
		"b/there":     "HTTP/1.0 301 Moved\r\nLocation: /proxy.pac\r\n\r\n",
		"b/proxy.pac": "HTTP/1.0 200 OK\r\n\r\n" + sample,
		"a/loop":      "HTTP/1.1 302 Found\r\nLocation: /loop\r\n\r\n",
		"a/file":      "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",
		"a/huge":      "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", 2<<20),
		"a/header":    "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2<<20),
		"a/none":      "HTTP/1.1 404 Not \x1b[2JFound\r\n\r\n",
		"a/chunked":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a/binary":    "HTTP/1.1 200 OK\r\n\r\n\x00\x01",
		"a/ssh":       "SSH-2.0-x\r\n",
	})
	for from, want := range map[string]string{
		"http://a/proxy.pac": "", "http://a/moved": "", "file://" + filepath.ToSlash(file): "",
		"http://a/loop": "more than 4 times", "http://a/file": "no script on the network", "http://a/huge": "more than", "http://a/header": "",
		"http://a/none": "404", "http://a/chunked": "HTTP/1.1", "http://a/binary": "no text", "http://a/ssh": "not HTTP",
		"ftp://a/x": "address", "http://u:p@a/": "address", "file:///": "no file", "http://": "address",
	} {
		text, err := Fetch(t.Context(), from, dial)
		good := want == "" && !strings.Contains(from, "header")
		if good != (err == nil) || good && text != sample {
			t.Errorf("%s: %.40q, %v", from, text, err)
		}
		if err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\x1b")) {
			t.Errorf("%s: %v, want %q", from, err, want)
		}
	}
}

func TestFetchAny(t *testing.T) {
	dial := answers(map[string]string{"wpad.b.example/wpad.dat": "HTTP/1.0 200 OK\r\n\r\n" + sample})
	if text, err := FetchAny(t.Context(), Places([]string{"a.example", "b.example"}), dial); err != nil || text != sample {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := FetchAny(t.Context(), nil, dial); err == nil {
		t.Error("found without a place to look")
	}
}
