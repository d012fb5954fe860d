package sessions

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"jump/site/audit"
	"jump/transport/wire"
)

// ledger reads along in a conversation about files, and writes down what was
// copied: which file, which way, how many bytes. The last word of a request
// reaches the representative after that is written, never before.
type ledger struct {
	record func(a audit.Action, details string) error
	says   [2]scanner // by Direction

	mu   sync.Mutex
	open []*deed // in the order in which they are answered
}

// deed is one request. Looking has no action, and is not written down.
type deed struct {
	action audit.Action
	path   string // as the representative wrote it
	whole  string // as the client calls it; empty: it has not said so
	bytes  int64  // of the file, that passed
}

var errLedger = errors.New("messages about files that cannot be read")

// read takes in what passes. After an error nothing more may pass.
func (l *ledger) read(d Direction, p []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d == DirectionFromClient {
		return l.says[d].feed(p, l.answer)
	}
	return l.says[d].feed(p, l.request)
}

// request takes in a message of the representative's, or n bytes of data.
func (l *ledger) request(t wire.Type, n int, body []byte) error {
	var err error
	d := &deed{}
	switch t {
	case wire.TypeFileData:
		if len(l.open) > 0 {
			l.open[len(l.open)-1].bytes += int64(n)
		}
		return nil
	case wire.TypeFileLook:
	case wire.TypeFileRead:
		var m wire.FileRead
		err = wire.Unmarshal(body, &m)
		d.action, d.path = audit.ActionFileGet, m.Path
	case wire.TypeFileWrite:
		var m wire.FileWrite
		err = wire.Unmarshal(body, &m)
		d.action, d.path = audit.ActionFilePut, m.Path
	case wire.TypeFileMake:
		var m wire.FileMake
		err = wire.Unmarshal(body, &m)
		d.action, d.path = audit.ActionFolderMake, m.Path
	default:
		return nil
	}
	if err != nil || len(l.open) >= wire.MaxAsked {
		return errors.Join(errLedger, err)
	}
	l.open = append(l.open, d)
	return nil
}

// answer takes in a message of the client's, or n bytes of data.
func (l *ledger) answer(t wire.Type, n int, body []byte) error {
	switch t {
	case wire.TypeFileData, wire.TypeFileFacts, wire.TypeFileDone, wire.TypeFileFailed:
	default:
		return nil
	}
	if len(l.open) == 0 {
		return errLedger
	}
	d := l.open[0]
	switch t {
	case wire.TypeFileData:
		d.bytes += int64(n)
		return nil
	case wire.TypeFileFailed:
		var no wire.Refused
		if err := wire.Unmarshal(body, &no); err != nil {
			return errors.Join(errLedger, err)
		}
		return l.done(", not done: " + string(no.Code))
	}
	var facts wire.FileFacts
	if err := wire.Unmarshal(body, &facts); err != nil {
		return errors.Join(errLedger, err)
	}
	if d.whole = facts.Path; t == wire.TypeFileFacts {
		return nil
	}
	return l.done("")
}

// done writes the first deed down.
func (l *ledger) done(how string) error {
	d := l.open[0]
	l.open = l.open[1:]
	if d.action == "" {
		return nil
	}
	return l.record(d.action, d.String()+how)
}

// String says what was copied, in a length that a person reads.
func (d *deed) String() string {
	s := fmt.Sprintf("%.1000q", d.path)
	if d.whole != "" && d.whole != d.path {
		s += fmt.Sprintf(", which is %.1000q", d.whole)
	}
	if d.action != audit.ActionFolderMake {
		s += fmt.Sprintf(", %d bytes", d.bytes)
	}
	return s
}

// close writes down what did not come to its end.
func (l *ledger) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var err error
	for len(l.open) > 0 {
		err = errors.Join(err, l.done(", broken off"))
	}
	return err
}

// scanner finds the messages in bytes that come in any pieces.
type scanner struct {
	head []byte // of the message that has begun
	body []byte // of it; of data nothing is kept
	left int    // bytes of it that have not come
}

// feed gives take the messages: of data how many bytes came, of others the
// whole body.
func (s *scanner) feed(p []byte, take func(t wire.Type, n int, body []byte) error) error {
	for len(p) > 0 {
		if len(s.head) < wire.HeaderSize {
			n := min(wire.HeaderSize-len(s.head), len(p))
			s.head, p = append(s.head, p[:n]...), p[n:]
			if len(s.head) < wire.HeaderSize {
				return nil
			}
			s.left = int(binary.BigEndian.Uint32(s.head) & 0xFFFFFF)
			if t := wire.Type(s.head[0]); t != wire.TypeFileData && s.left > wire.MaxControl {
				return fmt.Errorf("type 0x%02x: %w", uint8(t), wire.ErrTooLong)
			}
		}
		n := min(s.left, len(p))
		if err := s.part(p[:n], take); err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// part takes in a piece of a body, which may be empty.
func (s *scanner) part(p []byte, take func(t wire.Type, n int, body []byte) error) error {
	t := wire.Type(s.head[0])
	s.left -= len(p)
	if t == wire.TypeFileData {
		if err := take(t, len(p), nil); err != nil {
			return err
		}
	} else {
		s.body = append(s.body, p...)
	}
	if s.left > 0 {
		return nil
	}
	var err error
	if t != wire.TypeFileData {
		err = take(t, 0, s.body)
	}
	s.head, s.body = s.head[:0], s.body[:0]
	return err
}
