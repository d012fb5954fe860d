package config

import (
	"errors"
	"fmt"
	"io/fs"

	"jump/agent/lifetime"
	"jump/internal/atomicfile"
)

// Offline reads how long the agent has been without its site: nothing if it was
// never counted. With an error, which says that it is damaged, it is nothing as
// well.
func (d Dir) Offline() (lifetime.State, error) {
	b, err := d.read(d.offlineFile())
	if errors.Is(err, fs.ErrNotExist) {
		return lifetime.State{}, nil
	}
	if err != nil {
		return lifetime.State{}, err
	}
	return lifetime.Decode(b)
}

// SaveOffline is for the agent. If it fails it leaves no count behind, if
// possible: an old one is worse than none.
func (d Dir) SaveOffline(s lifetime.State) error {
	err := atomicfile.WriteOn(d.disk, d.offlineFile(), s.Encode(), 0o600)
	if err == nil {
		return nil
	}
	if failed := d.disk.Remove(d.offlineFile()); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
		return fmt.Errorf("%w, nor removed: %w", err, failed)
	}
	return err
}

func (d Dir) offlineFile() string { return d.file("state", "offline.json") }
