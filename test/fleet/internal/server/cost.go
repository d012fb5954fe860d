package server

import (
	"bytes"
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

// Resident returns the memory of a process, in bytes, and whether it lives.
func Resident(pid int) (int64, bool) {
	v, ok := Status(pid, "VmRSS")
	return v << 10, ok
}

// Status returns a number of /proc/PID/status (proc_pid_status(5)).
func Status(pid int, field string) (int64, bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	for line := range bytes.Lines(b) {
		if rest, ok := bytes.CutPrefix(line, []byte(field+":")); ok {
			n, err := strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// tick is the unit of /proc/PID/stat on every Linux of today (USER_HZ).
const tick = 10 * time.Millisecond

// CPU returns the time that a process has spent on a processor.
func CPU(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// utime and stime are the 12th and 13th after the name in brackets.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(string(fields[11]))
	system, _ := strconv.Atoi(string(fields[12]))
	return time.Duration(user+system) * tick
}

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
