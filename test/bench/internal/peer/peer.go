// Package peer is what the benchmark knows of a viewer: a decoded picture of the
// remote screen, what it cost, and a keyboard.
//
// It is not a viewer itself: package rfb speaks VNC, package ours the product's
// own protocol. Both decode everything, so that times are taken at the pixel and
// not at the packet.
package peer

import (
	"image"
	"math"
	"sync"
	"time"
)

// Peer is a connected viewer. All methods are safe for concurrent use.
type Peer interface {
	Screen() *Screen
	// Bytes is how many bytes have come from the remote computer, payload of
	// the transport.
	Bytes() int64
	// Updates is how many changes of the picture have come.
	Updates() int64
	// Key presses or lets go of a key (an X keysym) on the remote computer.
	Key(keysym uint32, down bool) error
	Close() error
}

// Screen is the viewer's picture.
type Screen struct {
	mu      sync.Mutex
	changed *sync.Cond
	picture *image.RGBA
	at      time.Time // of the last change
}

// NewScreen returns a screen that shows that picture.
func NewScreen(m *image.RGBA) *Screen {
	s := &Screen{picture: m}
	s.changed = sync.NewCond(&s.mu)
	return s
}

// Draw lets f change the picture.
func (s *Screen) Draw(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.at = time.Now()
	s.changed.Broadcast()
}

// Show replaces the picture. From now on only a function given to Draw changes it.
func (s *Screen) Show(m *image.RGBA) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.picture = m
}

// Copy returns the picture as it is now.
func (s *Screen) Copy() *image.RGBA {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := *s.picture
	m.Pix = append([]byte(nil), m.Pix...)
	return &m
}

// Await waits until the picture is as wanted and returns when it became so;
// false after the timeout.
func (s *Screen) Await(timeout time.Duration, wanted func(*image.RGBA) bool) (time.Time, bool) {
	late := time.AfterFunc(timeout, s.changed.Broadcast)
	defer late.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for end := time.Now().Add(timeout); !wanted(s.picture); s.changed.Wait() {
		if !time.Now().Before(end) {
			return time.Time{}, false
		}
	}
	return s.at, true
}

// Rest waits until the picture has not changed for quiet, at most limit, and
// returns when it last did.
func (s *Screen) Rest(quiet, limit time.Duration) time.Time {
	for end := time.Now().Add(limit); ; time.Sleep(quiet / 8) {
		s.mu.Lock()
		at := s.at
		s.mu.Unlock()
		if time.Since(at) >= quiet || !time.Now().Before(end) {
			return at
		}
	}
}

// Exact is the PSNR of equal pictures.
const Exact = 99

// PSNR compares two pictures of the same size, in dB; Exact if they are equal.
func PSNR(a, b *image.RGBA) float64 {
	var sum, n float64
	for i := range a.Pix {
		if i%4 == 3 {
			continue
		}
		d := float64(a.Pix[i]) - float64(b.Pix[i])
		sum, n = sum+d*d, n+1
	}
	if sum == 0 {
		return Exact
	}
	return 10 * math.Log10(255*255*n/sum)
}
