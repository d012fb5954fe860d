// Package terminal runs a program inside a terminal of its own: a
// pseudo-terminal on Unix systems, a pseudo console on Windows.
//
// It is not a terminal emulator, it draws nothing (the viewer does), it decides
// about no rights, and it never builds a command from text: what runs is the
// user's login shell, or a vector of arguments.
package terminal

import (
	"io"
	"time"
)

// Spec says what to run.
type Spec struct {
	Args []string // empty: the login shell of the user of this process
	Dir  string   // empty: the user's home directory
	Term string   // TERM; empty: xterm-256color
}

// Size is that of a terminal in characters.
type Size struct{ Columns, Rows uint16 }

// Terminal is a program that runs in a terminal. Read returns what it shows,
// and io.EOF when nothing can write to the terminal any more; Write is what its
// user types. One goroutine may read while another writes; the other methods
// may be called from any.
type Terminal interface {
	io.ReadWriter
	// Resize tells the program that the terminal has another size.
	Resize(Size) error
	// Wait waits for the program's end and returns its exit status: 128+n after
	// signal n. Any number of goroutines may wait.
	Wait() (int, error)
	// Close hangs up, as when a line breaks: the program and its group get the
	// chance to end by themselves for Grace and are killed then. Close waits for
	// that. Further calls do nothing.
	Close() error
}

// Grace is how long a program may take to end after Close.
const Grace = 2 * time.Second
