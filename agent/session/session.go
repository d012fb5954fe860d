// Package session holds one conversation that a site began: a screen, a shell,
// a program, or files. It is the endpoint's last word on rights: it never does more
// than both the site and this machine's ceiling allow.
//
// It is not the agent, which keeps the tunnel and accepts streams, and it
// touches no operating system by itself: displays, hands and terminals are
// opened by functions that it is given.
package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"jump/capture"
	"jump/capture/encode"
	"jump/platform/input"
	"jump/platform/program"
	"jump/platform/terminal"
	"jump/transport"
	"jump/transport/wire"
)

// Host is a machine as its sessions see it. Its fields are set before the first
// Serve and not changed afterwards. A function that is nil is something that
// this machine cannot do.
type Host struct {
	// Ceiling is what this machine's owner allows at most, whatever a site says.
	Ceiling wire.Rights
	// Capture opens the desktop; an error that wraps capture.ErrNoScreen says
	// that there is none now.
	Capture func(ctx context.Context) (capture.Source, error)
	// Input opens the hands for that desktop.
	Input func() (input.Device, error)
	// Terminal starts a program in a terminal.
	Terminal func(terminal.Spec, terminal.Size) (terminal.Terminal, error)
	// Program starts a program without one.
	Program func(program.Spec) (*program.Program, error)
	// Video opens an encoder of films for a viewer that decodes one of codecs,
	// and returns nil if there is none; ready is called when a picture is.
	Video func(codecs wire.Codecs, ready func()) encode.Video
	// Files says that files may be read and written, as the user of this process.
	Files bool
	// Log gets one line at the beginning and end of every conversation; nil
	// means slog.Default.
	Log *slog.Logger
}

// Capabilities returns the conversations that this machine can hold.
func (h *Host) Capabilities() []wire.Kind {
	var kinds []wire.Kind
	for _, k := range []wire.Kind{wire.KindScreen, wire.KindShell, wire.KindExec, wire.KindFiles} {
		if h.can(k) && h.Ceiling.Has(k.Needs()) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func (h *Host) can(k wire.Kind) bool {
	switch k {
	case wire.KindScreen:
		return h.Capture != nil
	case wire.KindShell:
		return h.Terminal != nil
	case wire.KindExec:
		return h.Program != nil
	case wire.KindFiles:
		return h.Files
	}
	return false
}

// Serve holds the conversation that open begins, from the answer to the end,
// and closes the stream. It returns when nothing of it is left running: at the
// latest shortly after ctx ends or the stream breaks.
func (h *Host) Serve(ctx context.Context, s transport.Stream, open *wire.Open) {
	log := h.log().With("kind", open.Kind.String(), "session", open.Session, "representative", open.Representative)
	t := newTalk(ctx, s)
	defer t.close()
	log.Info("conversation begins")
	err := h.hold(t, open, log)
	if refused := (*wire.Refused)(nil); errors.As(err, &refused) {
		log.Warn("conversation refused", "code", string(refused.Code), "reason", refused.Text)
		t.refuse(refused)
		return
	}
	log.Info("conversation ended", "reason", fmt.Sprint(err))
}

func (h *Host) log() *slog.Logger {
	if h.Log != nil {
		return h.Log
	}
	return slog.Default()
}

// hold returns a *wire.Refused if nothing was begun.
func (h *Host) hold(t *talk, open *wire.Open, log *slog.Logger) error {
	rights, err := h.grant(open)
	if err != nil {
		return err
	}
	switch open.Kind {
	case wire.KindScreen:
		return h.screen(t, open.Screen, rights, log)
	case wire.KindShell:
		return h.shell(t, open.Shell, rights)
	case wire.KindFiles:
		return h.files(t, rights)
	default: // grant lets no other through
		return h.exec(t, open.Exec, rights)
	}
}

// grant returns the rights of a conversation: the site's and the ceiling's.
func (h *Host) grant(open *wire.Open) (wire.Rights, error) {
	rights, err := Grant(open, h.Ceiling)
	if err == nil && !h.can(open.Kind) {
		return 0, unsupported(open.Kind)
	}
	return rights, err
}

// Grant returns the rights of a conversation that may begin: those that the
// site gives and the ceiling of this machine's owner leaves. The error is a
// *wire.Refused.
func Grant(open *wire.Open, ceiling wire.Rights) (wire.Rights, error) {
	if err := open.Validate(); err != nil {
		return 0, &wire.Refused{Code: wire.CodeMalformed, Text: "The request is malformed.", Final: true}
	}
	rights, needs := open.Rights&ceiling, open.Kind.Needs()
	switch {
	case open.Resume != nil: // to whoever holds conversations, which is not here
		return 0, &wire.Refused{Code: wire.CodeOver, Text: "That conversation has ended on the computer and cannot go on.", Final: true}
	case needs == ^wire.Rights(0):
		return 0, unsupported(open.Kind)
	case !open.Rights.Has(needs):
		return 0, &wire.Refused{Code: wire.CodeDenied, Text: fmt.Sprintf("The right for a %v session is missing.", open.Kind),
			Hint: "An administrator can grant it.", Final: true}
	case !rights.Has(needs):
		return 0, &wire.Refused{Code: wire.CodeDenied, Text: fmt.Sprintf("The owner of this computer does not allow %v sessions.", open.Kind), Final: true}
	}
	return rights, nil
}

func unsupported(kind wire.Kind) *wire.Refused {
	return &wire.Refused{Code: wire.CodeUnsupported, Text: fmt.Sprintf("This client cannot hold a conversation of the kind %v.", kind),
		Hint: "A newer version of the client may.", Final: true}
}
