package wire

import (
	"errors"
	"fmt"
)

// Limits of what an agent finds out about itself.
const (
	MaxFindings = 64
	MaxFinding  = 1 << 10 // bytes of a text or a hint
)

// FindingLevel says how good or bad a finding is. A level that is not known is
// to be shown like FindingNote.
type FindingLevel string

// The levels.
const (
	FindingOK    FindingLevel = "ok"
	FindingNote  FindingLevel = "note"  // worth knowing; the agent works all the same
	FindingWrong FindingLevel = "wrong" // keeps the agent from being reachable, or safe
)

// Finding is one thing that an agent has looked at, such as a way to its site. It
// holds no secret.
type Finding struct {
	Check string       `cbor:"1,keyasint"` // what, in one word: udp, tcp, proxy, clock
	Level FindingLevel `cbor:"2,keyasint"`
	Text  string       `cbor:"3,keyasint"`           // one sentence
	Hint  string       `cbor:"4,keyasint,omitempty"` // what to do about it
}

// Findings is the answer to an Open of KindDoctor, after Opened, and the last
// message: what the agent has found out about itself and its ways to the site.
type Findings struct {
	All []Finding `cbor:"1,keyasint"`
}

// Validate checks the bounds.
func (f *Findings) Validate() error {
	if len(f.All) > MaxFindings {
		return fmt.Errorf("%d findings", len(f.All))
	}
	for _, one := range f.All {
		if err := errors.Join(within("check", one.Check, 32), within("level", string(one.Level), 16),
			within("text", one.Text, MaxFinding), within("hint", one.Hint, MaxFinding)); err != nil {
			return err
		}
	}
	return nil
}
