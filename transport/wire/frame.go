package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/fxamacker/cbor/v2"
)

// HeaderSize is the number of bytes before a message's body.
const HeaderSize = 4

// Limits on the length of a message's body, in bytes. A reader applies one
// before it allocates.
const (
	MaxControl = 64 << 10   // on the control stream, and of every CBOR body
	MaxData    = 256 << 10  // shell and exec data
	MaxFrame   = 16<<20 - 1 // one picture, all that the header can say
)

// Type says what a message is. The numbers are part of the protocol.
type Type uint8

// Types of the control stream.
const (
	TypeHello    Type = 0x01 // CBOR Hello, agent to site, first message
	TypeWelcome  Type = 0x02 // CBOR Welcome, site to agent
	TypeRefused  Type = 0x03 // CBOR Refused, instead of Welcome or Opened
	TypeStatus   Type = 0x04 // CBOR Status, agent to site
	TypePing     Type = 0x05 // 8 bytes of the sender's choice; any stream
	TypePong     Type = 0x06 // the 8 bytes of the Ping
	TypeRemoved  Type = 0x07 // CBOR Removed, site to agent: uninstall
	TypeSettings Type = 0x08 // CBOR Settings, site to agent
	TypeGoodbye  Type = 0x09 // CBOR Goodbye, either way, last message
	TypeKept     Type = 0x0A // CBOR Kept, agent to site: the join state of Welcome is on the disk
	TypeReach    Type = 0x0B // CBOR Reach, agent to site: it listens from now on, or does not any more
)

// Types that begin a conversation.
const (
	TypeOpen   Type = 0x10 // CBOR Open, site to agent, first message
	TypeOpened Type = 0x11 // CBOR Opened, agent to site

	TypeResume   Type = 0x12 // CBOR Resume, representative to site, in place of the kind's start
	TypeReceived Type = 0x13 // see Received, either way, on conversations that last
	TypeRelease  Type = 0x14 // CBOR Release, site to agent, on the control stream
	TypeFindings Type = 0x15 // CBOR Findings, agent to site, last message of a KindDoctor conversation
)

// Types of the shell and exec conversations.
const (
	TypeShellStart Type = 0x20 // CBOR ShellStart, representative to site
	TypeExecStart  Type = 0x21 // CBOR ExecStart, representative to site
	TypeInput      Type = 0x22 // raw bytes to the terminal or standard input; empty: end of input
	TypeOutput     Type = 0x23 // raw bytes from the terminal or standard output
	TypeErrors     Type = 0x24 // raw bytes from standard error (exec only)
	TypeResize     Type = 0x25 // u16 columns, u16 rows
	TypeExit       Type = 0x26 // CBOR Exit, agent to representative, last message
)

// Types of the conversation about files.
const (
	TypeFilesStart  Type = 0x30 // CBOR FilesStart, representative to site
	TypeFileLook    Type = 0x31 // CBOR FileLook, representative to agent
	TypeFileRead    Type = 0x32 // CBOR FileRead, representative to agent
	TypeFileWrite   Type = 0x33 // CBOR FileWrite, representative to agent
	TypeFileMake    Type = 0x34 // CBOR FileMake, representative to agent
	TypeFileData    Type = 0x35 // raw bytes of a file, either way, at most FileChunk
	TypeFileEnd     Type = 0x36 // CBOR FileEnd, representative to agent, after the data of a FileWrite
	TypeFileFacts   Type = 0x38 // CBOR FileFacts, agent to representative
	TypeFileEntries Type = 0x39 // CBOR FileEntries, agent to representative
	TypeFileGot     Type = 0x3A // see FileGot, agent to representative
	TypeFileDone    Type = 0x3B // CBOR FileFacts, agent to representative: the request is carried out
	TypeFileFailed  Type = 0x3C // CBOR Refused, agent to representative: it is not
)

// Types of the screen conversation.
const (
	TypeScreenStart Type = 0x40 // CBOR ScreenStart, viewer to site
	TypeDisplays    Type = 0x41 // CBOR Displays, agent to viewer: once at first, and at every change
	TypeFrame       Type = 0x42 // a picture, drawn in jump/capture/frame
	TypeCursor      Type = 0x43 // see Cursor
	TypeCursorAt    Type = 0x44 // see CursorAt
	TypeNotice      Type = 0x45 // CBOR Notice, agent to viewer: a sentence worth showing
	TypeAck         Type = 0x48 // see Ack, viewer to agent
	TypePointer     Type = 0x49 // see Pointer, viewer to agent
	TypeWheel       Type = 0x4A // see Wheel, viewer to agent
	TypeKey         Type = 0x4B // see Key, viewer to agent
	TypeText        Type = 0x4C // UTF-8 text to type, at most MaxText bytes, viewer to agent
	TypeRefresh     Type = 0x4D // empty, viewer to agent: send everything again
	TypeAttention   Type = 0x4E // empty, viewer to agent: Ctrl+Alt+Del
	TypeOptions     Type = 0x4F // CBOR ScreenOptions, viewer to agent
	TypeReleaseAll  Type = 0x50 // empty, viewer to agent: let go of every key and button
	TypeLogOut      Type = 0x51 // empty, viewer to agent: end the session of the user at the screen (service mode)
)

// ErrTooLong is returned for a message longer than the reader's limit.
var ErrTooLong = errors.New("message longer than its limit")

// Reader reads messages from one stream. It is not safe for concurrent use.
type Reader struct {
	r     io.Reader
	limit int
	head  [HeaderSize]byte
	buf   []byte
}

// NewReader returns a Reader that refuses bodies of more than limit bytes.
func NewReader(r io.Reader, limit int) *Reader { return &Reader{r: r, limit: limit} }

// Next reads one message. The body is valid until the next call. At the end of
// the stream between two messages the error is io.EOF, within one
// io.ErrUnexpectedEOF, and ErrTooLong before a body over the limit is read.
func (r *Reader) Next() (Type, []byte, error) {
	if _, err := io.ReadFull(r.r, r.head[:]); err != nil {
		return 0, nil, err
	}
	v := binary.BigEndian.Uint32(r.head[:])
	t, n := Type(v>>24), int(v&0xFFFFFF)
	if n > r.limit {
		return t, nil, fmt.Errorf("type 0x%02x, %d bytes: %w", uint8(t), n, ErrTooLong)
	}
	if cap(r.buf) < n {
		r.buf = make([]byte, n)
	}
	body := r.buf[:n]
	if _, err := io.ReadFull(r.r, body); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return t, nil, err
	}
	return t, body, nil
}

// AppendHeader appends the header of a message whose body has n bytes.
// It panics if n is over [MaxFrame], which is the caller's mistake.
func AppendHeader(b []byte, t Type, n int) []byte {
	if n < 0 || n > MaxFrame {
		panic(fmt.Sprintf("wire: body of %d bytes", n))
	}
	return binary.BigEndian.AppendUint32(b, uint32(t)<<24|uint32(n))
}

// Append appends a whole message with a raw body.
func Append(b []byte, t Type, body []byte) []byte {
	return append(AppendHeader(b, t, len(body)), body...)
}

// Write writes one message with a raw body, in one Write call.
func Write(w io.Writer, t Type, body []byte) error {
	if len(body) > MaxFrame {
		return fmt.Errorf("type 0x%02x, %d bytes: %w", uint8(t), len(body), ErrTooLong)
	}
	_, err := w.Write(Append(make([]byte, 0, HeaderSize+len(body)), t, body))
	return err
}

// Send writes one message with v as its CBOR body.
func Send(w io.Writer, t Type, v any) error {
	body, err := Marshal(v)
	if err != nil {
		return err
	}
	return Write(w, t, body)
}

var (
	encMode = must(cbor.CoreDetEncOptions().EncMode())
	decMode = must(cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxNestedLevels:  6,
		MaxArrayElements: 1024,
		MaxMapPairs:      256,
		UTF8:             cbor.UTF8RejectInvalid,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Marshal returns v as deterministic CBOR (RFC 8949 section 4.2.1), at most
// [MaxControl] bytes.
func Marshal(v any) ([]byte, error) {
	b, err := encMode.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	if len(b) > MaxControl {
		return nil, fmt.Errorf("encode %T: %w", v, ErrTooLong)
	}
	return b, nil
}

// A Message that has bounds checks them in Validate, which Unmarshal calls.
type validator interface{ Validate() error }

// Unmarshal reads a CBOR body into v, which must be a pointer, and checks the
// message's own bounds. It never keeps a reference to body.
func Unmarshal(body []byte, v any) error {
	if len(body) > MaxControl {
		return fmt.Errorf("decode %T: %w", v, ErrTooLong)
	}
	if err := decMode.Unmarshal(body, v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	if c, ok := v.(validator); ok {
		if err := c.Validate(); err != nil {
			return fmt.Errorf("decode %T: %w", v, err)
		}
	}
	return nil
}
