package channel

import (
	"errors"
	"fmt"
	"time"

	"jump/capture/decode"
	"jump/capture/frame"
	"jump/transport/wire"
)

// ScreenStart is what this viewer can decode. Quality is that of the first
// pass of photographs, 1 to 100; 0 asks for exact pixels only.
func ScreenStart(quality uint8) wire.ScreenStart {
	start := wire.ScreenStart{
		Format:  frame.Version,
		Codings: []wire.Coding{wire.CodingZstd, wire.CodingDeflate, wire.CodingNone},
		Window:  2,
		Options: wire.ScreenOptions{Quality: quality, ViewOnly: true},
	}
	if quality > 0 {
		start.Codecs = wire.CodecJPEG
	}
	return start
}

// Screen is the desktop of the endpoint as this viewer knows it.
type Screen struct {
	ch       *Channel
	displays []wire.Display // none before the first Next
	pictures *decode.Decoder
	frames   int
	began    time.Time
	notice   func(wire.Notice)
}

// Screen looks at the conversation as a screen. notice is called, by Next, with
// every sentence that the endpoint wants to be shown.
func (c *Channel) Screen(notice func(wire.Notice)) *Screen {
	return &Screen{ch: c, began: time.Now(), notice: notice}
}

// Close frees the decoder, not the channel.
func (s *Screen) Close() {
	if s.pictures != nil {
		s.pictures.Close()
	}
}

// Next waits until a frame was drawn, and acknowledges it.
func (s *Screen) Next() error {
	for {
		t, body, err := s.ch.Next()
		if err != nil {
			return early(err)
		}
		switch t {
		case wire.TypeFrame:
			return s.draw(body)
		case wire.TypeDisplays:
			err = s.layout(body)
		case wire.TypeNotice:
			err = s.tell(body)
		}
		if err != nil {
			return err
		}
	}
}

func (s *Screen) draw(body []byte) error {
	if s.pictures == nil {
		return errors.New("draw a frame: no display was described")
	}
	began := time.Now()
	if err := s.pictures.Frame(body); err != nil {
		return fmt.Errorf("draw a frame: %w", err)
	}
	s.frames++
	head, _, _, err := frame.Parse(body)
	if err != nil {
		return fmt.Errorf("draw a frame: %w", err)
	}
	ack := wire.Ack{Sequence: head.Sequence, Micros: uint32(time.Since(began).Microseconds())}
	return s.ch.Send(wire.TypeAck, ack.Append(nil))
}

func (s *Screen) layout(body []byte) error {
	var d wire.Displays
	if err := wire.Unmarshal(body, &d); err != nil {
		return fmt.Errorf("read the displays: %w", err)
	}
	pictures, err := decode.New(&d)
	if err != nil {
		return fmt.Errorf("read the displays: %w", err)
	}
	s.Close()
	s.pictures, s.displays = pictures, d.Displays
	return nil
}

func (s *Screen) tell(body []byte) error {
	var n wire.Notice
	if err := wire.Unmarshal(body, &n); err != nil {
		return fmt.Errorf("read a notice: %w", err)
	}
	s.notice(n)
	return nil
}

// Display returns the display of this number, or the primary one for -1.
func (s *Screen) Display(id int) (wire.Display, error) {
	for _, d := range s.displays {
		if id == int(d.ID) || id < 0 && d.Primary {
			return d, nil
		}
	}
	if id < 0 && len(s.displays) > 0 {
		return s.displays[0], nil
	}
	return wire.Display{}, &NoDisplay{id, s.displays}
}

// Pictures returns what was drawn so far, nil before the first Next.
func (s *Screen) Pictures() *decode.Decoder { return s.pictures }

// Frames returns how many frames were drawn.
func (s *Screen) Frames() int { return s.frames }

// Bytes returns how many bytes of messages came, of whatever kind.
func (s *Screen) Bytes() int64 { return s.ch.Read() }

// Age returns how long the screen has been looked at.
func (s *Screen) Age() time.Duration { return time.Since(s.began) }

// NoDisplay says that the endpoint has no display of that number.
type NoDisplay struct {
	ID       int
	Displays []wire.Display
}

// Error returns one sentence with the displays that there are.
func (e *NoDisplay) Error() string {
	text := fmt.Sprintf("there is no display %d", e.ID)
	for i, d := range e.Displays {
		if i == 0 {
			text += "; there are"
		}
		text += fmt.Sprintf(" %d (%d x %d)", d.ID, d.Width, d.Height)
	}
	return text
}
