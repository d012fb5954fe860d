package mux

import (
	"encoding/binary"
	"errors"
	"fmt"

	"jump/transport"
)

// errProtocol says that the peer does not keep to the rules of package mux.
var errProtocol = errors.New("the peer broke the framing")

// kind is what a frame says. Numbers are never used again.
type kind byte

const (
	kindData kind = 1 + iota
	kindFin
	kindReset
	kindStop
	kindWindow
	kindStreams
	kindPing
	kindPong
	kindClose
)

const (
	headerSize = 8
	numberSize = 4 // of the body of window and streams
	// maxData fills a TLS record of 16 KiB together with the header, and leaves
	// a little for the frame before it.
	maxData = 16<<10 - 2*headerSize
)

// bodies says which lengths a kind may have, and whether it is about a stream.
var bodies = [...]struct {
	min, max int
	stream   bool
}{
	kindData:    {1, maxData, true},
	kindFin:     {0, 0, true},
	kindReset:   {0, 0, true},
	kindStop:    {0, 0, true},
	kindWindow:  {numberSize, numberSize, true},
	kindStreams: {numberSize, numberSize, false},
	kindPing:    {0, 0, false},
	kindPong:    {0, 0, false},
	kindClose:   {0, transport.MaxReason, false},
}

// header is the first eight bytes of a frame.
type header struct {
	kind   kind
	length int
	stream uint32
}

// parseHeader checks all that can be known without the state of the tunnel.
func parseHeader(b [headerSize]byte) (header, error) {
	h := header{kind(b[0]), int(b[1])<<16 | int(b[2])<<8 | int(b[3]), binary.BigEndian.Uint32(b[4:])}
	if h.kind < kindData || h.kind > kindClose {
		return h, fmt.Errorf("%w: kind %d", errProtocol, h.kind)
	}
	want := bodies[h.kind]
	if h.length < want.min || h.length > want.max {
		return h, fmt.Errorf("%w: kind %d with %d bytes", errProtocol, h.kind, h.length)
	}
	if want.stream != (h.stream != 0) {
		return h, fmt.Errorf("%w: kind %d on stream %d", errProtocol, h.kind, h.stream)
	}
	return h, nil
}

func appendHeader(b []byte, k kind, stream uint32, length int) []byte {
	b = append(b, byte(k), byte(length>>16), byte(length>>8), byte(length))
	return binary.BigEndian.AppendUint32(b, stream)
}

func appendNumber(b []byte, k kind, stream, n uint32) []byte {
	return binary.BigEndian.AppendUint32(appendHeader(b, k, stream, numberSize), n)
}
