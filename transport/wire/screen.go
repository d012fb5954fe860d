package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Coding names how the lossless part of frames is compressed.
type Coding uint8

// The codings. The numbers are part of the protocol.
const (
	CodingNone    Coding = 0
	CodingDeflate Coding = 1 // one raw deflate stream (RFC 1951) per display, flushed after every frame
	CodingZstd    Coding = 2 // one zstd frame (RFC 8878) per display, window 1 MiB, flushed after every frame
)

// Picture codecs that a viewer can decode, a set.
type Codecs uint32

// The picture codecs.
const (
	CodecJPEG Codecs = 1 << 0
	CodecVP8  Codecs = 1 << 1
	CodecVP9  Codecs = 1 << 2
	CodecH264 Codecs = 1 << 3
	CodecAV1  Codecs = 1 << 4
)

// ScreenStart is a viewer's first message: what it can decode.
type ScreenStart struct {
	Format  uint8         `cbor:"1,keyasint"` // newest picture format it knows, see jump/capture/frame
	Codings []Coding      `cbor:"2,keyasint"` // in order of preference; CodingNone always works
	Codecs  Codecs        `cbor:"3,keyasint"` // for photographs and video; 0: lossless only
	Window  uint8         `cbor:"4,keyasint"` // frames it takes unacknowledged, 1 to 16; 0 means 2
	Options ScreenOptions `cbor:"5,keyasint"`
}

// Validate checks the bounds.
func (s *ScreenStart) Validate() error {
	if s.Format < 1 || len(s.Codings) > 8 || s.Window > 16 {
		return errors.New("screen parameters out of range")
	}
	return s.Options.Validate()
}

// ScreenOptions may be changed while the screen is shown.
type ScreenOptions struct {
	Quality  uint8 `cbor:"1,keyasint,omitempty"` // first pass of photographs, 1 to 100; 0: lossless only
	ViewOnly bool  `cbor:"2,keyasint,omitempty"` // the viewer sends no input, the agent takes none
	Paused   bool  `cbor:"3,keyasint,omitempty"` // send no frames (a hidden window)
	NoVideo  bool  `cbor:"4,keyasint,omitempty"` // whatever ScreenStart.Codecs said: films as photographs
}

// Validate checks the bounds.
func (o *ScreenOptions) Validate() error {
	if o.Quality > 100 {
		return fmt.Errorf("quality %d", o.Quality)
	}
	return nil
}

// Displays describes the pictures that follow. After it every picture is black
// and not exact, its coding starts anew and its cache is empty.
type Displays struct {
	Format   uint8     `cbor:"1,keyasint"` // picture format in use
	Coding   Coding    `cbor:"2,keyasint"`
	Epoch    uint32    `cbor:"3,keyasint"` // counts Displays messages; a Frame of another epoch is stale
	Displays []Display `cbor:"4,keyasint"` // 1 to 16
}

// Display is one monitor, in pixels of the desktop's coordinates.
type Display struct {
	ID      uint8  `cbor:"1,keyasint"`
	X       int32  `cbor:"2,keyasint"`
	Y       int32  `cbor:"3,keyasint"`
	Width   uint16 `cbor:"4,keyasint"` // 1 to MaxSide
	Height  uint16 `cbor:"5,keyasint"`
	Scale   uint16 `cbor:"6,keyasint,omitempty"` // percent; 0 means 100
	Primary bool   `cbor:"7,keyasint,omitempty"`
	Name    string `cbor:"8,keyasint,omitempty"`
}

// MaxSide and MaxPixels bound a display: 16,384 pixels a side, 64 million in all.
const (
	MaxSide   = 16384
	MaxPixels = 64 << 20
)

// Validate checks the bounds; a hostile agent must not make a viewer allocate
// without limit.
func (d *Displays) Validate() error {
	if len(d.Displays) < 1 || len(d.Displays) > 16 {
		return fmt.Errorf("%d displays", len(d.Displays))
	}
	pixels, seen := 0, map[uint8]bool{}
	for _, m := range d.Displays {
		if m.Width < 1 || m.Width > MaxSide || m.Height < 1 || m.Height > MaxSide || seen[m.ID] {
			return fmt.Errorf("display %d of %d by %d pixels", m.ID, m.Width, m.Height)
		}
		seen[m.ID] = true
		pixels += int(m.Width) * int(m.Height)
		if err := within("display name", m.Name, MaxFact); err != nil {
			return err
		}
	}
	if pixels > MaxPixels {
		return fmt.Errorf("%d pixels", pixels)
	}
	return nil
}

// Notice is a sentence that a viewer shows.
type Notice struct {
	Code Code   `cbor:"1,keyasint"`
	Text string `cbor:"2,keyasint"`
}

// Validate checks the bounds.
func (n *Notice) Validate() error {
	return errors.Join(within("code", string(n.Code), maxCode), within("text", n.Text, MaxSentence))
}

// MaxCursor bounds the sides of a cursor, in pixels.
const MaxCursor = 256

// Cursor is the body of TypeCursor: the shape of the pointer. Pixels are
// straight (not premultiplied) R, G, B, A. A cursor of 0 by 0 is hidden.
//
//	u16 width | u16 height | u16 hot x | u16 hot y | width*height*4 bytes
type Cursor struct {
	Width, Height, HotX, HotY uint16
	Pixels                    []byte
}

// Append appends the body.
func (c Cursor) Append(b []byte) []byte {
	for _, v := range []uint16{c.Width, c.Height, c.HotX, c.HotY} {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	return append(b, c.Pixels...)
}

// ParseCursor reads a body. Pixels refers to b.
func ParseCursor(b []byte) (Cursor, error) {
	if len(b) < 8 {
		return Cursor{}, errors.New("cursor shorter than its head")
	}
	u := func(i int) uint16 { return binary.BigEndian.Uint16(b[i:]) }
	c := Cursor{u(0), u(2), u(4), u(6), b[8:]}
	if c.Width > MaxCursor || c.Height > MaxCursor || len(c.Pixels) != int(c.Width)*int(c.Height)*4 {
		return Cursor{}, fmt.Errorf("cursor of %d by %d pixels in %d bytes", c.Width, c.Height, len(c.Pixels))
	}
	return c, nil
}

// CursorAt is the body of TypeCursorAt: where the pointer is, in desktop
// coordinates.
//
//	i32 x | i32 y
type CursorAt struct{ X, Y int32 }

// Append appends the body.
func (c CursorAt) Append(b []byte) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, uint32(c.X)), uint32(c.Y))
}

// ParseCursorAt reads a body of exactly 8 bytes.
func ParseCursorAt(b []byte) (CursorAt, error) {
	if len(b) != 8 {
		return CursorAt{}, fmt.Errorf("cursor position of %d bytes, not 8", len(b))
	}
	return CursorAt{int32(binary.BigEndian.Uint32(b)), int32(binary.BigEndian.Uint32(b[4:]))}, nil
}

// Ack is the body of TypeAck: the viewer has shown a frame.
//
//	u32 sequence | u32 microseconds spent decoding and drawing
type Ack struct{ Sequence, Micros uint32 }

// Append appends the body.
func (a Ack) Append(b []byte) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, a.Sequence), a.Micros)
}

// ParseAck reads a body of exactly 8 bytes.
func ParseAck(b []byte) (Ack, error) {
	if len(b) != 8 {
		return Ack{}, fmt.Errorf("ack of %d bytes, not 8", len(b))
	}
	return Ack{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}, nil
}

// Pointer is the body of TypePointer: where the pointer is and which buttons
// are down from now on.
//
//	i32 x | i32 y | u16 buttons
type Pointer struct {
	X, Y    int32  // desktop coordinates
	Buttons Button // all that are down
}

// Button is a set of pointer buttons.
type Button uint16

// The buttons; Back and Forward are the fourth and fifth of a mouse.
const (
	ButtonLeft    Button = 1 << 0
	ButtonMiddle  Button = 1 << 1
	ButtonRight   Button = 1 << 2
	ButtonBack    Button = 1 << 3
	ButtonForward Button = 1 << 4
)

// Append appends the body.
func (p Pointer) Append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, uint32(p.X)), uint32(p.Y))
	return binary.BigEndian.AppendUint16(b, uint16(p.Buttons))
}

// ParsePointer reads a body of exactly 10 bytes.
func ParsePointer(b []byte) (Pointer, error) {
	if len(b) != 10 {
		return Pointer{}, fmt.Errorf("pointer of %d bytes, not 10", len(b))
	}
	u := binary.BigEndian
	return Pointer{int32(u.Uint32(b)), int32(u.Uint32(b[4:])), Button(u.Uint16(b[8:]))}, nil
}

// Wheel is the body of TypeWheel, in 1/120 of a notch; right and down are
// positive, as in a browser.
//
//	i16 dx | i16 dy
type Wheel struct{ DX, DY int16 }

// Append appends the body.
func (w Wheel) Append(b []byte) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, uint16(w.DX)), uint16(w.DY))
}

// ParseWheel reads a body of exactly 4 bytes.
func ParseWheel(b []byte) (Wheel, error) {
	if len(b) != 4 {
		return Wheel{}, fmt.Errorf("wheel of %d bytes, not 4", len(b))
	}
	return Wheel{int16(binary.BigEndian.Uint16(b)), int16(binary.BigEndian.Uint16(b[2:]))}, nil
}

// Key is the body of TypeKey: one key went down or up. A repeated down of a key
// that is down is a key repeat.
//
//	u8 1 down, 0 up | u32 keysym | u16 usage
//
// Keysym is X11's (keysymdef.h; 0x01000000 + code point for Unicode) and says
// what the key means on the representative's keyboard. Usage is the key's place
// as a USB HID usage of page 7, 0 if unknown. The same Usage, or without one
// the same Keysym, ends what it began, whatever happened to modifiers between.
type Key struct {
	Down   bool
	Keysym uint32
	Usage  uint16
}

// Append appends the body.
func (k Key) Append(b []byte) []byte {
	var down byte
	if k.Down {
		down = 1
	}
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(append(b, down), k.Keysym), k.Usage)
}

// ParseKey reads a body of exactly 7 bytes.
func ParseKey(b []byte) (Key, error) {
	if len(b) != 7 || b[0] > 1 {
		return Key{}, errors.New("key that is not 7 bytes, or neither down nor up")
	}
	return Key{b[0] == 1, binary.BigEndian.Uint32(b[1:]), binary.BigEndian.Uint16(b[5:])}, nil
}
