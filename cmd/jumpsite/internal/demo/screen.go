package demo

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"jump/internal/atomicfile"
	"jump/platform/child"
)

// screenTime is how long a virtual screen may take to start.
const screenTime = 15 * time.Second

// screen returns the environment for the client, in which there is a screen if
// there can be one: the computer's own, or a virtual one.
func (d *demo) screen(ctx context.Context, facts *Facts) []string {
	env := os.Environ()
	if !virtual {
		facts.Screen = "of this computer"
		return env
	}
	if display := os.Getenv("DISPLAY"); display != "" {
		facts.Screen = display
		return env
	}
	if _, err := exec.LookPath("Xvfb"); err != nil {
		fmt.Fprintln(d.Out, "There is no screen here and no Xvfb to make a virtual one, so there will be a shell only.\n"+
			"  For a screen: apt-get install xvfb openbox xterm")
		return env
	}
	display, env, err := d.startX(ctx)
	if err != nil {
		fmt.Fprintf(d.Out, "The virtual screen does not start, so there will be a shell only: %v\n", err)
		return os.Environ()
	}
	facts.Screen = display + " (virtual)"
	d.startWindows(env)
	return env
}

// startX starts Xvfb with a cookie of its own and returns the environment in
// which programs find it.
func (d *demo) startX(ctx context.Context) (display string, env []string, err error) {
	cookie := filepath.Join(d.Data, "Xauthority")
	if err := writeCookie(cookie); err != nil {
		return "", nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset", "-auth", cookie)
	cmd.ExtraFiles = []*os.File{w}
	cmd.Stdout, cmd.Stderr = d.log, d.log
	p, err := child.Start(cmd)
	w.Close()
	if err != nil {
		return "", nil, err
	}
	d.undo = append(d.undo, func() error { return p.Stop(stopTime) })
	if err := d.makeHome(); err != nil {
		return "", nil, err
	}
	defer context.AfterFunc(ctx, func() { r.Close() })()
	if err := r.SetReadDeadline(time.Now().Add(screenTime)); err != nil {
		return "", nil, err
	}
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", nil, fmt.Errorf("wait for Xvfb: %w", err)
	}
	display = ":" + strings.TrimSpace(number)
	return display, d.environ("DISPLAY="+display, "XAUTHORITY="+cookie), nil
}

// makeHome makes the empty folder for what programs on the virtual screen
// write.
func (d *demo) makeHome() error {
	home := filepath.Join(d.Data, homeFolder)
	if err := os.RemoveAll(home); err != nil {
		return fmt.Errorf("empty the folder of the virtual screen: %w", err)
	}
	return os.MkdirAll(filepath.Join(home, "tmp"), 0o700)
}

const homeFolder = "desktop"

// environ returns this program's environment, changed so that what runs on the
// virtual screen writes into the data folder only.
func (d *demo) environ(more ...string) []string {
	home := filepath.Join(d.Data, homeFolder)
	return append(os.Environ(), append(more, "HISTFILE=", "LESSHISTFILE=-", "TMPDIR="+home+"/tmp",
		"XDG_CACHE_HOME="+home+"/cache", "XDG_CONFIG_HOME="+home+"/config", "XDG_DATA_HOME="+home+"/data")...)
}

// writeCookie makes a file as Xau(3) describes it, with one entry that fits
// every host and display:
//
//	u16 family 0xFFFF | address | number | name | data     each: u16 length, bytes
func writeCookie(path string) error {
	secret := make([]byte, 16)
	rand.Read(secret)
	b := []byte{0xFF, 0xFF}
	for _, field := range []string{"", "", "MIT-MAGIC-COOKIE-1", string(secret)} {
		b = binary.BigEndian.AppendUint16(b, uint16(len(field)))
		b = append(b, field...)
	}
	return atomicfile.Write(path, b, 0o600)
}

// windows are what is shown on the virtual screen, as far as it is installed.
var windows = [][]string{
	{"xsetroot", "-solid", "#34466b"},
	{"openbox"},
	{"xterm", "-geometry", "100x30+120+120", "-fa", "Monospace", "-fs", "13", "-title", "Jump demo"},
	{"xclock", "-geometry", "220x220-80+80", "-update", "1"},
}

func (d *demo) startWindows(env []string) {
	var missing []string
	for _, line := range windows {
		path, err := exec.LookPath(line[0])
		if errors.Is(err, exec.ErrNotFound) {
			missing = append(missing, line[0])
			continue
		}
		cmd := exec.Command(path, line[1:]...)
		cmd.Env = env
		cmd.Stdout, cmd.Stderr = d.log, d.log
		p, err := child.Start(cmd)
		if err != nil {
			fmt.Fprintf(d.log, "start %s: %v\n", line[0], err)
			continue
		}
		d.undo = append(d.undo, func() error { return p.Stop(stopTime) })
	}
	if len(missing) > 0 {
		fmt.Fprintf(d.log, "not installed, so not shown: %s\n", strings.Join(missing, ", "))
	}
}
