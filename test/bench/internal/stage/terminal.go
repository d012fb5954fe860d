package stage

import (
	"errors"
	"os"
	"os/exec"
	"time"

	"github.com/jezek/xgb/xproto"
)

// terminal opens an xterm with that program and gives it the keyboard.
func (s *Stage) terminal(program ...string) error {
	before := s.windows()
	args := append([]string{"-display", s.display, "-fa", "DejaVu Sans Mono", "-fs", "11", "-geometry", "120x40+60+40",
		"-bg", "white", "-fg", "black", "-e"}, program...)
	c := exec.Command("xterm", args...)
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "LESS=", "LESSHISTFILE=-")
	if err := c.Start(); err != nil {
		return err
	}
	s.program = c
	for range 200 {
		time.Sleep(25 * time.Millisecond)
		if w := s.shown(before); w != 0 {
			time.Sleep(300 * time.Millisecond) // for its program to draw
			xproto.SetInputFocus(s.conn, xproto.InputFocusParent, w, xproto.TimeCurrentTime)
			s.sync()
			return nil
		}
	}
	s.endProgram()
	return errors.New("no xterm appeared")
}

func (s *Stage) endProgram() {
	if s.program != nil {
		s.program.Process.Kill()
		s.program.Wait()
		s.program = nil
	}
}

func (s *Stage) windows() map[xproto.Window]bool {
	seen := map[xproto.Window]bool{}
	if tree, err := xproto.QueryTree(s.conn, s.screen.Root).Reply(); err == nil {
		for _, w := range tree.Children {
			seen[w] = true
		}
	}
	return seen
}

// shown returns a window that has appeared since before was taken, 0 if none.
func (s *Stage) shown(before map[xproto.Window]bool) xproto.Window {
	for w := range s.windows() {
		a, err := xproto.GetWindowAttributes(s.conn, w).Reply()
		if !before[w] && err == nil && a.MapState == xproto.MapStateViewable && !a.OverrideRedirect {
			return w
		}
	}
	return 0
}
