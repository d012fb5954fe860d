package session_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"jump/internal/testwait"
	"jump/platform/x11"
	"jump/platform/x11/x11test"
	"jump/platform/x11/xkb"
)

// window covers a screen. It reads its events as programs do, and
// writes down what they mean to it.
type window struct {
	t       *testing.T
	conn    *x11.Conn
	board   *xkb.Server
	changed byte

	mu    sync.Mutex
	queue []x11.Event
	some  chan struct{}
	log   []string
}

func newWindow(t *testing.T, server *x11test.Server) *window {
	t.Helper()
	p := &window{t: t, some: make(chan struct{}, 1)}
	conn, err := x11.Dial(t.Context(), server.Display, p.event)
	if err != nil {
		t.Fatal(err)
	}
	p.conn = conn
	if p.board, err = xkb.Use(conn); err != nil {
		t.Fatal(err)
	}
	p.changed = p.board.Changed()
	id, err := xproto.NewWindowId(conn.X)
	mask := uint32(xproto.EventMaskKeyPress | xproto.EventMaskKeyRelease | xproto.EventMaskButtonPress |
		xproto.EventMaskButtonRelease | xproto.EventMaskPointerMotion)
	err = errors.Join(err, p.board.Watch(),
		xproto.CreateWindowChecked(conn.X, 0, id, conn.Root(), 0, 0, 800, 600, 0, xproto.WindowClassInputOutput, 0,
			xproto.CwOverrideRedirect|xproto.CwEventMask, []uint32{1, mask}).Check(),
		xproto.MapWindowChecked(conn.X, id).Check(),
		xproto.SetInputFocusChecked(conn.X, xproto.InputFocusNone, id, 0).Check(),
		xproto.WarpPointerChecked(conn.X, 0, conn.Root(), 0, 0, 0, 0, 0, 0).Check())
	if err != nil {
		t.Fatal(err)
	}
	conn.Sync()
	p.queue = nil
	ended := make(chan struct{})
	go func() { defer close(ended); p.run() }()
	t.Cleanup(func() { _ = conn.Close(); <-ended })
	return p
}

func (p *window) event(e *x11.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, *e)
	select {
	case p.some <- struct{}{}:
	default:
	}
}

func (p *window) run() {
	keymap, down := (*xkb.Keymap)(nil), map[byte]string{}
	for {
		p.mu.Lock()
		events := p.queue
		p.queue = nil
		p.mu.Unlock()
		for _, e := range events {
			k := e.Kind()
			if keymap == nil || k == xproto.MappingNotify || k == p.changed {
				m, err := p.board.Load()
				if err != nil {
					return // the server has ended
				}
				keymap = m
			}
			if line := p.read(&e, keymap, down); line != "" {
				p.mu.Lock()
				p.log = append(p.log, line)
				p.mu.Unlock()
			}
		}
		select {
		case <-p.some:
		case <-p.conn.Done():
			return
		}
	}
}

// read returns what an event means, and nothing for modifiers.
func (p *window) read(e *x11.Event, m *xkb.Keymap, down map[byte]string) string {
	code, state := e[1], binary.LittleEndian.Uint16(e[28:])
	switch e.Kind() {
	case xproto.MotionNotify:
		return fmt.Sprintf("move %d,%d", int16(binary.LittleEndian.Uint16(e[20:])), int16(binary.LittleEndian.Uint16(e[22:])))
	case xproto.ButtonPress:
		return fmt.Sprintf("press %d", code)
	case xproto.ButtonRelease:
		return fmt.Sprintf("release %d", code)
	case xproto.KeyPress:
		if m.Mods(code) != 0 {
			return ""
		}
		mods := xkb.Mods(state)
		down[code] = meaning(m.Sym(code, xkb.State{Mods: mods, Group: int(state >> 13 & 3)}), mods)
		return "down " + down[code]
	case xproto.KeyRelease:
		if m.Mods(code) != 0 {
			return ""
		}
		defer delete(down, code)
		return "up " + down[code]
	}
	return ""
}

// expect waits for as many lines as are wanted and compares them.
func (p *window) expect(when string, want []string) {
	p.t.Helper()
	var got []string
	deadline := time.Now().Add(testwait.Patience / 3)
	for {
		p.mu.Lock()
		got = slices.Clone(p.log)
		p.mu.Unlock()
		if len(got) >= len(want) || time.Now().After(deadline) {
			break
		}
		p.conn.Sync()
	}
	for i := range max(len(got), len(want)) {
		if i < len(got) && i < len(want) && got[i] == want[i] {
			continue
		}
		from := max(0, i-5)
		p.t.Fatalf("%s: event %d of %d: the window got\n%q, want\n%q", when, i, len(want),
			got[min(from, len(got)):min(i+5, len(got))], want[min(from, len(want)):min(i+5, len(want))])
	}
}

// atRest demands that no key, button or modifier stays down. The window is told of
// some that go up and not of others, so those may be a moment later.
func (p *window) atRest() {
	p.t.Helper()
	testwait.Eventually(p.t, "nothing is down any more", func() error {
		keys, err := xproto.QueryKeymap(p.conn.X).Reply()
		if err != nil {
			return err
		}
		pointer, err := xproto.QueryPointer(p.conn.X, p.conn.Root()).Reply()
		if err != nil {
			return err
		}
		if slices.ContainsFunc(keys.Keys, func(b byte) bool { return b != 0 }) || pointer.Mask&0x1FFF != 0 {
			return fmt.Errorf("left down: keys %x, modifiers and buttons %#x", keys.Keys, pointer.Mask)
		}
		return nil
	})
}
