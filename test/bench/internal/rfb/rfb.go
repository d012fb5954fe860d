// Package rfb is a measuring viewer for VNC servers (RFC 6143 and the community's
// extensions): Raw, CopyRect, Tight with JPEG, ZRLE, continuous updates and
// fences.
//
// It is not a viewer for people: it asks for no password, shows nothing, and
// trusts the server that the benchmark itself started.
package rfb

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"jump/test/bench/internal/peer"
)

// Encoding is what the viewer prefers.
type Encoding int32

// The encodings, by their numbers in the protocol.
const (
	raw      Encoding = 0
	copyRect Encoding = 1
	Tight    Encoding = 7
	ZRLE     Encoding = 16

	// What is no encoding, but is announced like one.
	quality0   Encoding = -32
	lastRect   Encoding = -224
	fence      Encoding = -312
	continuous Encoding = -313
)

// Lossless is the quality at which no JPEG is asked for.
const Lossless = -1

// Viewer is one connection to a server.
type Viewer struct {
	conn    net.Conn
	in      *bufio.Reader
	screen  *peer.Screen
	picture *image.RGBA // only changed inside screen.Draw
	size    image.Point
	bytes   atomic.Int64
	updates atomic.Int64
	done    chan struct{}
	asked   bool // for continuous updates

	writing sync.Mutex
	streams [5]inflater // four of Tight, one of ZRLE
	scratch []byte
}

var _ peer.Peer = (*Viewer)(nil)

// Dial connects and begins to follow the screen. Quality is 0 to 9, or Lossless.
func Dial(address string, e Encoding, quality int) (*Viewer, error) {
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return nil, err
	}
	v := &Viewer{conn: conn, done: make(chan struct{})}
	v.in = bufio.NewReaderSize(counted{conn, &v.bytes}, 1<<16)
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if err := v.begin(e, quality); err != nil {
		conn.Close()
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	conn.SetDeadline(time.Time{})
	go func() {
		defer close(v.done)
		v.follow()
	}()
	return v, nil
}

// counted counts what is read.
type counted struct {
	net.Conn
	n *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// Screen returns the picture.
func (v *Viewer) Screen() *peer.Screen { return v.screen }

// Bytes returns what has come from the server.
func (v *Viewer) Bytes() int64 { return v.bytes.Load() }

// Updates returns how many FramebufferUpdates have come.
func (v *Viewer) Updates() int64 { return v.updates.Load() }

// Close ends the connection.
func (v *Viewer) Close() error {
	err := v.conn.Close()
	<-v.done
	return err
}

// Key sends a KeyEvent (RFC 6143 section 7.5.4).
func (v *Viewer) Key(keysym uint32, down bool) error {
	m := []byte{4, 0, 0, 0, 0, 0, 0, 0}
	if down {
		m[1] = 1
	}
	binary.BigEndian.PutUint32(m[4:], keysym)
	return v.write(m)
}

func (v *Viewer) write(b []byte) error {
	v.writing.Lock()
	defer v.writing.Unlock()
	_, err := v.conn.Write(b)
	return err
}

// begin shakes hands (RFC 6143 section 7.1 to 7.3), without a password.
func (v *Viewer) begin(e Encoding, quality int) error {
	if _, err := v.take(12); err != nil {
		return err
	}
	if err := v.write([]byte("RFB 003.008\n")); err != nil {
		return err
	}
	count, err := v.in.ReadByte()
	if err != nil {
		return err
	}
	if _, err := v.take(int(count)); err != nil {
		return err
	}
	if err := v.write([]byte{1}); err != nil { // no authentication
		return err
	}
	result, err := v.take(4)
	if err != nil || binary.BigEndian.Uint32(result) != 0 {
		return fmt.Errorf("the server wants a password (%w)", err)
	}
	if err := v.write([]byte{1}); err != nil { // beside other viewers
		return err
	}
	return v.initialise(e, quality)
}

func (v *Viewer) initialise(e Encoding, quality int) error {
	head, err := v.take(24)
	if err != nil {
		return err
	}
	v.size = image.Pt(int(binary.BigEndian.Uint16(head)), int(binary.BigEndian.Uint16(head[2:])))
	if _, err := v.take(int(binary.BigEndian.Uint32(head[20:]))); err != nil {
		return err
	}
	v.picture = image.NewRGBA(image.Rectangle{Max: v.size})
	v.screen = peer.NewScreen(v.picture)
	// 32 bits, little endian, red at 16, green at 8, blue at 0.
	format := []byte{0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0}
	if err := v.write(format); err != nil {
		return err
	}
	if err := v.write(encodings(e, quality)); err != nil {
		return err
	}
	return v.request(false)
}

func encodings(e Encoding, quality int) []byte {
	list := []Encoding{e, copyRect, raw, lastRect, fence, continuous}
	if quality != Lossless {
		list = append(list, quality0+Encoding(quality))
	}
	m := binary.BigEndian.AppendUint16([]byte{2, 0}, uint16(len(list)))
	for _, e := range list {
		m = binary.BigEndian.AppendUint32(m, uint32(e))
	}
	return m
}

// request asks for an update of the whole screen.
func (v *Viewer) request(incremental bool) error {
	m := []byte{3, 0, 0, 0, 0, 0}
	if incremental {
		m[1] = 1
	}
	m = binary.BigEndian.AppendUint16(m, uint16(v.size.X))
	return v.write(binary.BigEndian.AppendUint16(m, uint16(v.size.Y)))
}

// take reads n bytes, valid until the next take.
func (v *Viewer) take(n int) ([]byte, error) {
	if cap(v.scratch) < n {
		v.scratch = make([]byte, n)
	}
	_, err := io.ReadFull(v.in, v.scratch[:n])
	return v.scratch[:n], err
}
