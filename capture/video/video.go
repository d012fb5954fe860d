// Package video has pictures of a film encoded by a program of this system, a
// process of its own: ffmpeg, where it is installed.
//
// It is no codec and links none, it does not know what a film on the screen is
// (capture/encode does), and it is needed for nothing: whoever uses it goes on
// with photographs when there is no program, or when that dies or hangs. What
// the program says is read as a stranger's words, see avi.go.
package video

import (
	"image"
	"sync"
	"time"

	"jump/capture/encode"
	"jump/capture/frame"
	"jump/transport/wire"
)

// Encoder encodes one picture at a time. The program runs from the first picture
// of a stream until nobody has put any for idleAfter. Its methods do not block
// for longer than it takes to copy a picture, and may be called from any
// goroutine.
type Encoder struct {
	program string
	ready   func()

	mu      sync.Mutex
	codecs  []codec // that may still be tried, the best first
	failed  int     // streams of the first of them that broke off
	stream  *stream // nil if and only if no program runs
	size    image.Point
	rate    int       // bytes a second that the line takes
	fitted  int       // rate when stream began
	began   time.Time // of stream
	state   encode.VideoState
	unit    frame.Unit
	idle    *time.Timer
	running sync.WaitGroup
}

var _ encode.Video = (*Encoder)(nil)

const (
	idleAfter = 10 * time.Second
	fitEvery  = 3 * time.Second
	mostFails = 2
)

// New returns an Encoder for a viewer that decodes some of codecs, nil if that
// is none that a program here can encode. Ready is called from another
// goroutine whenever the state has become encode.VideoReady.
func New(codecs wire.Codecs, ready func()) encode.Video {
	program, ok := find()
	common := both(codecs)
	if !ok || len(common) == 0 {
		return nil
	}
	return &Encoder{program: program, ready: ready, codecs: common, rate: fastLine}
}

// State implements encode.Video.
func (e *Encoder) State() encode.VideoState {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state
}

// Put implements encode.Video.
func (e *Encoder) Put(words []uint32, stride int, size image.Point) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state != encode.VideoIdle {
		return
	}
	if e.size != size || e.stream != nil && e.unfitLocked() {
		e.cutLocked()
	}
	if e.stream == nil {
		e.size, e.fitted, e.began = size, e.rate, time.Now()
		e.stream = e.beginLocked()
	}
	e.state = encode.VideoBusy
	e.idle.Reset(idleAfter)
	e.stream.put(words, stride)
}

// beginLocked starts a program. That it does not start is told as everything
// else that goes wrong with it.
func (e *Encoder) beginLocked() *stream {
	s := newStream(e.size)
	e.idle = time.AfterFunc(idleAfter, func() { e.rest(s) })
	args := arguments(e.codecs[0], e.size, e.rate)
	e.running.Go(func() { s.run(e.program, args, func(data []byte, err error) { e.take(s, data, err) }) })
	return s
}

// Fit implements encode.Video. A stream that no longer fits is begun anew.
func (e *Encoder) Fit(rate int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rate = min(rate, fastLine)
}

// unfitLocked reports whether the line has become another one: a stream has one
// rate as long as it lives.
func (e *Encoder) unfitLocked() bool {
	slower, faster := 2*e.rate < e.fitted, e.rate > 4*e.fitted
	return (slower || faster) && time.Since(e.began) > fitEvery
}

// take has what became of a picture of a stream.
func (e *Encoder) take(s *stream, data []byte, err error) {
	e.mu.Lock()
	if e.stream != s {
		e.mu.Unlock()
		return
	}
	e.state, e.unit = encode.VideoReady, frame.Unit{Codec: e.codecs[0].number, Key: s.units == 1, Data: data}
	if err != nil {
		e.unit = frame.Unit{}
		e.cutLocked()
		e.failLocked()
	}
	e.mu.Unlock()
	e.ready()
}

// failLocked gives a codec up that has failed too often.
func (e *Encoder) failLocked() {
	e.state = encode.VideoReady // to say that the stream is over
	if e.failed++; e.failed >= mostFails {
		e.codecs, e.failed = e.codecs[1:], 0
	}
}

// Take implements encode.Video.
func (e *Encoder) Take() frame.Unit {
	e.mu.Lock()
	defer e.mu.Unlock()
	u := e.unit
	e.unit, e.state = frame.Unit{}, encode.VideoIdle
	if len(e.codecs) == 0 {
		e.state = encode.VideoDead
	}
	return u
}

// Cut implements encode.Video.
func (e *Encoder) Cut() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cutLocked()
}

func (e *Encoder) cutLocked() {
	if e.stream != nil {
		e.idle.Stop()
		e.stream.stop()
		e.stream = nil
	}
	if e.unit = (frame.Unit{}); e.state != encode.VideoDead {
		e.state = encode.VideoIdle
	}
	if len(e.codecs) == 0 { // the last has failed, and nobody has taken that in yet
		e.state = encode.VideoDead
	}
}

// rest ends a stream that nobody has needed for a while.
func (e *Encoder) rest(s *stream) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stream == s && e.state == encode.VideoIdle {
		e.cutLocked()
	}
}

// Close ends the program and waits for that.
func (e *Encoder) Close() {
	e.Cut()
	e.running.Wait()
}
