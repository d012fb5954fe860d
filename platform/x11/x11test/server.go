// Package x11test starts X servers for tests.
//
// It is not a fake: what runs is Xvfb, the X.Org server with its screen in
// memory. No program imports it.
package x11test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is a running Xvfb.
type Server struct {
	Display string // for $DISPLAY

	cmd  *exec.Cmd
	once sync.Once
}

// startTimeout is how long a server may take to say its number.
const startTimeout = 30 * time.Second

// Start runs a server with one screen of this size, 24 bits deep, on a display
// number that is free, until the test ends.
func Start(t testing.TB, width, height int) *Server {
	t.Helper()
	return StartDepth(t, width, height, 24)
}

// StartDepth is Start with a screen of this many bits a pixel.
func StartDepth(t testing.TB, width, height, depth int) *Server {
	t.Helper()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatalf("make a pipe: %v", err)
	}
	defer func() { _ = out.Close() }()
	screen := fmt.Sprintf("%dx%dx%d", width, height, depth)
	s := &Server{cmd: exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", screen, "-nolisten", "tcp", "-noreset")}
	s.cmd.ExtraFiles = []*os.File{in}
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("start Xvfb (`make setup` installs it): %v", err)
	}
	t.Cleanup(s.Kill)
	_ = in.Close()
	_ = out.SetReadDeadline(time.Now().Add(startTimeout))
	number, err := io.ReadAll(out)
	if err != nil || len(number) == 0 {
		t.Fatalf("Xvfb does not say its display number: %v", err)
	}
	s.Display = ":" + strings.TrimSpace(string(number))
	return s
}

// Kill ends the server at once, as a crash would, and waits for its end.
func (s *Server) Kill() {
	s.once.Do(func() {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	})
}
