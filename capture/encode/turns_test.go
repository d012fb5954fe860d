package encode_test

import (
	"image"
	"testing"
	"time"

	"jump/transport/wire"
)

// until lets the screen rest, refining what is due, up to a time.
func (l *link) until(at time.Duration) {
	l.t.Helper()
	for ; l.now < at; l.now += 16 * time.Millisecond {
		l.show(l.e.Refine(64<<10, l.seq+1, l.now))
	}
}

// TestTurns: photographs that take turns are not refined while the next is about
// to come, even where some come sooner; when it is overdue, they are.
func TestTurns(t *testing.T) {
	s := newScene(1, 640, 480)
	l := newLink(t, 640, 480, wire.CodingZstd, 75)
	l.e.SetFilms(0)
	all := image.Rectangle{Max: s.size}
	s.photo(all)
	l.send(s)
	l.until(l.now + time.Second)
	for i, stands := range []time.Duration{time.Second, time.Second, time.Second / 2, time.Second, time.Second} {
		s.photo(all)
		shown := l.now
		l.send(s)
		sent := l.bytes
		l.until(shown + stands*31/32)
		if l.bytes != sent || l.d.Exact(2) {
			t.Errorf("photograph %d was refined by %d bytes", i, l.bytes-sent)
		}
		l.now = shown + stands
	}
	l.until(l.now + time.Second/4)
	if err := l.difference(s); err != nil || !l.d.Exact(2) {
		t.Errorf("a quarter of a second after the next was due: exact %v, %v", l.d.Exact(2), err)
	}
}

// TestLate: a photograph where another stood for long is refined soon.
func TestLate(t *testing.T) {
	s := newScene(1, 640, 480)
	l := newLink(t, 640, 480, wire.CodingZstd, 75)
	for range 3 {
		s.photo(image.Rectangle{Max: s.size})
		l.send(s)
		l.until(l.now + 4*time.Second)
	}
	s.photo(image.Rectangle{Max: s.size})
	l.send(s)
	l.until(l.now + time.Second/2)
	if err := l.difference(s); err != nil || !l.d.Exact(2) {
		t.Errorf("half a second later: exact %v, %v", l.d.Exact(2), err)
	}
}
