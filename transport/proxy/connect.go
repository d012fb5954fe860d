package proxy

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"
)

// Bounds of what a proxy may say and take.
const (
	maxAnswer = 64 << 10 // bytes of a header
	connTime  = 20 * time.Second
)

// connect asks for a tunnel (RFC 9110 section 9.3.6): first without a password,
// and once more with one, on a new connection, if that is asked for.
func (p Proxy) connect(ctx context.Context, direct Connect, to string) (net.Conn, error) {
	conn, asked, err := p.ask(ctx, direct, to, "")
	if err != nil || conn != nil {
		return conn, err
	}
	if p.User == "" {
		return nil, fmt.Errorf("it asks for a user and a password (%s)", schemes(asked))
	}
	answer, err := p.answer(asked, to)
	if err != nil {
		return nil, err
	}
	conn, _, err = p.ask(ctx, direct, to, answer)
	if err == nil && conn == nil {
		err = errors.New("it does not accept the user and password")
	}
	return conn, err
}

// ask sends one CONNECT. If the proxy wants authentication it returns no
// connection and its challenges.
func (p Proxy) ask(ctx context.Context, direct Connect, to, authorization string) (net.Conn, []challenge, error) {
	conn, err := direct(ctx, "tcp", p.Address)
	if err != nil {
		return nil, nil, err
	}
	// Whoever gives up closes the connection under the exchange.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	asked, err := exchange(conn, to, authorization)
	if !stop() {
		err = context.Cause(ctx)
	}
	if err != nil || asked != nil {
		conn.Close()
		return nil, asked, err
	}
	return conn, nil, nil
}

// exchange returns challenges that are not nil if there has to be a password.
func exchange(conn net.Conn, to, authorization string) ([]challenge, error) {
	if err := conn.SetDeadline(time.Now().Add(connTime)); err != nil {
		return nil, err
	}
	request := "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n"
	if authorization != "" {
		request += "Proxy-Authorization: " + authorization + "\r\n"
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return nil, err
	}
	r := bufio.NewReader(io.LimitReader(conn, maxAnswer))
	status, header, err := readAnswer(textproto.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("its answer is not HTTP: %w", err)
	}
	switch {
	case strings.HasPrefix(status, "407"):
		return parseChallenges(header.Values("Proxy-Authenticate")), nil
	case !strings.HasPrefix(status, "2"):
		return nil, fmt.Errorf("it answers %.100q", status)
	case r.Buffered() > 0:
		return nil, errors.New("it talks before anybody asked it something")
	}
	return nil, conn.SetDeadline(time.Time{})
}

// readAnswer reads a status line (RFC 9112 section 4) and a header. The body of
// a refusal is not read: the connection is not used again. (net/http would make
// every client a megabyte larger.)
func readAnswer(r *textproto.Reader) (status string, header textproto.MIMEHeader, err error) {
	line, err := r.ReadLine()
	if err != nil {
		return "", nil, err
	}
	version, status, ok := strings.Cut(line, " ")
	if !ok || version != "HTTP/1.1" && version != "HTTP/1.0" {
		return "", nil, fmt.Errorf("it begins with %.40q", line)
	}
	header, err = r.ReadMIMEHeader()
	return status, header, err
}

// answer picks the best scheme that is offered.
func (p Proxy) answer(offered []challenge, to string) (string, error) {
	for _, c := range offered {
		if c.scheme == "digest" {
			if s, err := p.digest(c, "CONNECT", to, nonce()); err == nil {
				return s, nil
			}
		}
	}
	for _, c := range offered {
		if c.scheme == "basic" {
			return "Basic " + base64.StdEncoding.EncodeToString([]byte(p.User+":"+p.Password)), nil
		}
	}
	return "", fmt.Errorf("it asks for a kind of authentication that is not supported (%s)", schemes(offered))
}

func schemes(offered []challenge) string {
	var names []string
	for _, c := range offered {
		names = append(names, c.scheme)
	}
	return strings.Join(names, ", ")
}
