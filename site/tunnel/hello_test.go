package tunnel

import (
	"bytes"
	"errors"
	"testing"

	"jump/transport/wire"
)

// FuzzHello: whatever a stranger sends first is a Hello within its bounds, or
// is refused as malformed.
func FuzzHello(f *testing.F) {
	good, err := wire.Marshal(wire.Hello{Protocol: 1, Version: "1.0.0", Capabilities: []wire.Kind{wire.KindExec},
		Enrolment: &wire.Enrolment{KeyID: make([]byte, 8), Signature: make([]byte, 64), Wishes: wire.Wishes{Group: "user:anne"}},
		Join:      &wire.Join{Counter: 1, MAC: make([]byte, 32)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire.Append(nil, wire.TypeHello, good))
	f.Add(wire.Append(nil, wire.TypeHello, good[:len(good)-1]))
	f.Add(wire.Append(nil, wire.TypeStatus, good))
	renewed, err := wire.Marshal(wire.Hello{Protocol: 1, Renewal: &wire.Renewal{Old: make([]byte, 32),
		Permit: wire.Permit{Number: 1 << 40, MAC: make([]byte, 32)}, Signature: make([]byte, 64)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire.Append(nil, wire.TypeHello, renewed))
	f.Add(wire.AppendHeader(nil, wire.TypeHello, wire.MaxFrame))
	f.Fuzz(func(t *testing.T, b []byte) {
		hello, err := readHello(wire.NewReader(bytes.NewReader(b), wire.MaxControl))
		if err == nil {
			if err := hello.Validate(); err != nil {
				t.Errorf("accepted %+v: %v", hello, err)
			}
			return
		}
		var refused *wire.Refused
		if !errors.As(err, &refused) || refused.Code != wire.CodeMalformed {
			t.Fatalf("refused with %v", err)
		}
		if body, err := wire.Marshal(refused); err != nil || wire.Unmarshal(body, &wire.Refused{}) != nil {
			t.Errorf("the answer %+v cannot be sent: %v", refused, err)
		}
	})
}
