//go:build linux

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
	"jump/test/internal/picture"
)

// desktop is an X server with a window manager.
type desktop struct {
	t       *testing.T
	display string // ":7"
}

// Size of the desktops; not a multiple of any tile.
const (
	desktopWidth  = 1000
	desktopHeight = 700
)

func newDesktop(t *testing.T) *desktop {
	t.Helper()
	for _, name := range []string{"Xvfb", "openbox", "xterm", "xdotool", "import"} {
		need(t, name)
	}
	number, tell, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer number.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", desktopWidth, desktopHeight), "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{tell}
	start(t, server)
	tell.Close()
	line, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	d := &desktop{t, ":" + strings.TrimSpace(line)}
	start(t, d.command("openbox", "--sm-disable"))
	// A window that opens while the window manager starts may never be shown.
	testwait.Eventually(t, "the window manager is there", func() error { return d.xdotool("get_num_desktops") })
	return d
}

// xdotool asks the desktop something, and is an error if the answer is no.
func (d *desktop) xdotool(args ...string) error {
	d.t.Helper()
	if r := try(d.t, "", []string{"DISPLAY=" + d.display}, "xdotool", args...); r.status != 0 {
		return fmt.Errorf("xdotool: status %d %s", r.status, r.err)
	}
	return nil
}

// command is a program on this desktop.
func (d *desktop) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display, "LC_ALL=C.UTF-8")
	return cmd
}

// terminal opens an xterm with a title that runs a command, and waits for it.
func (d *desktop) terminal(title, command string) {
	d.t.Helper()
	start(d.t, d.command("xterm", "-u8", "-fa", "DejaVu Sans Mono", "-fs", "11", "-geometry", "80x20+60+60", "-T", title, "-e", "sh", "-c", command))
	testwait.Eventually(d.t, title+" is on the screen", func() error { return d.xdotool("search", "--onlyvisible", "--name", title) })
}

// window returns the middle of a window.
func (d *desktop) window(title string) image.Point {
	d.t.Helper()
	out := must(d.t, "", []string{"DISPLAY=" + d.display}, "xdotool", "search", "--onlyvisible", "--name", title, "getwindowgeometry", "--shell")
	v := map[string]int{}
	for line := range strings.Lines(out) {
		var n int
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if _, err := fmt.Sscan(value, &n); err == nil {
			v[name] = n
		}
	}
	return image.Pt(v["X"]+v["WIDTH"]/2, v["Y"]+v["HEIGHT"]/2)
}

// screenshot is what the X server itself says it shows.
func (d *desktop) screenshot() image.Image {
	d.t.Helper()
	b := must(d.t, "", nil, "import", "-display", d.display, "-window", "root", "-depth", "8", "png:-")
	return decodePNG(d.t, []byte(b))
}

func decodePNG(t *testing.T, b []byte) image.Image {
	t.Helper()
	m, err := picture.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// savePNG leaves a picture of a failure.
func savePNG(t *testing.T, name string, m image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(keep(t), name)
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("see %s", path)
}
