package session

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"time"

	"jump/capture"
	"jump/capture/encode"
	"jump/capture/frame"
	"jump/transport/wire"
)

// pace is the time between two frames where more is drawn, see view.ready: 75 a
// second. With the sixty that most screens have, what is drawn beside something that
// moves sixty times a second would be one too many, and everything after it late by
// a frame.
const pace = time.Second / 75

// glance is how long a last look at the screen takes at most before what is
// known already is sent.
const glance = time.Millisecond

// Bounds on how long to wait before a lost screen is opened again.
const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 5 * time.Second
)

// show sends pictures until the conversation ends. It owns the source and opens
// another one when that is lost.
func (s *screen) show(source capture.Source) error {
	v := &view{screen: s, source: source}
	defer v.close()
	for {
		err := v.run()
		if !errors.Is(err, capture.ErrLost) {
			return s.reason(err)
		}
		if err := v.reopen(); err != nil {
			return err
		}
	}
}

// view is what the showing task knows of a source.
type view struct {
	*screen
	source   capture.Source // nil while it is lost
	epoch    uint32
	displays []shown
	next     int           // the display whose turn is first
	behind   time.Duration // since when photographs have been owed; 0: none are
	spoiled  int           // by how much their quality is lowered
	even     time.Duration // when the next frame would be sent at an even pace
	looked   time.Duration // when the screen was last looked at
	wide     bool          // the line takes films
}

// shown is one display and what its viewer has of it.
type shown struct {
	capture.Display
	*encode.Encoder
}

func (v *view) close() {
	v.forget()
	if v.source != nil {
		v.source.Close()
		v.source = nil
	}
}

func (v *view) forget() {
	for _, d := range v.displays {
		d.Encoder.Close()
	}
	v.displays = nil
}

// reopen waits for a lost screen to come back.
func (v *view) reopen() error {
	v.close()
	v.log.Warn("the display server went away")
	if err := v.send(wire.TypeNotice, &wire.Notice{Code: wire.CodeScreenLost, Text: "The screen went away. It is shown again as soon as it is back."}); err != nil {
		return err
	}
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		select {
		case <-time.After(wait):
		case <-v.ctx.Done():
			return context.Cause(v.ctx)
		}
		source, err := v.host.Capture(v.ctx)
		if err == nil {
			v.source = source
			return nil
		}
	}
}

// run shows one source until it or the conversation ends.
func (v *view) run() error {
	if err := v.arrange(); err != nil {
		return err
	}
	for {
		u, looked, err := v.wait()
		if err == nil {
			err = v.update(u)
		}
		if err != nil {
			return err
		}
		v.listen()
		if !looked {
			continue // a word of the viewer: look at the screen before anything is sent
		}
		if err := v.frames(); err != nil {
			return err
		}
	}
}

// arrange tells the viewer of the displays there are and begins their pictures
// anew.
func (v *view) arrange() error {
	v.forget()
	v.epoch++
	m := wire.Displays{Format: v.format, Coding: v.coding, Epoch: v.epoch}
	list := v.source.Displays()
	for _, d := range list {
		m.Displays = append(m.Displays, describe(d))
	}
	if err := m.Validate(); err != nil {
		return fmt.Errorf("describe the displays: %w", err)
	}
	for i, d := range list {
		e, err := encode.New(encode.Config{Display: m.Displays[i], Epoch: v.epoch, Coding: v.coding, Format: v.format, Codecs: v.codecs,
			Video: v.video(), Slots: min(encode.DefaultSlots, frame.Slots/len(list))})
		if err != nil {
			return err
		}
		v.displays = append(v.displays, shown{d, e})
		e.Damage(image.Rectangle{Max: d.Bounds.Size()})
	}
	return v.send(wire.TypeDisplays, &m)
}

// video opens an encoder of films, if viewer and machine have one in common.
func (v *view) video() encode.Video {
	if v.host.Video == nil || v.codecs&^wire.CodecJPEG == 0 {
		return nil
	}
	return v.host.Video(v.codecs, v.wake)
}

func describe(d capture.Display) wire.Display {
	return wire.Display{ID: d.ID, X: int32(d.Bounds.Min.X), Y: int32(d.Bounds.Min.Y),
		Width: uint16(min(d.Bounds.Dx(), wire.MaxSide+1)), Height: uint16(min(d.Bounds.Dy(), wire.MaxSide+1)),
		Primary: d.Primary, Name: d.Name}
}

// wait waits for the screen, for a word of the viewer, or for the time to send
// what waits to be sent. It reports whether it looked at the screen; a word of
// the viewer is no look.
func (v *view) wait() (u capture.Update, looked bool, err error) {
	ctx, cancel := v.interruptible()
	defer cancel()
	u, err = v.look(ctx)
	v.mu.Lock()
	v.wakeUp, v.awake = nil, false
	v.mu.Unlock()
	if cause := context.Cause(v.ctx); cause != nil {
		return u, false, cause
	}
	if err != nil && ctx.Err() != nil && !errors.Is(err, capture.ErrLost) {
		return capture.Update{}, errors.Is(ctx.Err(), context.DeadlineExceeded), nil
	}
	return u, true, err
}

// look waits for the screen. While damage waits already it does so no more
// often than frames are sent: the source merges what happens meanwhile, and a
// program that draws a thousand times a second costs no more than one that
// draws as often as frames are sent.
func (v *view) look(ctx context.Context) (capture.Update, error) {
	if v.waiting() {
		at := v.looked + pace
		if room, _ := v.room(); room && !v.paused() {
			at = v.ready() - glance
		}
		select {
		case <-time.After(at - v.now()):
		case <-ctx.Done():
			return capture.Update{}, ctx.Err()
		}
	}
	u, err := v.source.Wait(ctx)
	v.looked = v.now()
	return u, err
}

// waiting reports whether there is damage that was not sent.
func (v *view) waiting() bool {
	return slices.ContainsFunc(v.displays, func(d shown) bool { return !d.Pending().Empty() })
}

// interruptible returns a context that ends when wake is called, or a glance
// after something is due.
func (v *view) interruptible() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(v.ctx)
	if at, some := v.due(); some {
		cancel()
		ctx, cancel = context.WithDeadline(v.ctx, v.began.Add(max(at, v.now()+glance)))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.wakeUp = cancel
	if v.awake {
		cancel()
	}
	return ctx, cancel
}

// update takes what happened on the screen.
func (v *view) update(u capture.Update) error {
	if u.Layout {
		if err := v.arrange(); err != nil {
			return err
		}
	}
	for _, d := range v.displays {
		for _, r := range u.Damage {
			d.Damage(r.Sub(d.Bounds.Min))
		}
		if m := largest(u.Moves, d.Bounds); !m.To.Empty() {
			d.Hint(m.By)
		}
	}
	if u.Cursor != nil {
		if err := v.cursor(u.Cursor); err != nil {
			return err
		}
	}
	if u.Moved {
		at := wire.CursorAt{X: int32(u.Pointer.X), Y: int32(u.Pointer.Y)}
		return v.write(wire.TypeCursorAt, at.Append(nil))
	}
	return nil
}

// largest returns the move that fills most of a display.
func largest(moves []capture.Move, bounds image.Rectangle) (most capture.Move) {
	area := func(r image.Rectangle) int { return r.Dx() * r.Dy() }
	for _, m := range moves {
		if m.To = m.To.Intersect(bounds); area(m.To) > area(most.To) {
			most = m
		}
	}
	return most
}

// cursor sends a shape. One that is too large to be sent is shown as hidden
// rather than as the one before.
func (v *view) cursor(c *capture.Cursor) error {
	var w wire.Cursor
	if c.Width > 0 && c.Width <= wire.MaxCursor && c.Height <= wire.MaxCursor && len(c.Pixels) == 4*c.Width*c.Height {
		w = wire.Cursor{Width: uint16(c.Width), Height: uint16(c.Height), HotX: uint16(c.Hot.X), HotY: uint16(c.Hot.Y), Pixels: c.Pixels}
	}
	return v.write(wire.TypeCursor, w.Append(nil))
}

func (v *view) paused() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.options.Paused
}

// listen takes the viewer's wishes over.
func (v *view) listen() {
	v.mu.Lock()
	o, again := v.options, v.refresh
	v.refresh = false
	v.mu.Unlock()
	for _, d := range v.displays {
		d.SetQuality(v.quality(o.Quality))
		d.SetFilms(v.filmRate(o))
		if again {
			d.Refresh()
		}
	}
}
