package proxy

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// Bounds of what a proxy may say on one connection, and take.
const (
	maxSaid  = 256 << 10 // bytes
	connTime = 20 * time.Second
)

// connect asks for a tunnel (RFC 9110 section 9.3.6): first without a password,
// and if that is asked for once more with each proof that it would take, on a new
// connection for each.
func (p Proxy) connect(ctx context.Context, direct Connect, to string) (net.Conn, error) {
	conn, asked, err := p.ask(ctx, direct, to, proof{})
	if err != nil || conn != nil {
		return conn, err
	}
	if p.User == "" {
		return nil, fmt.Errorf("it asks for a user and a password (%s)", schemes(asked))
	}
	proofs := p.proofs(asked, to)
	if len(proofs) == 0 {
		return nil, fmt.Errorf("it asks for a kind of authentication that is not supported (%s)", schemes(asked))
	}
	var failed []error
	for _, with := range proofs {
		conn, _, err := p.ask(ctx, direct, to, with)
		switch {
		case conn != nil:
			return conn, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err == nil:
			err = ErrRefused
		}
		failed = append(failed, fmt.Errorf("%s: %w", with.scheme, err))
	}
	return nil, oneLine(failed)
}

// oneLine joins errors for a log.
func oneLine(all []error) error {
	err := all[0]
	for _, next := range all[1:] {
		err = fmt.Errorf("%w; %w", err, next)
	}
	return err
}

// ask makes one connection and asks for a tunnel on it. If the proxy wants
// authentication, or another one, it returns no connection and its challenges.
func (p Proxy) ask(ctx context.Context, direct Connect, to string, with proof) (net.Conn, []challenge, error) {
	conn, err := direct(ctx, "tcp", p.Address)
	if err != nil {
		return nil, nil, err
	}
	// Whoever gives up closes the connection under the exchange.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	asked, err := exchange(conn, to, with)
	if !stop() {
		err = context.Cause(ctx)
	}
	if err != nil || asked != nil {
		conn.Close()
		return nil, asked, err
	}
	return conn, nil, nil
}

// exchange returns challenges that are not nil if there has to be a password, or
// another one.
func exchange(conn net.Conn, to string, with proof) ([]challenge, error) {
	if err := conn.SetDeadline(time.Now().Add(connTime)); err != nil {
		return nil, err
	}
	d := newDialogue(conn, to)
	asked, err := d.connect(with.first)
	if with.second != nil && err == nil {
		asked, err = d.goOn(asked, with)
	}
	switch {
	case err != nil || asked != nil:
		return asked, err
	case d.r.Buffered() > 0:
		return nil, errors.New("it talks before anybody asked it something")
	}
	return nil, conn.SetDeadline(time.Time{})
}

// dialogue is what is said on one connection until there is a tunnel.
type dialogue struct {
	conn   net.Conn
	r      *bufio.Reader
	to     string
	header textproto.MIMEHeader // of the last answer
}

func newDialogue(conn net.Conn, to string) *dialogue {
	return &dialogue{conn: conn, r: bufio.NewReader(io.LimitReader(conn, maxSaid)), to: to}
}

// connect asks once. What it is told to say more is whole lines.
func (d *dialogue) connect(more string) ([]challenge, error) {
	if _, err := io.WriteString(d.conn, "CONNECT "+d.to+" HTTP/1.1\r\nHost: "+d.to+"\r\n"+more+"\r\n"); err != nil {
		return nil, err
	}
	status, header, err := readAnswer(textproto.NewReader(d.r))
	if err != nil {
		return nil, fmt.Errorf("its answer is not HTTP: %w", err)
	}
	d.header = header
	switch {
	case strings.HasPrefix(status, "407"):
		return parseChallenges(header.Values("Proxy-Authenticate")), nil
	case !strings.HasPrefix(status, "2"):
		return nil, fmt.Errorf("it answers %.100q", status)
	}
	return nil, nil
}

// goOn asks once more on the same connection, with the answer to what the proxy
// wants to have answered. If that is nothing it has refused.
func (d *dialogue) goOn(asked []challenge, with proof) ([]challenge, error) {
	for _, c := range asked {
		if c.scheme != with.scheme || c.token == "" {
			continue
		}
		authorization, err := with.second(c.token)
		if err != nil {
			return nil, err
		}
		if err := d.skip(); err != nil {
			return nil, err
		}
		return d.connect(authorization)
	}
	return asked, nil
}

// skip reads the body of a refusal (RFC 9112 section 6.3), behind which the
// connection can be used again.
func (d *dialogue) skip() error {
	if strings.EqualFold(d.header.Get("Transfer-Encoding"), "chunked") {
		return d.skipChunks()
	}
	n, err := strconv.ParseUint(d.header.Get("Content-Length"), 10, 31)
	if err != nil {
		return errors.New("its refusal has no length, so the connection cannot be used again")
	}
	return d.discard(int(n))
}

func (d *dialogue) discard(n int) error {
	if _, err := d.r.Discard(n); err != nil {
		return fmt.Errorf("its refusal cannot be read: %w", err)
	}
	return nil
}

// skipChunks reads a body in chunks (RFC 9112 section 7.1).
func (d *dialogue) skipChunks() error {
	r := textproto.NewReader(d.r)
	for {
		line, err := r.ReadLine()
		if err != nil {
			return err
		}
		size, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 30)
		if err != nil {
			return errors.New("its refusal is not in chunks, as it says")
		}
		if n == 0 {
			_, err := r.ReadMIMEHeader() // trailers, and the empty line
			return err
		}
		if err := d.discard(int(n) + len("\r\n")); err != nil {
			return err
		}
	}
}

// readAnswer reads a status line (RFC 9112 section 4) and a header. (net/http
// would make every client a megabyte larger.)
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
