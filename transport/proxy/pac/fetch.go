package pac

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"time"

	"jump/transport/proxy/script"
)

// Bounds of fetching a script.
const (
	fetchTime = 5 * time.Second
	maxHops   = 4
	maxHeader = 64 << 10 // bytes
	maxURL    = 1024     // bytes
)

// Dial connects to an address as net.Dialer.DialContext does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Fetch gets a script from an http, https or file URL, through no proxy. It
// takes at most 5 seconds and 1 MiB, and goes on to another place 4 times. A
// place on the network never leads to a file.
func Fetch(ctx context.Context, from string, dial Dial) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, fetchTime, errors.New("it takes too long"))
	defer cancel()
	u, err := Check(from)
	if err != nil {
		return "", err
	}
	if u.Scheme == "file" {
		return readFile(u.Path)
	}
	for range maxHops + 1 {
		text, next, err := get(ctx, u, dial)
		if err != nil || next == "" {
			return text, err
		}
		if u, err = u.Parse(next); err == nil {
			u, err = Check(u.String())
		}
		if err != nil || u.Scheme == "file" {
			return "", errors.New("it leads to something that is no script on the network")
		}
	}
	return "", fmt.Errorf("it leads on more than %d times", maxHops)
}

// Check reads the address of a script.
func Check(from string) (*url.URL, error) {
	u, err := url.Parse(from)
	switch {
	case err != nil || len(from) > maxURL:
		return nil, errors.New("the script's address is not an URL")
	case u.Scheme == "file" && u.Host == "" && u.Path != "":
	case (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil:
	default:
		return nil, errors.New("a proxy script comes from an address such as http://host/proxy.pac, https://… or file:///…")
	}
	return u, nil
}

func readFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // a pipe would be waited for
		err = errors.New("it is no file")
	}
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return body(f)
}

// body reads a script and refuses one that is too long.
func body(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, script.MaxSource+1))
	if err != nil {
		return "", err
	}
	if len(b) > script.MaxSource {
		return "", fmt.Errorf("it has more than %d bytes", script.MaxSource)
	}
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.IndexByte(b, 0) >= 0 {
		return "", errors.New("it is no text in ASCII or UTF-8")
	}
	return string(b), nil
}

// get asks for a script once. next is where it says that the script is.
func get(ctx context.Context, u *url.URL, dial Dial) (text, next string, err error) {
	conn, err := connect(ctx, u, dial)
	if err != nil {
		return "", "", err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	text, next, err = exchange(conn, u)
	if !stop() && err != nil {
		err = context.Cause(ctx)
	}
	return text, next, err
}

func connect(ctx context.Context, u *url.URL, dial Dial) (net.Conn, error) {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil || u.Scheme == "http" {
		return conn, err
	}
	secure := tls.Client(conn, &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12})
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// exchange speaks HTTP/1.0, in which an answer ends with its connection.
func exchange(conn net.Conn, u *url.URL) (text, next string, err error) {
	request := "GET " + u.RequestURI() + " HTTP/1.0\r\nHost: " + u.Host + "\r\nAccept: */*\r\nUser-Agent: jumpclient\r\nConnection: close\r\n\r\n"
	if _, err := io.WriteString(conn, request); err != nil {
		return "", "", err
	}
	buffered := bufio.NewReader(io.LimitReader(conn, maxHeader+script.MaxSource+1))
	r := textproto.NewReader(buffered)
	line, err := r.ReadLine()
	if err != nil {
		return "", "", err
	}
	version, status, ok := strings.Cut(line, " ")
	if !ok || !strings.HasPrefix(version, "HTTP/1.") {
		return "", "", fmt.Errorf("it is not HTTP but begins with %.40q", line)
	}
	header, err := r.ReadMIMEHeader()
	if err != nil {
		return "", "", err
	}
	switch {
	case strings.HasPrefix(status, "30") && header.Get("Location") != "":
		return "", header.Get("Location"), nil
	case !strings.HasPrefix(status, "200"):
		return "", "", fmt.Errorf("its server answers %.60q", status)
	case header.Get("Transfer-Encoding") != "":
		return "", "", errors.New("its server sends it in a form of HTTP/1.1, which was not asked for")
	}
	text, err = body(buffered)
	return text, "", err
}
