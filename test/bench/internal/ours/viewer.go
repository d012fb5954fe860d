package ours

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"jump/capture/decode"
	"jump/capture/frame"
	"jump/test/bench/internal/peer"
	"jump/transport/wire"
)

// Viewer is a representative's view of the client's screen.
type Viewer struct {
	system  *System
	session string
	conn    net.Conn
	screen  *peer.Screen
	bytes   atomic.Int64
	updates atomic.Int64
	done    chan struct{}
	writing sync.Mutex
	gate    sync.Mutex // held by Hold

	pictures *decode.Decoder
	films    films
}

var _ peer.Peer = (*Viewer)(nil)

// Dial jumps to the client. Quality is that of the first pass of photographs, 1
// to 100, or 0 for exact pixels only; with video the viewer decodes films.
func (s *System) Dial(quality int, video bool, w, h int) (*Viewer, error) {
	v := &Viewer{system: s, screen: peer.NewScreen(image.NewRGBA(image.Rect(0, 0, w, h))), done: make(chan struct{})}
	if err := v.jump(quality, video); err != nil {
		return nil, fmt.Errorf("jump: %w", err)
	}
	go func() {
		defer close(v.done)
		defer v.films.close()
		if err := v.follow(); err != nil && !errors.Is(err, net.ErrClosed) {
			log.Printf("ours: %v", err)
		}
	}()
	return v, nil
}

func (v *Viewer) jump(quality int, video bool) error {
	var session struct{ ID string }
	if err := v.system.call(http.MethodPost, "sessions", map[string]string{"client_id": v.system.client}, &session); err != nil {
		return err
	}
	v.session = session.ID
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, v.system.url+"/api/v1/sessions/"+session.ID+"/screen", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: v.system.http.Transport}, Subprotocols: []string{"jump.1"},
		HTTPHeader: http.Header{"Authorization": {"Bearer " + v.system.token}},
	})
	if err != nil {
		return err
	}
	ws.SetReadLimit(-1)
	v.conn = websocket.NetConn(context.Background(), ws, websocket.MessageBinary)
	start := wire.ScreenStart{
		Format: frame.Version, Codings: []wire.Coding{wire.CodingZstd}, Window: 12,
		Options: wire.ScreenOptions{Quality: uint8(quality)},
	}
	if quality > 0 {
		start.Codecs = wire.CodecJPEG
	}
	if video {
		start.Codecs |= wire.CodecH264
	}
	return wire.Send(v.conn, wire.TypeScreenStart, start)
}

// pass waits as long as somebody holds the gate.
func (v *Viewer) pass() {
	v.gate.Lock()
	defer v.gate.Unlock()
}

// follow draws what comes until the channel ends.
func (v *Viewer) follow() error {
	in := wire.NewReader(v.conn, wire.MaxFrame)
	for {
		kind, body, err := in.Next()
		if err != nil {
			return net.ErrClosed
		}
		v.pass()
		v.bytes.Add(int64(wire.HeaderSize + len(body)))
		switch kind {
		case wire.TypeDisplays:
			err = v.layout(body)
		case wire.TypeFrame:
			err = v.frame(body)
		case wire.TypePing:
			err = v.send(wire.TypePong, body)
		case wire.TypeRefused:
			var no wire.Refused
			err = errors.Join(wire.Unmarshal(body, &no), &no)
		}
		if err != nil {
			return err
		}
	}
}

func (v *Viewer) layout(body []byte) error {
	var d wire.Displays
	if err := wire.Unmarshal(body, &d); err != nil {
		return err
	}
	var err error
	if v.pictures, err = decode.New(&d); err != nil {
		return err
	}
	v.pictures.SetFilms(v.films.draw)
	v.screen.Show(v.pictures.Image(d.Displays[0].ID))
	return nil
}

func (v *Viewer) frame(body []byte) error {
	began, err := time.Now(), error(nil)
	v.screen.Draw(func() { err = v.pictures.Frame(body) })
	if err != nil {
		return err
	}
	v.updates.Add(1)
	ack := wire.Ack{Sequence: v.pictures.Last().Sequence, Micros: uint32(time.Since(began).Microseconds())}
	return v.send(wire.TypeAck, ack.Append(nil))
}

func (v *Viewer) send(kind wire.Type, body []byte) error {
	v.writing.Lock()
	defer v.writing.Unlock()
	return wire.Write(v.conn, kind, body)
}

// Hold stops reading until the function that it returns is called: a viewer
// whose computer is asleep or too busy.
func (v *Viewer) Hold() (goOn func()) {
	v.gate.Lock()
	return v.gate.Unlock
}

// Ended is closed when the view has ended, by whichever side.
func (v *Viewer) Ended() <-chan struct{} { return v.done }

// Screen returns the picture.
func (v *Viewer) Screen() *peer.Screen { return v.screen }

// Bytes returns what has come from the client.
func (v *Viewer) Bytes() int64 { return v.bytes.Load() }

// Updates returns how many frames have come.
func (v *Viewer) Updates() int64 { return v.updates.Load() }

// Key sends a key.
func (v *Viewer) Key(keysym uint32, down bool) error {
	return v.send(wire.TypeKey, wire.Key{Keysym: keysym, Down: down}.Append(nil))
}

// Close ends the session.
func (v *Viewer) Close() error {
	err := v.conn.Close()
	<-v.done
	return err
}
