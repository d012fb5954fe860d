package api

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime"
	"net/http"
	"strconv"
	"strings"
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
	busyTime     = time.Minute // until when all tries come back that were too many
)

// holder is somebody who has shown the key of an installer that is good.
type holder struct {
	key   store.Key
	label stamp.Label
}

// delivery is the installer that a holder gets.
type delivery struct {
	holder
	offer packages.Offer
	file  io.ReadCloser
}

// download writes an installer with its key in it. The key comes in the body,
// because addresses end up in logs and histories.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	h, err := s.recognise(r)
	if err != nil {
		refuseDownload(w, r, err)
		return
	}
	select { // not before the key was right: strangers take no place away
	case s.downloads <- struct{}{}:
		defer func() { <-s.downloads }()
	default:
		wait := rand.N(busyTime) // or they would all come back at once
		refuseDownload(w, r, later(message.CodeTooManyRequests, wait))
		return
	}
	d, err := s.prepare(r, h)
	if err != nil {
		refuseDownload(w, r, err)
		return
	}
	defer d.file.Close()
	if err := d.write(w); err != nil {
		slog.WarnContext(r.Context(), "a download ended early", "installer", d.key.UID, "platform", d.offer.ID, "error", err)
		panic(http.ErrAbortHandler) // so that nobody takes it for the whole
	}
}

// recognise reads the key that a request shows. Every request counts as a try
// until it turns out to be rightful.
func (s *Server) recognise(r *http.Request) (holder, error) {
	address := limiter.AddressKey(callerOf(r.Context()).address)
	if wait := s.tries.Take(address, time.Now(), 1); wait > 0 {
		return holder{}, later(message.CodeTooManyRequests, wait)
	}
	info, err := keyInfo(r)
	if err != nil {
		return holder{}, err
	}
	key, shown, err := s.Keys.Holder(r.Context(), r.PathValue("uid"), info)
	if err != nil {
		return holder{}, err
	}
	s.tries.Refund(address)
	return holder{key, stamp.Label{Key: shown, Mode: key.Mode}}, s.Keys.Usable(key)
}

// prepare opens what a holder gets, and writes that down.
func (s *Server) prepare(r *http.Request, h holder) (*delivery, error) {
	file, offer, err := s.Packages.Open(r.PathValue("platform"))
	if errors.Is(err, packages.ErrNone) {
		return nil, message.Refused(message.CodeNoPackage)
	}
	if err != nil {
		return nil, err
	}
	err = s.Audit.Record(r.Context(), audit.Entry{Actor: audit.Anybody, Action: audit.ActionInstallerDownload,
		Object: h.key.UID, From: callerOf(r.Context()).address.String(), Details: offer.ID})
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &delivery{h, offer, file}, nil
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
		return "", message.Refused(wire.CodeMalformed)
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return "", message.Refused(message.CodeTooLarge)
	case err != nil:
		return "", message.Refused(wire.CodeMalformed)
	}
	return strings.TrimSpace(body.KeyInfo), nil
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
