// Package videotest is an encoder of films without a codec, and what draws its
// units: the picture itself in coarser colours, with a number by which a unit
// that got lost is noticed.
//
// It is not shipped: no program imports it.
package videotest

import (
	"encoding/binary"
	"fmt"
	"image"
	"sync"
	"time"

	"jump/capture/encode"
	"jump/capture/frame"
)

// Video is an encode.Video. Its fields are set before it is used.
type Video struct {
	Within time.Duration // how long a picture takes; 0: none
	Ready  func()        // called then, if that is not at once

	mu     sync.Mutex
	state  encode.VideoState
	held   bool
	broken bool
	dead   bool
	size   image.Point
	stream uint32 // counts them
	next   uint32 // number of the next unit; 0: a stream begins
	unit   frame.Unit
	units  int
}

var _ encode.Video = (*Video)(nil)

const head = 12 // bytes: stream, number, width, height

// State implements encode.Video.
func (v *Video) State() encode.VideoState {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.held && v.state == encode.VideoReady {
		return encode.VideoBusy
	}
	return v.state
}

// Put implements encode.Video.
func (v *Video) Put(words []uint32, stride int, size image.Point) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state != encode.VideoIdle || size.X%2 != 0 || size.Y%2 != 0 || size.X == 0 || size.Y == 0 {
		panic(fmt.Sprintf("videotest: a picture of %v in state %d", size, v.state))
	}
	if size != v.size || v.next == 0 {
		v.cutLocked()
	}
	v.size = size
	v.unit = frame.Unit{Codec: frame.VideoVP8, Key: v.next == 0, Data: v.encodeLocked(words, stride)}
	v.next++
	if v.Within == 0 {
		v.state = encode.VideoReady
		return
	}
	v.state = encode.VideoBusy
	stream, next := v.stream, v.next
	time.AfterFunc(v.Within, func() { v.done(stream, next) })
}

func (v *Video) encodeLocked(words []uint32, stride int) []byte {
	b := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, v.stream), v.next)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, uint16(v.size.X)), uint16(v.size.Y))
	for y := range v.size.Y {
		for _, p := range words[y*stride:][:v.size.X] {
			b = append(b, byte(p>>16)&^7|4, byte(p>>8)&^7|4, byte(p)&^7|4)
		}
	}
	return b
}

func (v *Video) done(stream, next uint32) {
	v.mu.Lock()
	mine := v.stream == stream && v.next == next && v.state == encode.VideoBusy
	if mine {
		v.state = encode.VideoReady
	}
	v.mu.Unlock()
	if mine {
		v.Ready()
	}
}

// Take implements encode.Video.
func (v *Video) Take() frame.Unit {
	v.mu.Lock()
	defer v.mu.Unlock()
	u := v.unit
	v.unit, v.state = frame.Unit{}, encode.VideoIdle
	if v.broken {
		v.broken, v.next, u = false, 0, frame.Unit{}
	}
	if v.dead {
		v.state = encode.VideoDead
	}
	v.units++
	return u
}

// Cut implements encode.Video.
func (v *Video) Cut() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.cutLocked()
}

func (v *Video) cutLocked() {
	v.stream++
	if v.next = 0; v.state != encode.VideoDead {
		v.state = encode.VideoIdle
	}
}

// Fit implements encode.Video.
func (v *Video) Fit(int) {}

// Close implements encode.Video.
func (v *Video) Close() { v.Cut() }

// Hold makes what is put stay in the making, until it is called with false.
func (v *Video) Hold(on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.held = on
}

// Break makes the stream break off at the next unit; for ever if so.
func (v *Video) Break(forever bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.broken, v.dead = true, forever
}

// Units returns how many were taken.
func (v *Video) Units() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.units
}

// Player draws the units, those of one display in their order.
type Player struct {
	at map[uint8]place
	n  int
}

// place is where a display's stream is.
type place struct{ stream, next uint32 }

// Drawn returns how many units were drawn.
func (p *Player) Drawn() int { return p.n }

// Draw is a decode.Films.
func (p *Player) Draw(display uint8, u frame.Unit, to *image.RGBA) error {
	if len(u.Data) < head {
		return fmt.Errorf("a unit of %d bytes", len(u.Data))
	}
	got := place{binary.BigEndian.Uint32(u.Data), binary.BigEndian.Uint32(u.Data[4:])}
	size := image.Pt(int(binary.BigEndian.Uint16(u.Data[8:])), int(binary.BigEndian.Uint16(u.Data[10:])))
	if size != to.Rect.Size() || u.Key != (got.next == 0) {
		return fmt.Errorf("a unit of %v for %v, key %v", size, to.Rect, u.Key)
	}
	if want := p.at[display]; !u.Key && got != want {
		return fmt.Errorf("unit %v comes where %v should", got, want)
	}
	if p.at == nil {
		p.at = map[uint8]place{}
	}
	p.at[display] = place{got.stream, got.next + 1}
	p.n++
	in := u.Data[head:]
	for y := range size.Y {
		out := to.Pix[y*to.Stride:]
		for x := range size.X {
			copy(out[4*x:4*x+3], in[:3])
			in = in[3:]
		}
	}
	return nil
}
