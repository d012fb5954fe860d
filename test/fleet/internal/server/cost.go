package server

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// PID is the site's process. It is that of jumpsite only if the site is in no
// namespace.
func (s *Site) PID() int { return s.cmd.Process.Pid }

// collection is what Go prints at each, with GODEBUG=gctrace=1: the third
// figure is what was alive, in MiB.
var collection = regexp.MustCompile(`gc \d+ @.*, \d+->\d+->(\d+) MB`)

// Heap returns the bytes that were alive at the last collection of this start,
// 0 before the first.
func (s *Site) Heap() int64 {
	b, _ := os.ReadFile(s.log.Name())
	all := collection.FindAllSubmatch(b, -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(string(all[len(all)-1][1]), 10, 64)
	return n << 20
}

// Client returns an HTTP client for the API, on connections that stay.
func (s *Site) Client() (*http.Client, error) {
	pem, err := os.ReadFile(s.caFile())
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}, nil
}

// Call asks the API for something and returns how long that took.
func (s *Site) Call(c *http.Client, path string) (time.Duration, error) {
	start := time.Now()
	req, err := http.NewRequest(http.MethodGet, s.URL+"/api/v1/"+path, nil)
	if err != nil {
		return 0, err
	}
	for _, e := range s.env {
		if token, ok := strings.CutPrefix(e, "JUMP_TOKEN="); ok {
			req.Header.Set("Authorization", "Bearer "+token)
		}
	}
	resp, err := c.Do(req)
	if err != nil {
		return time.Since(start), err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return time.Since(start), err
	}
	if resp.StatusCode != http.StatusOK {
		return time.Since(start), fmt.Errorf("%s: %s", path, resp.Status)
	}
	return time.Since(start), nil
}
