package session_test

import (
	"context"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"jump/agent/session"
	"jump/capture"
	"jump/platform/input"
	"jump/platform/x11/x11test"
	"jump/transport/wire"
)

// TestScreenOfX11 is the whole way on a real X server: what is typed through a
// conversation reaches a program, and what the program shows reaches the
// viewer, pixel by pixel.
func TestScreenOfX11(t *testing.T) {
	t.Setenv("DISPLAY", x11test.Start(t, 900, 600).Display)
	t.Setenv("XDG_SESSION_TYPE", "x11")
	heard := filepath.Join(t.TempDir(), "heard")
	if err := syscall.Mkfifo(heard, 0o600); err != nil {
		t.Fatal(err)
	}
	h := &session.Host{Ceiling: allRights, Capture: capture.Open, Input: input.Open, Log: quiet}
	p := begin(t, h, screenOpen(allRights, wire.ScreenOptions{Quality: 70}))
	if r := p.opened(); r != wire.RightView|wire.RightControl|wire.RightShell|wire.RightExec|wire.RightFiles {
		t.Errorf("rights %b", r)
	}
	p.until("a picture", func() bool { return p.seen != nil && p.seen.Exact(p.layout.Displays[0].ID) })
	xterm := exec.Command("xterm", "-geometry", "140x40+0+0", "-e", "sh", "-c", `seq 1 500; read x; echo "$x" >"$0"; seq 1 3000; sleep 100`, heard)
	if err := xterm.Start(); err != nil {
		t.Fatalf("start xterm (`make setup` installs it): %v", err)
	}
	defer xterm.Wait()
	defer xterm.Process.Kill()
	p.until("text", func() bool { return p.settled(t) && p.lit() > 1000 })
	p.write(wire.TypePointer, wire.Pointer{X: 200, Y: 200}.Append(nil))
	p.write(wire.TypeText, []byte("grüße"))
	p.write(wire.TypeKey, wire.Key{Down: true, Keysym: 0xFF0D, Usage: 40}.Append(nil))
	p.write(wire.TypeKey, wire.Key{Keysym: 0xFF0D, Usage: 40}.Append(nil))
	got := make(chan string, 1)
	go func() {
		f, err := os.Open(heard)
		if err != nil {
			return
		}
		defer f.Close()
		b, _ := io.ReadAll(f)
		got <- string(b)
	}()
	frames := p.seen.Last().Sequence
	p.until("the program's answer", func() bool { return p.seen.Last().Sequence > frames && p.settled(t) })
	if s := <-got; s != "grüße\n" {
		t.Errorf("the program read %q", s)
	}
}

// lit counts the pixels that are not black.
func (p *peer) lit() (n int) {
	pix := p.seen.Image(p.layout.Displays[0].ID).Pix
	for i := 0; i < len(pix); i += 4 {
		if pix[i]|pix[i+1]|pix[i+2] != 0 {
			n++
		}
	}
	return n
}

// settled reports whether the viewer has what another look at the display
// gives.
func (p *peer) settled(t *testing.T) bool {
	id := p.layout.Displays[0].ID
	if !p.seen.Exact(id) {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	other, err := capture.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	px, err := other.Fetch(id, image.Rect(0, 0, 900, 600))
	if err != nil {
		t.Fatal(err)
	}
	for y := range 600 {
		for x := range 900 {
			if px.Words[y*px.Stride+x]&0xFFFFFF != p.seen.At(id, x, y) {
				return false
			}
		}
	}
	return true
}
