package seat

import (
	"fmt"
	"sync"

	"jump/capture/frame"
	"jump/transport/wire"
)

// counter makes the numbers of one seat after the other into those of one
// conversation: every seat counts its frames and epochs from 1, the viewer sees
// them go on. Numbers of the viewer are translated back.
type counter struct {
	mu     sync.Mutex
	before uint32 // frames of earlier seats
	sent   uint32 // frames of this one
	epoch  uint32 // that the viewer was told last
	theirs uint32 // what this seat calls it
	told   bool   // this seat has described its displays
}

// begin begins a seat.
func (n *counter) begin() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.before, n.sent, n.told = n.before+n.sent, 0, false
}

// translate returns the body of a seat's message as the viewer gets it, nil for
// one that it does not get, and an error for one that no seat says.
func (n *counter) translate(typ wire.Type, body []byte) ([]byte, error) {
	switch typ {
	case wire.TypeDisplays:
		return n.displays(body)
	case wire.TypeFrame:
		return n.frame(body)
	case wire.TypeCursor:
		_, err := wire.ParseCursor(body)
		return body, err
	case wire.TypeCursorAt:
		_, err := wire.ParseCursorAt(body)
		return body, err
	case wire.TypeNotice:
		return body, wire.Unmarshal(body, new(wire.Notice))
	}
	return nil, nil // of a newer version, or about what the proxy does itself
}

func (n *counter) displays(body []byte) ([]byte, error) {
	var d wire.Displays
	if err := wire.Unmarshal(body, &d); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.epoch++
	n.theirs, n.told = d.Epoch, true
	d.Epoch = n.epoch
	return wire.Marshal(&d)
}

// frame gives a frame its numbers; what is in it, the viewer checks.
func (n *counter) frame(body []byte) ([]byte, error) {
	h, _, _, err := frame.Parse(body)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.told || h.Epoch != n.theirs || h.Sequence != n.sent+1 {
		return nil, fmt.Errorf("frame %d of epoch %d after frame %d of epoch %d", h.Sequence, h.Epoch, n.sent, n.theirs)
	}
	n.sent++
	h.Sequence, h.Epoch = n.before+n.sent, n.epoch
	h.Append(body[:0])
	return body, nil
}

// ack returns the acknowledgement as the seat that sent the frame counts, and
// nil if that was an earlier one.
func (n *counter) ack(body []byte) ([]byte, error) {
	a, err := wire.ParseAck(body)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case a.Sequence > n.before+n.sent:
		return nil, fmt.Errorf("ack of frame %d, but %d were sent", a.Sequence, n.before+n.sent)
	case a.Sequence <= n.before:
		return nil, nil
	}
	a.Sequence -= n.before
	return a.Append(nil), nil
}
