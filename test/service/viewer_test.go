//go:build linux

package service

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"jump/capture/decode"
	"jump/capture/frame"
	"jump/internal/testwait"
	"jump/transport/wire"
)

// viewer is a representative who looks at a screen and types, in one
// conversation for all of a test.
type viewer struct {
	t    *testing.T
	conn *websocket.Conn
	send func(wire.Type, []byte) error
	over chan struct{} // closed when the conversation has ended

	mu       sync.Mutex
	pictures *decode.Decoder
	epoch    uint32
	sequence uint32
	notices  []wire.Notice
	err      error // valid after over
}

// view opens the screen of a client.
func (s *site) view(c client) *viewer {
	t := s.t
	t.Helper()
	var session struct {
		ID string `json:"id"`
	}
	if err := s.call(http.MethodPost, "sessions", map[string]string{"client_id": c.ID}, &session); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, s.url+"/api/v1/sessions/"+session.ID+"/screen", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: s.http.Transport}, Subprotocols: []string{"jump.1"},
		HTTPHeader: http.Header{"Authorization": {"Bearer " + s.token}},
	})
	if err != nil {
		t.Fatal(err)
	}
	conn := websocket.NetConn(context.WithoutCancel(t.Context()), ws, websocket.MessageBinary)
	v := &viewer{t: t, conn: ws, over: make(chan struct{})}
	var writing sync.Mutex
	v.send = func(typ wire.Type, body []byte) error {
		writing.Lock()
		defer writing.Unlock()
		return wire.Write(conn, typ, body)
	}
	start := wire.ScreenStart{Format: frame.Version, Codings: []wire.Coding{wire.CodingZstd}, Window: 4}
	if err := wire.Send(conn, wire.TypeScreenStart, &start); err != nil {
		t.Fatal(err)
	}
	go v.watch(wire.NewReader(conn, wire.MaxFrame))
	t.Cleanup(v.close)
	return v
}

func (v *viewer) close() {
	v.conn.CloseNow()
	<-v.over
	if v.t.Failed() {
		v.t.Logf("the viewer's end: %v; notices: %+v", v.err, v.notices)
	}
}

// watch draws what comes until the end.
func (v *viewer) watch(r *wire.Reader) {
	defer close(v.over)
	for {
		typ, body, err := r.Next()
		if err == nil {
			err = v.take(typ, body)
		}
		if err != nil {
			v.err = err
			return
		}
	}
}

func (v *viewer) take(typ wire.Type, body []byte) (err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch typ {
	case wire.TypeRefused:
		var no wire.Refused
		if err := wire.Unmarshal(body, &no); err != nil {
			return err
		}
		return &no
	case wire.TypeDisplays:
		var d wire.Displays
		if err := wire.Unmarshal(body, &d); err != nil {
			return err
		}
		if d.Epoch <= v.epoch {
			return fmt.Errorf("epoch %d after %d", d.Epoch, v.epoch)
		}
		v.epoch = d.Epoch
		v.pictures, err = decode.New(&d)
		return err
	case wire.TypeNotice:
		var n wire.Notice
		err := wire.Unmarshal(body, &n)
		v.notices = append(v.notices, n)
		return err
	case wire.TypeFrame:
		return v.draw(body)
	}
	return nil
}

// draw demands that frames are counted on, from seat to seat.
func (v *viewer) draw(body []byte) error {
	h, _, _, err := frame.Parse(body)
	if err != nil {
		return err
	}
	if h.Sequence != v.sequence+1 || h.Epoch != v.epoch {
		return fmt.Errorf("frame %d of epoch %d after %d of %d", h.Sequence, h.Epoch, v.sequence, v.epoch)
	}
	v.sequence++
	if err := v.pictures.Frame(body); err != nil {
		return err
	}
	return v.send(wire.TypeAck, wire.Ack{Sequence: h.Sequence}.Append(nil))
}

// shows waits until a pixel of the screen has a colour.
func (v *viewer) shows(x, y int, colour uint32) {
	v.t.Helper()
	testwait.Eventually(v.t, fmt.Sprintf("the screen shows %06x at %d,%d", colour, x, y), func() error {
		select {
		case <-v.over:
			v.t.Fatalf("the conversation has ended: %v", v.err)
		default:
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.pictures == nil {
			return fmt.Errorf("nothing; notices %+v", v.notices)
		}
		if now := v.pictures.At(0, x, y) & 0xFFFFFF; now != colour {
			return fmt.Errorf("it is %06x; notices %+v", now, v.notices)
		}
		return nil
	})
}

// seen returns the number of the last description of displays; every seat makes
// one.
func (v *viewer) seen() uint32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.epoch
}

// text types a text, and Enter.
func (v *viewer) text(s string) {
	v.t.Helper()
	if err := v.send(wire.TypeText, []byte(s)); err != nil {
		v.t.Fatal(err)
	}
	v.key(0xFF0D, 0x28) // Return
}

// key strikes a key: keysym, and its usage on the USB.
func (v *viewer) key(keysym uint32, usage uint16) {
	v.t.Helper()
	for _, down := range []bool{true, false} {
		if err := v.send(wire.TypeKey, wire.Key{Keysym: keysym, Usage: usage, Down: down}.Append(nil)); err != nil {
			v.t.Fatal(err)
		}
	}
}

// click presses the left button somewhere.
func (v *viewer) click(x, y int32) {
	v.t.Helper()
	for _, buttons := range []wire.Button{0, 1, 0} {
		if err := v.send(wire.TypePointer, wire.Pointer{X: x, Y: y, Buttons: buttons}.Append(nil)); err != nil {
			v.t.Fatal(err)
		}
	}
}
