package seat_test

import (
	"context"
	"testing"

	"jump/agent/seat"
	"jump/agent/session"
	"jump/capture/frame"
	"jump/transport"
	"jump/transport/wire"
)

const (
	red  = 0xCC2222
	blue = 0x2222CC
)

// TestSwitch: the screen passes to another session, and the conversation goes
// on with that.
func TestSwitch(t *testing.T) {
	first, second := make(keys, 1), make(keys, 1)
	d := &desk{t: t, serve: honest(screen(red, first))}
	v := begin(t, &seat.Proxy{Desk: d, Ceiling: allRights, Log: quiet}, screenOpen())
	v.shows(red)
	v.send(wire.TypeKey, wire.Key{Keysym: 'a', Down: true}.Append(nil))
	if sym := <-first; sym != 'a' {
		t.Errorf("key %c", sym)
	}
	d.becomes(honest(screen(blue, second)))
	v.shows(blue)
	if len(v.notices) == 0 || v.notices[0].Code != wire.CodeScreenLost {
		t.Errorf("notices %+v", v.notices)
	}
	v.send(wire.TypeKey, wire.Key{Keysym: 'b', Down: true}.Append(nil))
	if sym := <-second; sym != 'b' {
		t.Errorf("key %c", sym)
	}
	d.becomes(honest(screen(red, first)))
	v.shows(red)
}

// TestEager: what a viewer types before it has seen anything is not lost.
func TestEager(t *testing.T) {
	const most = 64
	pressed := make(keys, most)
	v := begin(t, &seat.Proxy{Desk: &desk{t: t, serve: honest(screen(red, pressed))}, Ceiling: allRights, Log: quiet}, screenOpen())
	for sym := range uint32(most) {
		v.send(wire.TypeKey, wire.Key{Keysym: 'a' + sym, Down: true}.Append(nil))
	}
	v.shows(red)
	for sym := range uint32(most) {
		if got := <-pressed; got != 'a'+sym {
			t.Fatalf("key %d, want %d", got, 'a'+sym)
		}
	}
}

// TestNobody: between two sessions the viewer learns why there is nothing, and
// its pings are answered.
func TestNobody(t *testing.T) {
	d := &desk{t: t, serve: honest(screen(red, make(keys)))}
	v := begin(t, &seat.Proxy{Desk: d, Ceiling: allRights, Log: quiet}, screenOpen())
	v.shows(red)
	d.becomes(nil)
	var n wire.Notice
	for n.Code != wire.CodeNoScreen {
		v.expect(wire.TypeNotice, &n)
	}
	v.send(wire.TypePing, []byte("12345678"))
	for typ, body := v.next(); ; typ, body = v.next() {
		if typ == wire.TypePong && string(body) == "12345678" {
			break
		}
	}
	d.becomes(honest(screen(blue, make(keys))))
	v.shows(blue)
}

// TestOptions: what the viewer has chosen holds for the next seat, too.
func TestOptions(t *testing.T) {
	d := &desk{t: t, serve: honest(screen(red, make(keys)))}
	v := begin(t, &seat.Proxy{Desk: d, Ceiling: allRights, Log: quiet}, screenOpen())
	v.shows(red)
	body, err := wire.Marshal(&wire.ScreenOptions{Quality: 42, ViewOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	v.send(wire.TypeOptions, body)
	v.send(wire.TypePing, make([]byte, 8))
	for typ, _ := v.next(); typ != wire.TypePong; typ, _ = v.next() {
	}
	asked := make(chan wire.Open, 1)
	d.becomes(func(_ context.Context, pipe transport.Stream) {
		var open wire.Open
		if _, body, err := wire.NewReader(pipe, wire.MaxControl).Next(); err == nil {
			_ = wire.Unmarshal(body, &open)
		}
		select {
		case asked <- open:
		default:
		}
	})
	if open := <-asked; open.Screen == nil || open.Screen.Options != (wire.ScreenOptions{Quality: 42, ViewOnly: true}) {
		t.Errorf("%+v", open.Screen)
	}
}

// TestLogOut: it needs the right to control.
func TestLogOut(t *testing.T) {
	for _, c := range []struct {
		ceiling wire.Rights
		want    int
	}{{allRights, 1}, {wire.RightView, 0}} {
		d := &desk{t: t, serve: honest(screen(red, make(keys)))}
		v := begin(t, &seat.Proxy{Desk: d, Ceiling: c.ceiling, Log: quiet}, screenOpen())
		v.shows(red)
		v.send(wire.TypeLogOut, nil)
		v.send(wire.TypePing, make([]byte, 8))
		for typ, _ := v.next(); typ != wire.TypePong; typ, _ = v.next() {
		}
		d.mu.Lock()
		if d.outs != c.want {
			t.Errorf("ceiling %v: %d users were logged out", c.ceiling, d.outs)
		}
		d.mu.Unlock()
	}
}

// lies are what seats say that their users have replaced.
var lies = map[string]func(pipe transport.Stream){
	"nothing":   func(transport.Stream) {},
	"no answer": func(pipe transport.Stream) { _, _ = pipe.Write([]byte("GET / HTTP/1.1\r\n\r\n")) },
	"two answers": func(pipe transport.Stream) {
		yes(pipe)
		yes(pipe)
		_ = wire.Send(pipe, wire.TypeRefused, &wire.Refused{Code: "x"})
	},
	"a picture of no display": func(pipe transport.Stream) {
		yes(pipe)
		_ = wire.Write(pipe, wire.TypeFrame, frame.Header{Sequence: 1, Epoch: 1}.Append(nil))
	},
	"a picture of the future": func(pipe transport.Stream) {
		yes(pipe)
		_ = wire.Send(pipe, wire.TypeDisplays, &wire.Displays{Format: 1, Epoch: 7, Displays: []wire.Display{{Width: 8, Height: 8}}})
		_ = wire.Write(pipe, wire.TypeFrame, frame.Header{Sequence: 9, Epoch: 7}.Append(nil))
	},
	"displays without end": func(pipe transport.Stream) {
		yes(pipe)
		_ = wire.Send(pipe, wire.TypeDisplays, &wire.Displays{Format: 1, Displays: make([]wire.Display, 300)})
	},
	"words of the control stream": func(pipe transport.Stream) {
		yes(pipe)
		_ = wire.Send(pipe, wire.TypeRemoved, &wire.Removed{})
		_ = wire.Send(pipe, wire.TypeGoodbye, &wire.Goodbye{})
		_ = wire.Send(pipe, wire.TypeExit, &wire.Exit{})
	},
}

func yes(pipe transport.Stream) {
	_ = wire.Send(pipe, wire.TypeOpened, &wire.Opened{Rights: ^wire.Rights(0)})
}

// TestLies: a seat that lies spoils nothing but its own pictures: the next one
// is shown, and nothing of it reaches the viewer that would not be a viewer's.
func TestLies(t *testing.T) {
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			d := &desk{t: t, serve: honest(screen(red, make(keys)))}
			v := begin(t, &seat.Proxy{Desk: d, Ceiling: allRights, Log: quiet}, screenOpen())
			v.shows(red)
			said := make(chan struct{}, 100)
			d.becomes(func(_ context.Context, pipe transport.Stream) {
				_, _, _ = wire.NewReader(pipe, wire.MaxControl).Next()
				lie(pipe)
				said <- struct{}{}
			})
			<-said
			d.becomes(honest(screen(blue, make(keys))))
			for v.pictures.At(0, 10, 10)&0xFFFFFF != blue {
				switch typ, _ := v.next(); typ {
				case wire.TypeDisplays, wire.TypeFrame, wire.TypeNotice, wire.TypeCursor, wire.TypeCursorAt:
				default:
					t.Fatalf("message 0x%02x reached the viewer", uint8(typ))
				}
			}
		})
	}
}

// TestRights: a seat cannot grant more than it was asked for.
func TestRights(t *testing.T) {
	d := &desk{t: t, serve: func(_ context.Context, pipe transport.Stream) {
		_, _, _ = wire.NewReader(pipe, wire.MaxControl).Next()
		yes(pipe)
	}}
	v := begin(t, &seat.Proxy{Desk: d, Ceiling: wire.RightView, Log: quiet}, screenOpen())
	var o wire.Opened
	v.expect(wire.TypeOpened, &o)
	if o.Rights != wire.RightView {
		t.Errorf("rights %b", o.Rights)
	}
}

// TestNotSeated: without Open a seat ends by itself.
func TestNotSeated(t *testing.T) {
	for _, said := range []string{"", "GET / HTTP/1.1\r\n\r\n", "\x10\x00\x00\x01\xff"} {
		near, far := stream(t)
		if _, err := near.Write([]byte(said)); err != nil || near.CloseWrite() != nil {
			t.Fatal(err)
		}
		if err := seat.Run(t.Context(), far, &session.Host{Log: quiet}); err == nil {
			t.Errorf("%q began a conversation", said)
		}
	}
}
