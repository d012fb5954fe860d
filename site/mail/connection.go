package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"jump/site/message"
	"jump/transport/wire"
)

// connection is an open connection to the server, signed in.
type connection struct {
	client *smtp.Client
	ctx    context.Context // ends the connection
	stop   func() bool
}

// open reaches the server: greeting, encryption, sign-in. Its error is a
// *Failure that says which of them failed.
func (p *Post) open(ctx context.Context, s Settings) (*connection, error) {
	conn, err := p.dial(ctx, "tcp", s.address())
	if err != nil {
		return nil, late(ctx, message.CodeMailUnreachable, err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	client, code, err := p.greet(ctx, &bounded{conn, maxAnswers}, s)
	if err != nil {
		stop()
		conn.Close()
		return nil, late(ctx, code, err)
	}
	return &connection{client, ctx, stop}, nil
}

// greet begins the conversation. With an error it returns the code of the step
// that failed.
func (p *Post) greet(ctx context.Context, conn net.Conn, s Settings) (*smtp.Client, wire.Code, error) {
	config := p.tls.Clone()
	config.ServerName = s.Host
	if s.Security == SecurityTLS {
		encrypted := tls.Client(conn, config)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return nil, message.CodeMailTLS, err
		}
		conn = encrypted
	}
	client, err := smtp.NewClient(conn, s.Host)
	if err == nil {
		err = client.Hello(p.name)
	}
	if err != nil {
		return nil, message.CodeMailUnreachable, err
	}
	if s.Security == SecurityStartTLS {
		if has, _ := client.Extension("STARTTLS"); !has {
			return nil, message.CodeMailTLS, errors.New("the server does not offer STARTTLS")
		}
		if err := client.StartTLS(config); err != nil {
			return nil, message.CodeMailTLS, err
		}
	}
	return client, message.CodeMailAuth, signIn(client, s)
}

func signIn(client *smtp.Client, s Settings) error {
	if s.User == "" {
		return nil
	}
	_, offered := client.Extension("AUTH")
	ways := strings.Fields(offered)
	for _, way := range ways {
		if way == "PLAIN" {
			return client.Auth(smtp.PlainAuth("", s.User, s.Password, s.Host))
		}
	}
	for _, way := range ways {
		if way == "LOGIN" {
			return client.Auth(login{s})
		}
	}
	return fmt.Errorf("the server takes passwords neither as PLAIN nor as LOGIN, but as %.64q", offered)
}

// deliver gives the server one letter for each address.
func (c *connection) deliver(words written, from mail.Address, to []string, at time.Time) (Delivery, error) {
	var d Delivery
	for i, address := range to {
		err := c.deliverOne(words, envelope{from, address, at})
		if err == nil {
			d.Taken = append(d.Taken, address)
			continue
		}
		failed := late(c.ctx, message.CodeMailRefused, err)
		var answer *textproto.Error
		if errors.As(err, &answer) && c.client.Reset() == nil {
			d.Missed = append(d.Missed, Undelivered{address, failed})
			continue
		}
		for _, rest := range to[i:] { // the connection is gone
			d.Missed = append(d.Missed, Undelivered{rest, failed})
		}
		break
	}
	if len(d.Taken) == 0 {
		return Delivery{}, d.Missed[0].Err
	}
	return d, nil
}

func (c *connection) deliverOne(words written, e envelope) error {
	text, err := words.encode(e)
	if err != nil {
		return err
	}
	if err := c.client.Mail(e.from.Address); err != nil {
		return err
	}
	if err := c.client.Rcpt(e.to); err != nil {
		return err
	}
	w, err := c.client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

// close ends the conversation. What the server says to that changes nothing.
func (c *connection) close() {
	if err := c.client.Quit(); err != nil {
		c.client.Close()
	}
	c.stop()
}

// late is fail, where the time may be over.
func late(ctx context.Context, code wire.Code, err error) error {
	if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		code = message.CodeMailSlow
	}
	return fail(code, err)
}

// maxAnswers bounds what a server may say in one conversation, in bytes.
const maxAnswers = 1 << 20

// bounded is a connection from which no more than so many bytes are read.
type bounded struct {
	net.Conn
	left int
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// login is the old way to sign in that some servers still want. It has no RFC;
// they ask for user and password one after the other.
type login struct{ Settings }

var _ smtp.Auth = login{}

// Start implements smtp.Auth. It refuses as smtp.PlainAuth does.
func (l login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS && !local(server.Name) {
		return "", nil, errors.New("the connection is not encrypted")
	}
	return "LOGIN", nil, nil
}

// Next implements smtp.Auth.
func (l login) Next(question []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	switch strings.ToLower(strings.TrimRight(string(question), ": \x00")) { // the draft of 2003 has the NUL
	case "username", "user name":
		return []byte(l.User), nil
	case "password":
		return []byte(l.Password), nil
	}
	return nil, errors.New("the server asks for something else than user and password")
}
