package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// TokenSize is the length of a conversation's token in bytes.
const TokenSize = 16

// Opened is the agent's yes to Open.
type Opened struct {
	Rights Rights `cbor:"1,keyasint"` // what the endpoint grants: never more than asked
	// Token is random, and given only if the start asked for a conversation
	// that lasts: whoever shows it may go on. TokenSize bytes.
	Token []byte `cbor:"2,keyasint,omitempty"`
	// Received answers Resume.Received, the other way round.
	Received uint64 `cbor:"3,keyasint,omitempty"`
}

// Validate checks the bounds.
func (o *Opened) Validate() error {
	if len(o.Token) != 0 && len(o.Token) != TokenSize {
		return fmt.Errorf("token of %d bytes", len(o.Token))
	}
	return nil
}

// Resume goes on with a conversation whose stream was lost. Both sides count
// the bytes of the messages after the start and after Opened, headers included,
// without Received, Ping and Pong, and send what the other has not received.
type Resume struct {
	Token    []byte `cbor:"1,keyasint"` // of Opened
	Received uint64 `cbor:"2,keyasint"` // bytes of whole messages, since the conversation began
}

// Validate checks the bounds.
func (r *Resume) Validate() error {
	if len(r.Token) != TokenSize {
		return fmt.Errorf("token of %d bytes", len(r.Token))
	}
	return nil
}

func (o *Open) validateResume() error {
	if o.Screen != nil || o.Shell != nil || o.Exec != nil || o.Files != nil {
		return errors.New("a conversation that goes on and begins")
	}
	return o.Resume.Validate()
}

// Release tells an agent that a session is over: what it holds of it ends.
type Release struct {
	Session string `cbor:"1,keyasint"` // as in Open
}

// Validate checks the bounds.
func (r *Release) Validate() error { return within("session", r.Session, 64) }

// Received is the body of TypeReceived: how many bytes of the conversation,
// counted as for Resume, the sender has taken out of its buffer. The peer may
// forget them, and send as many more.
//
//	u64 bytes
type Received uint64

// Append appends the body.
func (r Received) Append(b []byte) []byte { return binary.BigEndian.AppendUint64(b, uint64(r)) }

// ParseReceived reads a body of exactly 8 bytes.
func ParseReceived(b []byte) (Received, error) {
	if len(b) != 8 {
		return 0, fmt.Errorf("received of %d bytes, not 8", len(b))
	}
	return Received(binary.BigEndian.Uint64(b)), nil
}
