package session

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"jump/capture"
	"jump/capture/encode"
	"jump/capture/frame"
	"jump/platform/memory"
	"jump/transport/wire"
)

// screen is a conversation about the displays of this machine. Three tasks
// share it: one shows (show.go), one takes what the viewer sends (hands.go), and
// one answers pings.
type screen struct {
	*talk
	host   *Host
	log    *slog.Logger
	hands  *hands
	began  time.Time
	format uint8
	coding wire.Coding
	codecs wire.Codecs

	mu      sync.Mutex
	options wire.ScreenOptions
	refresh bool
	flow    flow
	awake   bool   // something changed since the showing task last looked
	wakeUp  func() // interrupts its wait; nil while it does not wait
}

// defaultWindow is how many frames are sent without acknowledgement if the
// viewer does not say.
const defaultWindow = 2

// screen holds a screen conversation.
func (h *Host) screen(t *talk, start *wire.ScreenStart, rights wire.Rights, log *slog.Logger) error {
	source, err := h.Capture(t.ctx)
	if err != nil {
		log.Warn("no screen", "error", err) // the viewer is told less
		return noScreen(err)
	}
	defer memory.Large()()
	hands, rights := h.hands(rights, log)
	defer hands.close()
	s := &screen{talk: t, host: h, log: log, hands: hands, began: time.Now(), options: start.Options, codecs: start.Codecs,
		format: min(start.Format, frame.Version), coding: choose(start.Codings), flow: newFlow(defaultWindow)}
	if start.Window > 0 {
		s.flow.most = uint32(start.Window)
	}
	if err := t.open(rights); err != nil {
		source.Close()
		return err
	}
	t.run(func() error { return s.show(source) })
	// Also what a viewer holds when its line breaks is let go, before the tasks
	// are waited for.
	err = t.receive(wire.MaxControl, s.take)
	t.cancel(err)
	return err
}

func noScreen(err error) *wire.Refused {
	if errors.Is(err, errors.ErrUnsupported) {
		return &wire.Refused{Code: wire.CodeUnsupported, Text: fmt.Sprintf("This computer cannot show its screen: %v.", err), Final: true}
	}
	r := &wire.Refused{Code: wire.CodeNoScreen, Text: fmt.Sprintf("The computer has no screen to show now: %v.", err)}
	if errors.Is(err, capture.ErrNoScreen) {
		r.Text, r.Hint = "The computer has no screen to show now.", "A shell may be available."
	}
	return r
}

// choose returns the viewer's first coding that this program knows.
func choose(codings []wire.Coding) wire.Coding {
	for _, c := range codings {
		for _, known := range encode.Codings {
			if c == known {
				return c
			}
		}
	}
	return wire.CodingNone
}

// hands opens the input device, if the rights are there; without a device they
// are not.
func (h *Host) hands(rights wire.Rights, log *slog.Logger) (*hands, wire.Rights) {
	if !rights.Has(wire.RightControl) {
		return &hands{}, rights
	}
	if h.Input == nil {
		return &hands{}, rights &^ wire.RightControl
	}
	d, err := h.Input()
	if err != nil {
		log.Warn("no control over this computer", "error", err)
		return &hands{}, rights &^ wire.RightControl
	}
	return &hands{open: h.Input, device: d, log: log}, rights
}

// now is the time of frames: since the conversation began.
func (s *screen) now() time.Duration { return time.Since(s.began) }

// wake makes the showing task look again.
func (s *screen) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awake = true
	if s.wakeUp != nil {
		s.wakeUp()
	}
}

// room reports whether the viewer takes another frame, and how many bytes of
// photographs that may have alone.
func (s *screen) room() (open bool, photos int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flow.open(), s.flow.free()
}

// beside returns how many bytes of photographs a frame may have beside something
// else.
func (s *screen) beside() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flow.beside()
}

// ack notes what the viewer has shown. What was never sent cannot be shown.
func (s *screen) ack(body []byte) error {
	a, err := wire.ParseAck(body)
	if err != nil {
		return err
	}
	s.mu.Lock()
	err = s.flow.ack(a.Sequence, time.Duration(a.Micros)*time.Microsecond, s.now())
	s.mu.Unlock()
	if err != nil {
		return err
	}
	s.wake()
	return nil
}
