package lifetime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
)

// ErrDamaged says that a state was not written like this. It is to be treated
// as lost.
var ErrDamaged = errors.New("the count of offline days is damaged")

// stored is a State with a checksum over its JSON with a Check of 0, so that a
// flipped bit of a dying disk makes no year of a day.
type stored struct {
	State
	Check uint32 `json:"check"`
}

// Encode returns the state as it is kept: JSON, at most 1 KiB.
func (s State) Encode() []byte {
	x := stored{State: s}
	x.Check = crc32.ChecksumIEEE(x.json())
	return x.json()
}

func (x stored) json() []byte {
	b, err := json.Marshal(x)
	if err != nil {
		panic("lifetime: " + err.Error()) // numbers and texts can always be encoded
	}
	return b
}

// Decode reads what Encode wrote, and nothing else: not even other spaces.
func Decode(b []byte) (State, error) {
	var x stored
	if err := json.Unmarshal(b, &x); err != nil {
		return State{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if !bytes.Equal(b, x.State.Encode()) {
		return State{}, ErrDamaged
	}
	return x.State, nil
}
