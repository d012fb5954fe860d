package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Ending says why a client has ended for good. It is written when it did, and
// what is started in its directory afterwards says so and stays stopped.
//
// An unprivileged agent in service mode cannot take itself off: whoever has the
// rights watches for this file and uninstalls the client. In such a directory
// the file is a claim of the agent's account, and Why is text of the site.
type Ending struct {
	Reason State     `json:"reason"` // StateRemoved or StateExpired
	Why    string    `json:"why"`    // one English sentence
	At     time.Time `json:"at"`
}

// Ending reads why the client has ended. The error wraps fs.ErrNotExist if it
// has not.
func (d Dir) Ending() (e Ending, err error) { return e, load(d.EndingFile(), &e) }

// SaveEnding is for the agent.
func (d Dir) SaveEnding(e Ending) error { return save(d.EndingFile(), e) }

// ClearEnding lets the client begin again.
func (d Dir) ClearEnding() error {
	if err := os.Remove(d.EndingFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("begin again: %w", err)
	}
	return nil
}

// EndingFile is the path at which an ended client leaves its Ending.
func (d Dir) EndingFile() string { return d.file("state", "ended.json") }

// Root is the path of the directory.
func (d Dir) Root() string { return d.root }

// Forget removes all that makes the agent the one that it is: its key, what it
// has learned and reported, and why it ended. Its next start is that of a new
// client. What the installer wrote stays, and so does what its user decided.
func (d Dir) Forget() error {
	var errs []error
	for _, name := range []string{"identity.key", "learned.json", "status.json", "offline.json", "ended.json", "ways.json"} {
		if err := os.Remove(d.file("state", name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("forget the old client: %w", err)
	}
	return nil
}
