package lifetime

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// golden is a state as it is kept. Old files must stay readable.
const golden = `{"away":true,"lived_ns":86400000000000,"ran_ns":3600000000000,"failed":7,` +
	`"last":{"boot":"b","total_ns":10,"awake_ns":9,"wall_ns":1700000000000000000},"check":658571104}`

func goldenState() State {
	return State{Away: true, Lived: 24 * time.Hour, Ran: time.Hour, Failed: 7,
		Last: Reading{Boot: "b", Total: 10, Awake: 9, Wall: 1700000000 * time.Second}}
}

func TestGolden(t *testing.T) {
	if got := string(goldenState().Encode()); got != golden {
		t.Errorf("encoded as\n%s, want\n%s", got, golden)
	}
	if got, err := Decode([]byte(golden)); got != goldenState() || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestDamage: no single flipped bit and no missing end goes unnoticed.
func TestDamage(t *testing.T) {
	for i := range len(golden) {
		if s, err := Decode([]byte(golden[:i])); !errors.Is(err, ErrDamaged) {
			t.Errorf("the first %d bytes are %+v, %v", i, s, err)
		}
		for bit := range 8 {
			b := []byte(golden)
			b[i] ^= 1 << bit
			if s, err := Decode(b); !errors.Is(err, ErrDamaged) {
				t.Errorf("bit %d of byte %d: %+v, %v", bit, i, s, err)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(golden))
	f.Add(State{}.Encode())
	f.Add([]byte(`{"away":true,"lived_ns":1e99}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Decode(b)
		if err != nil && s != (State{}) || err == nil && !bytes.Equal(s.Encode(), b) {
			t.Errorf("%q: %+v, %v", b, s, err)
		}
	})
}
