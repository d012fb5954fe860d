package session

import (
	"errors"
	"fmt"
	"log/slog"
	"unicode/utf8"

	"jump/platform/input"
	"jump/transport/wire"
)

// hands are what a viewer does on this machine. Only the receiving task uses
// them: a viewer that sends faster than the desktop takes is held up by its own
// stream.
type hands struct {
	open   func() (input.Device, error) // nil: look, do not touch
	device input.Device                 // nil while the desktop is away
	log    *slog.Logger
	failed bool // the last thing could not be done, of which the log tells
}

func (h *hands) close() {
	if h.device == nil {
		return
	}
	if err := errors.Join(h.device.ReleaseAll(), h.device.Close()); err != nil {
		h.log.Warn("let go of the input", "error", err)
	}
	h.device = nil
}

// do carries out one thing. What the device cannot do is no reason to end the
// conversation. When the desktop went away, another is looked for at once: the
// viewer may be shown the new one already, and its first click counts.
func (h *hands) do(f func(input.Device) error) {
	err := h.try(f)
	if errors.Is(err, input.ErrLost) {
		err = h.try(f)
	}
	if err != nil && !h.failed { // a line for every movement would be too many
		h.log.Warn("input failed", "error", err)
	}
	h.failed = err != nil
}

// try carries out one thing with the device there is, or with a new one. It
// does nothing while there is none.
func (h *hands) try(f func(input.Device) error) error {
	if h.open == nil {
		return nil
	}
	if h.device == nil {
		d, err := h.open()
		if err != nil {
			return fmt.Errorf("find the desktop again: %w", err)
		}
		h.device = d
	}
	err := f(h.device)
	if errors.Is(err, input.ErrLost) {
		h.close()
	}
	return err
}

// take carries out one message of the viewer. An error means that it was
// malformed, which ends the conversation.
func (s *screen) take(typ wire.Type, body []byte) error {
	switch typ {
	case wire.TypeAck:
		return s.ack(body)
	case wire.TypeOptions:
		return s.setOptions(body)
	case wire.TypeLogOut:
		return s.logOut(body)
	case wire.TypeRefresh:
		s.mu.Lock()
		s.refresh = true
		s.mu.Unlock()
		s.wake()
		return nil
	}
	do, err := action(typ, body)
	if err != nil || do == nil {
		return err
	}
	if !s.viewOnly() {
		s.hands.do(do)
	}
	return nil
}

// logOut is for clients in service mode, whose agent does it (agent/seat): here
// it would end this very client (requirement A3).
func (s *screen) logOut(body []byte) error {
	if err := empty(body); err != nil {
		return err
	}
	return s.send(wire.TypeNotice, &wire.Notice{Code: wire.CodeUnsupported,
		Text: "This client runs in user mode: it ends with its user's session and cannot log them out."})
}

func (s *screen) viewOnly() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.options.ViewOnly
}

func (s *screen) setOptions(body []byte) error {
	var o wire.ScreenOptions
	if err := wire.Unmarshal(body, &o); err != nil {
		return err
	}
	if o.ViewOnly && !s.viewOnly() {
		s.hands.do(input.Device.ReleaseAll)
	}
	s.mu.Lock()
	s.options = o
	s.mu.Unlock()
	s.wake()
	return nil
}

// action reads an input message; nil is a message that is none.
func action(typ wire.Type, body []byte) (func(input.Device) error, error) {
	switch typ {
	case wire.TypePointer:
		p, err := wire.ParsePointer(body)
		return func(d input.Device) error { return d.Pointer(int(p.X), int(p.Y), uint16(p.Buttons)) }, err
	case wire.TypeWheel:
		w, err := wire.ParseWheel(body)
		return func(d input.Device) error { return d.Wheel(int(w.DX), int(w.DY)) }, err
	case wire.TypeKey:
		k, err := wire.ParseKey(body)
		return func(d input.Device) error { return d.Key(k.Keysym, k.Usage, k.Down) }, err
	case wire.TypeText:
		if len(body) > wire.MaxText || !utf8.Valid(body) {
			return nil, fmt.Errorf("text of %d bytes is too long or no UTF-8", len(body))
		}
		text := string(body)
		return func(d input.Device) error { return d.Text(text) }, nil
	case wire.TypeAttention:
		return attention, empty(body)
	case wire.TypeReleaseAll:
		return input.Device.ReleaseAll, empty(body)
	}
	return nil, nil
}

func empty(body []byte) error {
	if len(body) > 0 {
		return fmt.Errorf("%d bytes in a message that has none", len(body))
	}
	return nil
}

// The keys of Ctrl+Alt+Del: keysyms of keysymdef.h with the usages of the left
// ones and of Delete (USB HID page 7).
var attentionKeys = []wire.Key{{Keysym: 0xFFE3, Usage: 0xE0}, {Keysym: 0xFFE9, Usage: 0xE2}, {Keysym: 0xFFFF, Usage: 0x4C}}

// attention presses Ctrl+Alt+Del and lets go in the other order.
func attention(d input.Device) error {
	var errs []error
	for _, k := range attentionKeys {
		errs = append(errs, d.Key(k.Keysym, k.Usage, true))
	}
	for i := len(attentionKeys) - 1; i >= 0; i-- {
		errs = append(errs, d.Key(attentionKeys[i].Keysym, attentionKeys[i].Usage, false))
	}
	return errors.Join(errs...)
}
