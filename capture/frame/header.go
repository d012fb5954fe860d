package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Header is the fixed part of a frame.
type Header struct {
	Sequence uint32
	Epoch    uint32
	Time     uint64 // microseconds
	Display  uint8
	Flags    uint8
	Plain    uint32 // bytes of statements
	Packed   uint32 // bytes of statements as sent
}

// Append appends the HeaderSize bytes.
func (h Header) Append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, h.Sequence)
	b = binary.BigEndian.AppendUint32(b, h.Epoch)
	b = binary.BigEndian.AppendUint64(b, h.Time)
	b = append(b, h.Display, h.Flags, 0, 0)
	b = binary.BigEndian.AppendUint32(b, h.Plain)
	return binary.BigEndian.AppendUint32(b, h.Packed)
}

// Exact reports whether every pixel equals the screen after the frame.
func (h Header) Exact() bool { return h.Flags&FlagExact != 0 }

// Reset reports whether coding and cache start anew before the frame.
func (h Header) Reset() bool { return h.Flags&FlagReset != 0 }

// Parse splits the body of a frame. The slices refer to body.
func Parse(body []byte) (h Header, packed, blobs []byte, err error) {
	if len(body) < HeaderSize {
		return h, nil, nil, fmt.Errorf("frame of %d bytes, shorter than its header", len(body))
	}
	u := binary.BigEndian
	h = Header{
		Sequence: u.Uint32(body), Epoch: u.Uint32(body[4:]), Time: u.Uint64(body[8:]),
		Display: body[16], Flags: body[17], Plain: u.Uint32(body[20:]), Packed: u.Uint32(body[24:]),
	}
	rest := body[HeaderSize:]
	switch {
	case h.Flags&^(FlagExact|FlagReset) != 0, body[18] != 0, body[19] != 0:
		err = errors.New("frame with unknown flags")
	case h.Plain > MaxPlain:
		err = fmt.Errorf("frame with %d bytes of statements", h.Plain)
	case uint64(h.Packed) > uint64(len(rest)):
		err = fmt.Errorf("frame with %d packed bytes in %d", h.Packed, len(rest))
	}
	if err != nil {
		return h, nil, nil, err
	}
	return h, rest[:h.Packed], rest[h.Packed:], nil
}
