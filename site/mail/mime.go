package mail

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// envelope is who a letter is from and to.
type envelope struct {
	from mail.Address
	to   string
	at   time.Time
}

// encode returns the letter as SMTP carries it (RFC 5322, RFC 2046), with CRLF.
// Nothing from outside gets into a header unencoded.
func (w written) encode(e envelope) ([]byte, error) {
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	_, domain, _ := strings.Cut(e.from.Address, "@")
	for _, h := range [][2]string{
		{"From", e.from.String()},
		{"To", "<" + e.to + ">"},
		{"Subject", mime.QEncoding.Encode("utf-8", w.subject)},
		{"Date", e.at.Format(time.RFC1123Z)},
		{"Message-ID", "<" + strings.ToLower(rand.Text()) + "@" + domain + ">"},
		{"MIME-Version", "1.0"},
		{"Auto-Submitted", "auto-generated"}, // no answers by machines, RFC 3834
		{"Content-Type", `multipart/alternative; boundary="` + parts.Boundary() + `"`},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	for _, part := range [][2]string{{"text/plain", w.plain}, {"text/html", w.html}} {
		if err := addPart(parts, part[0], part[1]); err != nil {
			return nil, fmt.Errorf("encode a letter: %w", err)
		}
	}
	if err := parts.Close(); err != nil {
		return nil, fmt.Errorf("encode a letter: %w", err)
	}
	return b.Bytes(), nil
}

func addPart(parts *multipart.Writer, kind, body string) error {
	p, err := parts.CreatePart(textproto.MIMEHeader{
		"Content-Type": {kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
	})
	if err != nil {
		return err
	}
	q := quotedprintable.NewWriter(p)
	if _, err := q.Write([]byte(body)); err != nil {
		return err
	}
	return q.Close()
}
