package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Kind says what a conversation is about.
type Kind uint8

// The kinds. The numbers are part of the protocol.
const (
	KindScreen Kind = 1 // pictures, pointer and keyboard
	KindShell  Kind = 2 // an interactive terminal
	KindExec   Kind = 3 // one program, its three streams and its status
	KindFiles  Kind = 4 // files and folders, read and written
	KindDoctor Kind = 5 // what an agent finds out about itself; only the site itself asks
)

// String returns the kind's name as the API spells it, or "kind-N".
func (k Kind) String() string {
	switch k {
	case KindScreen:
		return "screen"
	case KindShell:
		return "shell"
	case KindExec:
		return "exec"
	case KindFiles:
		return "files"
	case KindDoctor:
		return "doctor"
	}
	return fmt.Sprintf("kind-%d", uint8(k))
}

// ParseKind reads what String wrote of a kind that a representative can open.
func ParseKind(s string) (Kind, error) {
	for _, k := range []Kind{KindScreen, KindShell, KindExec, KindFiles} {
		if k.String() == s {
			return k, nil
		}
	}
	return 0, fmt.Errorf("%q is not a kind of conversation", clip(s, 64))
}

// Rights is the set of things that a representative may do in a session. The
// endpoint checks it again and never does more.
type Rights uint32

// The rights. The numbers are part of the protocol.
const (
	RightView    Rights = 1 << 0 // see the screen
	RightControl Rights = 1 << 1 // pointer and keyboard
	RightShell   Rights = 1 << 2
	RightExec    Rights = 1 << 3
	RightFiles   Rights = 1 << 4 // as much as RightShell to whoever knows how: a shell's start files are files
)

// Has reports whether all of want are in r.
func (r Rights) Has(want Rights) bool { return r&want == want }

// Needs returns the right without which a conversation of this kind is refused.
func (k Kind) Needs() Rights {
	switch k {
	case KindScreen:
		return RightView
	case KindShell:
		return RightShell
	case KindExec:
		return RightExec
	case KindFiles:
		return RightFiles
	case KindDoctor:
		return 0 // the site has decided; nothing is done to the computer
	}
	return ^Rights(0)
}

// Open is the site's first message on a conversation. Exactly the field of its
// Kind is set among Screen, Shell, Exec and Files, or Resume in its place;
// KindDoctor has none.
type Open struct {
	Kind           Kind         `cbor:"1,keyasint"`
	Session        string       `cbor:"2,keyasint"` // the session's id on the site
	Representative string       `cbor:"3,keyasint"` // the name to show and to log
	Rights         Rights       `cbor:"4,keyasint"`
	Screen         *ScreenStart `cbor:"5,keyasint,omitempty"`
	Shell          *ShellStart  `cbor:"6,keyasint,omitempty"`
	Exec           *ExecStart   `cbor:"7,keyasint,omitempty"`
	Resume         *Resume      `cbor:"8,keyasint,omitempty"` // go on with one that lasts
	Files          *FilesStart  `cbor:"9,keyasint,omitempty"`
}

// Lasting reports whether the representative can go on with the conversation
// when its stream is lost.
func (o *Open) Lasting() bool {
	return o.Shell != nil && o.Shell.Lasting || o.Exec != nil && o.Exec.Lasting
}

// Validate checks the bounds and that the parameters fit the kind.
func (o *Open) Validate() error {
	if err := errors.Join(within("session", o.Session, 64), within("representative", o.Representative, MaxName)); err != nil {
		return err
	}
	switch {
	case o.Resume != nil:
		return o.validateResume()
	case o.Kind == KindScreen && o.Screen != nil:
		return o.Screen.Validate()
	case o.Kind == KindShell && o.Shell != nil:
		return o.Shell.Validate()
	case o.Kind == KindExec && o.Exec != nil:
		return o.Exec.Validate()
	case o.Kind == KindFiles && o.Files != nil:
		return o.Files.Validate()
	case o.Kind == KindScreen, o.Kind == KindShell, o.Kind == KindExec, o.Kind == KindFiles:
		return fmt.Errorf("open %v without its parameters", o.Kind)
	}
	return nil // an unknown kind is for the agent to refuse by name
}

// ShellStart asks for a terminal with the login shell of the user whose
// computer it is.
type ShellStart struct {
	Columns uint16 `cbor:"1,keyasint"`           // 1 to 1000
	Rows    uint16 `cbor:"2,keyasint"`           // 1 to 1000
	Term    string `cbor:"3,keyasint"`           // the TERM of the viewer, e.g. xterm-256color
	Lasting bool   `cbor:"4,keyasint,omitempty"` // the viewer can go on with it, see Resume
}

// Validate checks the bounds.
func (s *ShellStart) Validate() error {
	if s.Columns < 1 || s.Columns > 1000 || s.Rows < 1 || s.Rows > 1000 {
		return fmt.Errorf("terminal of %d by %d characters", s.Columns, s.Rows)
	}
	if len(s.Term) > 64 || strings.ContainsFunc(s.Term, func(r rune) bool { return r <= ' ' || r > '~' || r == '=' || r == '/' }) {
		return errors.New("terminal type is not a plain name")
	}
	return nil
}

// ExecStart asks for one program. Args is the vector as it is: no shell sees
// it. Args[0] is looked up in the endpoint's PATH.
type ExecStart struct {
	Args []string `cbor:"1,keyasint"`           // 1 to 256, 32 KiB in all
	Dir  string   `cbor:"2,keyasint,omitempty"` // empty: the home directory

	Lasting bool `cbor:"3,keyasint,omitempty"` // the viewer can go on with it, see Resume
}

// Validate checks the bounds.
func (e *ExecStart) Validate() error {
	if len(e.Args) == 0 || len(e.Args) > 256 || e.Args[0] == "" {
		return errors.New("a command of 1 to 256 arguments is needed")
	}
	n := len(e.Dir)
	for _, a := range append([]string{e.Dir}, e.Args...) {
		if n += len(a); n > 32<<10 || strings.ContainsRune(a, 0) {
			return errors.New("arguments over 32 KiB, or with a zero byte")
		}
	}
	return nil
}

// Exit ends a shell or exec conversation.
type Exit struct {
	Status int    `cbor:"1,keyasint"`           // the program's exit status; 128+n after signal n
	Text   string `cbor:"2,keyasint,omitempty"` // why there is no status, e.g. not found
}

// Validate checks the bounds.
func (e *Exit) Validate() error { return within("text", e.Text, MaxSentence) }

// Size is the body of TypeResize.
//
//	u16 columns | u16 rows
type Size struct{ Columns, Rows uint16 }

// Append appends the body.
func (s Size) Append(b []byte) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, s.Columns), s.Rows)
}

// ParseSize reads a body of exactly 4 bytes; both values are 1 to 1000.
func ParseSize(b []byte) (Size, error) {
	if len(b) != 4 {
		return Size{}, fmt.Errorf("resize of %d bytes, not 4", len(b))
	}
	s := Size{binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])}
	if s.Columns < 1 || s.Columns > 1000 || s.Rows < 1 || s.Rows > 1000 {
		return Size{}, fmt.Errorf("terminal of %d by %d characters", s.Columns, s.Rows)
	}
	return s, nil
}
