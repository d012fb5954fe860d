package seat_test

import (
	"context"
	"image"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"jump/agent/seat"
	"jump/agent/session"
	"jump/capture/capturetest"
	"jump/capture/decode"
	"jump/capture/frame"
	"jump/platform/input"
	"jump/transport"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

const allRights = wire.RightView | wire.RightControl | wire.RightShell | wire.RightExec | wire.RightFiles

var quiet = slog.New(slog.DiscardHandler)

// desk is a computer on which one program after the other can have the screen:
// those that run in seats.
type desk struct {
	t *testing.T

	mu    sync.Mutex
	serve func(context.Context, transport.Stream) // runs in the next seat; nil: nobody has the screen
	seats []*held
	outs  int // users that were logged out
	kinds []wire.Kind
}

// held is a seat as the proxy has it.
type held struct {
	transport.Stream
	left chan struct{}
	end  func() // of what runs in it, as when its session ends
	over chan struct{}
}

func (h *held) Left() <-chan struct{} { return h.left }

func (d *desk) Start(_ context.Context, kind wire.Kind) (seat.Seat, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kinds = append(d.kinds, kind)
	if d.serve == nil {
		return nil, &wire.Refused{Code: wire.CodeNoScreen, Text: "Nobody has the screen."}
	}
	near, far := stream(d.t)
	ctx, cancel := context.WithCancel(context.Background())
	h := &held{near, make(chan struct{}), cancel, make(chan struct{})}
	d.seats = append(d.seats, h)
	serve := d.serve
	go func() {
		defer close(h.over)
		serve(ctx, far)
		if far.CloseWrite() == nil { // what was said arrives
			_, _ = io.Copy(io.Discard, far)
		}
		far.Close()
	}()
	d.t.Cleanup(func() {
		cancel()
		near.Close()
		<-h.over
	})
	return h, nil
}

func (d *desk) LogOut(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.outs++
	return nil
}

// becomes lets another program have the screen, and leaves all seats behind.
func (d *desk) becomes(serve func(context.Context, transport.Stream)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.serve = serve
	for _, h := range d.seats {
		select {
		case <-h.left:
		default:
			close(h.left)
		}
	}
}

// last returns the seat that was started last.
func (d *desk) last() *held {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seats[len(d.seats)-1]
}

// honest is a seat as it should be.
func honest(h *session.Host) func(context.Context, transport.Stream) {
	return func(ctx context.Context, pipe transport.Stream) { _ = seat.Run(ctx, pipe, h) }
}

// screen returns a session whose desktop has one colour.
func screen(colour uint32, device input.Device) *session.Host {
	s := capturetest.NewScreen(image.Rect(0, 0, 64, 48))
	s.Fill(image.Rect(0, 0, 64, 48), colour)
	return &session.Host{Ceiling: allRights, Capture: s.Open, Log: quiet, Input: func() (input.Device, error) { return device, nil }}
}

// keys is a device that tells of the keys that are pressed.
type keys chan uint32

func (k keys) Key(sym uint32, _ uint16, down bool) error {
	if down {
		k <- sym
	}
	return nil
}
func (keys) Pointer(int, int, uint16) error { return nil }
func (keys) Wheel(int, int) error           { return nil }
func (keys) Text(string) error              { return nil }
func (keys) ReleaseAll() error              { return nil }
func (keys) Close() error                   { return nil }

// stream returns the two ends of a stream.
func stream(t *testing.T) (near, far transport.Stream) {
	t.Helper()
	n := transporttest.NewNetwork()
	l, err := n.Listen(transporttest.Key("far"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := n.Dialer(transporttest.Key("near"), transporttest.ID("far")).Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Accept(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if near, err = a.Open(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := near.Write([]byte{0}); err != nil { // announces the stream
		t.Fatal(err)
	}
	if far, err = b.Accept(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := far.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	return near, far
}

// viewer is the representative's side of a conversation.
type viewer struct {
	t        *testing.T
	stream   transport.Stream
	reader   *wire.Reader
	ended    chan struct{} // closed when Serve has returned
	layout   wire.Displays
	pictures *decode.Decoder
	sequence uint32
	notices  []wire.Notice
}

// begin lets a proxy serve a conversation.
func begin(t *testing.T, p *seat.Proxy, open *wire.Open) *viewer {
	t.Helper()
	near, far := stream(t)
	if err := near.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	v := &viewer{t: t, stream: near, reader: wire.NewReader(near, wire.MaxFrame), ended: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(v.ended)
		p.Serve(ctx, far, open)
	}()
	t.Cleanup(func() {
		near.Close()
		cancel()
		<-v.ended
	})
	return v
}

func (v *viewer) send(typ wire.Type, body []byte) {
	v.t.Helper()
	if err := wire.Write(v.stream, typ, body); err != nil {
		v.t.Fatal(err)
	}
}

// next reads one message and does with it what a viewer does. It demands that
// frames and epochs are counted on, from one seat to the next.
func (v *viewer) next() (wire.Type, []byte) {
	v.t.Helper()
	typ, body, err := v.reader.Next()
	if err != nil {
		v.t.Fatalf("read: %v", err)
	}
	switch typ {
	case wire.TypeDisplays:
		before := v.layout.Epoch
		v.read(body, &v.layout)
		if v.layout.Epoch <= before {
			v.t.Fatalf("epoch %d after %d", v.layout.Epoch, before)
		}
		if v.pictures, err = decode.New(&v.layout); err != nil {
			v.t.Fatal(err)
		}
	case wire.TypeNotice:
		var n wire.Notice
		v.read(body, &n)
		v.notices = append(v.notices, n)
	case wire.TypeFrame:
		h, _, _, err := frame.Parse(body)
		if err == nil {
			err = v.pictures.Frame(body)
		}
		if v.sequence++; err != nil || h.Sequence != v.sequence || h.Epoch != v.layout.Epoch {
			v.t.Fatalf("frame %d of epoch %d, want %d of %d: %v", h.Sequence, h.Epoch, v.sequence, v.layout.Epoch, err)
		}
		v.send(wire.TypeAck, wire.Ack{Sequence: h.Sequence}.Append(nil))
	}
	return typ, body
}

func (v *viewer) read(body []byte, into any) {
	v.t.Helper()
	if err := wire.Unmarshal(body, into); err != nil {
		v.t.Fatal(err)
	}
}

// shows watches until the screen has a colour.
func (v *viewer) shows(colour uint32) {
	v.t.Helper()
	for v.pictures == nil || v.pictures.At(0, 10, 10)&0xFFFFFF != colour {
		v.next()
	}
}

// expect reads until a message of that type comes.
func (v *viewer) expect(want wire.Type, into any) {
	v.t.Helper()
	for {
		if typ, body := v.next(); typ == want {
			v.read(body, into)
			return
		}
	}
}

func screenOpen() *wire.Open {
	return &wire.Open{Kind: wire.KindScreen, Session: "s1", Representative: "anna", Rights: allRights,
		Screen: &wire.ScreenStart{Format: frame.Version, Codings: []wire.Coding{wire.CodingZstd}}}
}

func execOpen(args ...string) *wire.Open {
	return &wire.Open{Kind: wire.KindExec, Rights: allRights, Exec: &wire.ExecStart{Args: args}}
}
