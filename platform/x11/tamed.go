package x11

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// Sizes and kinds of what a server sends (X protocol, section 1 and appendix B).
const (
	unitSize     = 32
	kindError    = 0
	kindReply    = 1
	kindGeneric  = 35       // the only event longer than a unit: byte 4 counts the rest
	errorServer  = 17       // Implementation, the last that every client knows
	maxReply     = 64 << 20 // bytes; a whole desktop of 16 million pixels
	readBuffer   = 64 << 10
	greetingSize = 8
)

var errTooLong = errors.New("reply of the X server is too long")

// tamed is what xgb reads from: the server's stream with the events taken out
// and handed over, and with the errors of extensions under a number that xgb
// knows (it drops others, and their request would wait for ever).
type tamed struct {
	net.Conn
	in     *bufio.Reader
	events func(*Event)
	head   []byte // rest of a rewritten unit, to be read first
	left   int    // bytes after head that pass as they are
	greets bool   // the greeting has passed
}

func newTamed(c net.Conn, events func(*Event)) *tamed {
	return &tamed{Conn: c, in: bufio.NewReaderSize(c, readBuffer), events: events}
}

// Read passes the greeting, replies and errors.
func (t *tamed) Read(p []byte) (int, error) {
	for len(t.head) == 0 && t.left == 0 {
		if err := t.next(); err != nil {
			return 0, err
		}
	}
	if len(t.head) > 0 {
		n := copy(p, t.head)
		t.head = t.head[n:]
		return n, nil
	}
	n, err := t.in.Read(p[:min(len(p), t.left)])
	t.left -= n
	return n, err
}

// next looks at what comes, and decides what of it passes.
func (t *tamed) next() error {
	if !t.greets {
		return t.greeting()
	}
	unit := make([]byte, unitSize)
	if _, err := io.ReadFull(t.in, unit); err != nil {
		return err
	}
	switch unit[0] {
	case kindReply:
		size := int64(binary.LittleEndian.Uint32(unit[4:])) * 4
		if size > maxReply {
			return fmt.Errorf("%w: %d bytes", errTooLong, size)
		}
		t.head, t.left = unit, int(size)
	case kindError:
		if unit[1] == 0 || unit[1] > errorServer {
			unit[1] = errorServer
		}
		t.head = unit
	default:
		return t.event(unit)
	}
	return nil
}

func (t *tamed) greeting() error {
	head, err := t.in.Peek(greetingSize)
	if err != nil {
		return err
	}
	t.left = greetingSize + 4*int(binary.LittleEndian.Uint16(head[6:]))
	t.greets = true
	return nil
}

func (t *tamed) event(unit []byte) error {
	e := Event(unit)
	if e.Kind() == kindGeneric {
		rest := int64(binary.LittleEndian.Uint32(unit[4:])) * 4
		if rest > maxReply {
			return fmt.Errorf("%w: event of %d bytes", errTooLong, rest)
		}
		if _, err := io.CopyN(io.Discard, t.in, rest); err != nil {
			return err
		}
	}
	if t.events != nil {
		t.events(&e)
	}
	return nil
}
