//go:build unix

package x11test

import "syscall"

// Freeze stops the server in its tracks: it lives and answers nothing.
func (s *Server) Freeze() error { return s.cmd.Process.Signal(syscall.SIGSTOP) }
