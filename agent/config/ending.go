package config

import (
	"errors"
	"fmt"
	"io/fs"
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
func (d Dir) Ending() (e Ending, err error) { return e, d.load(d.EndingFile(), &e) }

// SaveEnding is for the agent.
func (d Dir) SaveEnding(e Ending) error { return d.save(d.EndingFile(), e) }

// ClearEnding lets the client begin again, with no days away.
func (d Dir) ClearEnding() error {
	return d.remove("begin again", "offline.json", "ended.json", "ways.json")
}

// EndingFile is the path at which an ended client leaves its Ending.
func (d Dir) EndingFile() string { return d.file("state", "ended.json") }

// Root is the path of the directory.
func (d Dir) Root() string { return d.root }

// Forget removes all that makes the agent the one that it is: its key, what it
// has learned and reported, and why it ended. Its next start is that of a new
// client. What the installer wrote stays, and so does what its user decided.
func (d Dir) Forget() error {
	return d.remove("forget the old client", "identity.key", "learned.json", "status.json", "offline.json", "ended.json", "ways.json", "renewal.json")
}

// remove removes files of the state folder, as many of them as there are.
func (d Dir) remove(why string, names ...string) error {
	var errs []error
	for _, name := range names {
		if err := d.disk.Remove(d.file("state", name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%s: %w", why, err)
	}
	return nil
}
