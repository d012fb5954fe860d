package seat

import (
	"bytes"
	"testing"

	"jump/capture/frame"
	"jump/transport/wire"
)

// FuzzTranslate: whatever a seat says, what the viewer gets of it is a picture
// that follows the one before, a description with the next epoch, or nothing.
func FuzzTranslate(f *testing.F) {
	displays, err := wire.Marshal(&wire.Displays{Format: 1, Epoch: 3, Displays: []wire.Display{{Width: 8, Height: 8}}})
	if err != nil {
		f.Fatal(err)
	}
	said := wire.Append(nil, wire.TypeDisplays, displays)
	for n := range uint32(3) {
		said = wire.Append(said, wire.TypeFrame, frame.Header{Sequence: n + 1, Epoch: 3}.Append(nil))
	}
	f.Add(said)
	f.Add(wire.Append(said, wire.TypeFrame, frame.Header{Sequence: 9, Epoch: 3}.Append(nil)))
	f.Add(wire.Append(nil, wire.TypeFrame, []byte("short")))
	f.Add(wire.Append(nil, wire.TypeRemoved, nil))
	f.Fuzz(func(t *testing.T, said []byte) {
		n := counter{before: 100, epoch: 10}
		n.begin()
		sequence, epoch := uint32(100), uint32(10)
		for r := wire.NewReader(bytes.NewReader(said), wire.MaxControl); ; {
			typ, body, err := r.Next()
			if err == nil {
				body, err = n.translate(typ, body)
			}
			if err != nil {
				return
			}
			if body == nil {
				continue
			}
			switch typ {
			case wire.TypeFrame:
				h, _, _, err := frame.Parse(body)
				if sequence++; err != nil || h.Sequence != sequence || h.Epoch != epoch {
					t.Fatalf("%+v after %d of epoch %d, %v", h, sequence-1, epoch, err)
				}
			case wire.TypeDisplays:
				var d wire.Displays
				epoch++
				if err := wire.Unmarshal(body, &d); err != nil || d.Epoch != epoch {
					t.Fatalf("%+v after epoch %d, %v", d, epoch-1, err)
				}
			case wire.TypeCursor, wire.TypeCursorAt, wire.TypeNotice:
			default:
				t.Fatalf("message 0x%02x", uint8(typ))
			}
		}
	})
}

// TestAck: only what this seat has sent is acknowledged to it.
func TestAck(t *testing.T) {
	n := counter{before: 5, sent: 3}
	for _, c := range []struct {
		ack  uint32
		want uint32 // 0: nothing
		ok   bool
	}{{1, 0, true}, {5, 0, true}, {6, 1, true}, {8, 3, true}, {9, 0, false}} {
		body, err := n.ack(wire.Ack{Sequence: c.ack, Micros: 7}.Append(nil))
		if (err == nil) != c.ok || (body != nil) != (c.want > 0) {
			t.Errorf("%d: %x, %v", c.ack, body, err)
			continue
		}
		if body == nil {
			continue
		}
		if a, err := wire.ParseAck(body); err != nil || a.Sequence != c.want || a.Micros != 7 {
			t.Errorf("%d: %+v, %v", c.ack, a, err)
		}
	}
	if _, err := n.ack([]byte("short")); err == nil {
		t.Error("taken")
	}
}
