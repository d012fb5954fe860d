package webtransport

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// What goes over the one stream of a channel are pieces, in each direction:
//
//	kind (1) | length (3, big endian) | body
//
//	0x00  data:  bytes of the conversation, at least one; pieces need not begin
//	             or end with a message
//	0x01  close: code (2, big endian) | reason (UTF-8, at most 123 bytes), the
//	             last piece, as the close frame of a WebSocket (RFC 6455 section
//	             5.5.1)
const (
	kindData  = 0x00
	kindClose = 0x01

	headerSize = 4
	codeSize   = 2

	// MaxPiece is how many bytes of data one piece has at most.
	MaxPiece  = 1 << 20
	maxReason = 123
)

// CloseError is the end of a channel as the other side said it.
type CloseError struct {
	Code   uint16 // of a WebSocket
	Reason string
}

func (e *CloseError) Error() string {
	return fmt.Sprintf("closed with %d %q", e.Code, e.Reason)
}

// ErrPiece wraps why bytes are no pieces.
var ErrPiece = errors.New("no piece")

// pieces reads the data of pieces. After an error it returns that again.
type pieces struct {
	from io.Reader
	left int // bytes of the present piece
	err  error
}

// Read implements io.Reader. It returns a *CloseError for a closing piece, an
// error that wraps ErrPiece for what is none, and io.ErrUnexpectedEOF if the
// stream ends without one.
func (r *pieces) Read(p []byte) (int, error) {
	if len(p) == 0 || r.err != nil {
		return 0, r.err
	}
	if r.left == 0 {
		if r.left, r.err = next(r.from); r.err != nil {
			return 0, r.err
		}
	}
	n, err := r.from.Read(p[:min(len(p), r.left)])
	r.left -= n
	if err != nil && (n == 0 || !errors.Is(err, io.EOF)) {
		r.err = unexpected(err)
	}
	return n, r.err
}

// next reads the header of the next piece and returns how many bytes of data it
// has.
func next(from io.Reader) (int, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(from, header[:]); err != nil {
		return 0, unexpected(err)
	}
	kind, size := header[0], int(binary.BigEndian.Uint32(header[:])&0xFFFFFF)
	switch {
	case kind == kindData && size > 0 && size <= MaxPiece:
		return size, nil
	case kind == kindClose && size >= codeSize && size <= codeSize+maxReason:
		return 0, closing(from, size)
	}
	return 0, fmt.Errorf("%w: kind 0x%02x with %d bytes", ErrPiece, kind, size)
}

// closing reads the body of a closing piece.
func closing(from io.Reader, size int) error {
	body := make([]byte, size)
	if _, err := io.ReadFull(from, body); err != nil {
		return unexpected(err)
	}
	if !utf8.Valid(body[codeSize:]) {
		return fmt.Errorf("%w: a reason that is no UTF-8", ErrPiece)
	}
	return &CloseError{Code: binary.BigEndian.Uint16(body), Reason: string(body[codeSize:])}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// appendData appends p as a piece; it has 1 to MaxPiece bytes.
func appendData(b, p []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, kindData<<24|uint32(len(p)))
	return append(b, p...)
}

// appendClose appends a closing piece. A reason that is too long is cut.
func appendClose(b []byte, code uint16, reason string) []byte {
	reason = clip(reason)
	b = binary.BigEndian.AppendUint32(b, kindClose<<24|uint32(codeSize+len(reason)))
	return append(binary.BigEndian.AppendUint16(b, code), reason...)
}

func clip(reason string) string {
	if len(reason) <= maxReason {
		return reason
	}
	end := maxReason
	for end > 0 && !utf8.RuneStart(reason[end]) {
		end--
	}
	return reason[:end]
}
