package api

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"time"

	"jump/installer/stamp"
	"jump/internal/limiter"
	"jump/site/audit"
	"jump/site/message"
	"jump/site/packages"
	"jump/site/store"
	"jump/transport/wire"
)

// Limits of downloads. A fleet that installs at once may come from one address
// and is told to come back in a moment; curl --retry does.
const (
	maxDownloads = 200 // at once
	stallTime    = time.Minute
	downloadTime = time.Hour
	busyTime     = 10 * time.Second // until the next try, if there are too many
)

// delivery is an installer that somebody may have.
type delivery struct {
	key   store.Key
	label stamp.Label
	offer packages.Offer
	file  io.ReadCloser
}

// download writes an installer with its key in it. The key comes in the body,
// because addresses end up in logs and histories.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	select {
	case s.downloads <- struct{}{}:
		defer func() { <-s.downloads }()
	default:
		problemOf(r.Context(), later(message.CodeTooManyRequests, busyTime)).write(w)
		return
	}
	d, err := s.prepare(r)
	if err != nil {
		problemOf(r.Context(), err).write(w)
		return
	}
	defer d.file.Close()
	if err := d.write(w); err != nil {
		slog.WarnContext(r.Context(), "a download ended early", "installer", d.key.UID, "platform", d.offer.ID, "error", err)
		panic(http.ErrAbortHandler) // so that nobody takes it for the whole
	}
}

// prepare does all that can fail before the first byte. Every request counts as
// a try until it turns out to be rightful.
func (s *Server) prepare(r *http.Request) (*delivery, error) {
	ctx, from := r.Context(), callerOf(r.Context()).address
	if wait := s.tries.Take(limiter.AddressKey(from), time.Now(), 1); wait > 0 {
		return nil, later(message.CodeTooManyRequests, wait)
	}
	info, err := keyInfo(r)
	if err != nil {
		return nil, err
	}
	key, shown, err := s.Keys.Holder(ctx, r.PathValue("uid"), info)
	if err != nil {
		return nil, err
	}
	s.tries.Refund(limiter.AddressKey(from))
	if err := s.Keys.Usable(key); err != nil {
		return nil, err
	}
	d := &delivery{key: key, label: stamp.Label{Key: shown, Mode: key.Mode}}
	if d.file, d.offer, err = s.Packages.Open(r.PathValue("platform")); errors.Is(err, packages.ErrNone) {
		return nil, message.Refused(message.CodeNoPackage)
	} else if err != nil {
		return nil, err
	}
	entry := audit.Entry{Actor: audit.Anybody, Action: audit.ActionInstallerDownload, Object: key.UID, From: from.String(), Details: d.offer.ID}
	if err := s.Audit.Record(ctx, entry); err != nil {
		return nil, errors.Join(err, d.file.Close())
	}
	return d, nil
}

// keyInfo reads the one field of a request, from a form or JSON. It is never
// taken from the address.
func keyInfo(r *http.Request) (string, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var body struct {
		KeyInfo string `json:"key_info"`
	}
	switch {
	case err == nil && kind == "application/json":
		err = json.NewDecoder(r.Body).Decode(&body)
	case err == nil && kind == "application/x-www-form-urlencoded":
		err = r.ParseForm()
		body.KeyInfo = r.PostForm.Get("key_info")
	default:
		err = http.ErrNotMultipart
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return "", message.Refused(message.CodeTooLarge)
	case err != nil:
		return "", message.Refused(wire.CodeMalformed)
	}
	return body.KeyInfo, nil
}

func (d *delivery) write(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+d.offer.FileName(d.key.UID, d.label)+`"`)
	h.Set("Content-Length", strconv.FormatInt(stamp.StampedSize(d.offer.Carrier(), d.offer.Size, d.label), 10))
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	out := steady{w, control, time.Now().Add(downloadTime)}
	return stamp.Write(out, d.offer.Carrier(), d.file, d.offer.Size, d.label)
}

// steady is an answer that may take long in all, but not without moving.
type steady struct {
	http.ResponseWriter
	control *http.ResponseController
	until   time.Time
}

// Write implements io.Writer.
func (s steady) Write(p []byte) (int, error) {
	by := time.Now().Add(stallTime)
	if by.After(s.until) {
		by = s.until
	}
	if err := s.control.SetWriteDeadline(by); err != nil {
		return 0, err
	}
	return s.ResponseWriter.Write(p)
}
