package lasting

import (
	"testing"

	"jump/transport/wire"
)

// TestPartOfAMessage acknowledges whole messages alone, wherever their reader
// stands.
func TestPartOfAMessage(t *testing.T) {
	var in incoming
	for range 2 {
		if err := in.take(wire.TypeInput, make([]byte, 6)); err != nil {
			t.Fatal(err)
		}
	}
	for read, want := range []wire.Received{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 20} {
		if got := in.tell(); got != want {
			t.Errorf("after %d bytes %d are acknowledged, want %d", read, got, want)
		}
		in.read(make([]byte, 1))
	}
}
