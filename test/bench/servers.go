package main

import (
	"errors"
	"fmt"
	"image"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"jump/test/bench/internal/link"
	"jump/test/bench/internal/ours"
	"jump/test/bench/internal/peer"
	"jump/test/bench/internal/rfb"
	"jump/test/bench/internal/stage"
)

// kind is a way to show a screen.
type kind struct {
	server   string // program of a VNC server; empty: the product
	encoding rfb.Encoding
	quality  int
	video    bool // the product's viewer decodes films
}

var kinds = map[string]kind{
	"jump":         {quality: 75},
	"jump-video":   {quality: 75, video: true},
	"jump-exact":   {},
	"x0vnc-tight":  {server: "X0tigervnc", encoding: rfb.Tight, quality: 8},
	"x0vnc-zrle":   {server: "X0tigervnc", encoding: rfb.ZRLE, quality: rfb.Lossless},
	"x11vnc-tight": {server: "x11vnc", encoding: rfb.Tight, quality: 8},
	"x11vnc-zrle":  {server: "x11vnc", encoding: rfb.ZRLE, quality: rfb.Lossless},
}

func peerNames() []string {
	var names []string
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// rig is a display with a server and a viewer of it.
type rig struct {
	stage   *stage.Stage
	peer    peer.Peer
	process int // of the server
	display *exec.Cmd
	ends    []func()
}

func (r *rig) close() {
	for _, end := range slices.Backward(r.ends) {
		end()
	}
}

func (r *rig) later(end func()) { r.ends = append(r.ends, end) }

// newRig starts an X server, the server to measure, and its viewer.
func newRig(o options, name string) (*rig, error) {
	k, ok := kinds[name]
	if !ok {
		return nil, fmt.Errorf("unknown; there are %s", strings.Join(peerNames(), ", "))
	}
	line, err := parseLine(o.line)
	if err != nil {
		return nil, err
	}
	r := &rig{}
	if err := r.start(o, k, line); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *rig) start(o options, k kind, line *link.Line) error {
	display, err := r.startDisplay()
	if err != nil {
		return err
	}
	if r.stage, err = stage.Open(display, o.seed); err != nil {
		return err
	}
	r.later(r.stage.Close)
	near, far, err := ports()
	if err != nil {
		return err
	}
	if k.server == "" {
		return r.startOurs(o, k, display, near, far, line)
	}
	return r.startVNC(k, display, near, far, line)
}

// startDisplay starts the X server that is shown, on a display that is free.
func (r *rig) startDisplay() (string, error) {
	display, c, err := r.startXvfb(image.Pt(1920, 1080))
	r.display = c
	return display, err
}

func (r *rig) startXvfb(size image.Point) (string, *exec.Cmd, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return "", nil, err
	}
	defer read.Close()
	c := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", size.X, size.Y), "-nolisten", "tcp", "-noreset")
	c.ExtraFiles = []*os.File{write}
	err = c.Start()
	write.Close()
	if err != nil {
		return "", nil, err
	}
	r.later(func() { stop(c) })
	var number int
	if _, err := fmt.Fscan(read, &number); err != nil {
		return "", nil, errors.New("the X server did not start")
	}
	return fmt.Sprintf(":%d", number), c, nil
}

func stop(c *exec.Cmd) {
	c.Process.Kill()
	c.Wait()
}

func (r *rig) startOurs(o options, k kind, display string, near, far int, line *link.Line) error {
	reach := near
	if line != nil {
		relay, err := link.UDP(local(far), local(near), *line)
		if err != nil {
			return err
		}
		r.later(func() { relay.Close() })
		reach = far
	}
	system, err := ours.Start(ours.Options{Programs: o.programs, Display: display, Port: near, Far: reach})
	if err != nil {
		return err
	}
	r.later(system.Close)
	r.process = system.Process()
	v, err := system.Dial(k.quality, k.video, r.stage.Width, r.stage.Height)
	if err != nil {
		return err
	}
	r.later(func() { v.Close() })
	r.peer = v
	return nil
}

// startServer starts a VNC server. It may be that it does not listen yet.
func (r *rig) startServer(k kind, display string, port int) error {
	args := []string{"-display", display, "-SecurityTypes", "None", "-localhost", "-rfbport", strconv.Itoa(port)}
	if k.server == "x11vnc" {
		args = []string{"-display", display, "-nopw", "-localhost", "-rfbport", strconv.Itoa(port), "-forever", "-shared", "-quiet"}
	}
	c := exec.Command(k.server, args...)
	if err := c.Start(); err != nil {
		return err
	}
	r.later(func() { stop(c) })
	r.process = c.Process.Pid
	return nil
}

func (r *rig) startVNC(k kind, display string, near, far int, line *link.Line) error {
	if err := r.startServer(k, display, near); err != nil {
		return err
	}
	reach := near
	if line != nil {
		relay, err := link.TCP(local(far), local(near), *line)
		if err != nil {
			return err
		}
		r.later(func() { relay.Close() })
		reach = far
	}
	var v *rfb.Viewer
	var err error
	for range 100 {
		if v, err = rfb.Dial(local(reach), k.encoding, k.quality); err == nil {
			r.later(func() { v.Close() })
			r.peer = v
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

func local(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// ports returns two ports that are free now.
func ports() (int, int, error) {
	var found [2]int
	for i := range found {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, 0, err
		}
		defer l.Close()
		found[i] = l.Addr().(*net.TCPAddr).Port
	}
	return found[0], found[1], nil
}

// parseLine reads "10,20": ten megabits a second, twenty milliseconds each way.
func parseLine(s string) (*link.Line, error) {
	if s == "" {
		return nil, nil
	}
	var mbit, ms float64
	if n, err := fmt.Sscanf(s, "%g,%g", &mbit, &ms); n != 2 || err != nil {
		return nil, fmt.Errorf("the line %q is not of the form MBIT,MS", s)
	}
	rate := int64(mbit * 1e6 / 8)
	return &link.Line{Rate: rate, Delay: time.Duration(ms * float64(time.Millisecond)), Queue: int(max(rate/5, 1<<16))}, nil
}
