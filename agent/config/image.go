package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"jump/internal/atomicfile"
)

// Image says where and when a client was made part of a golden image: a disk
// from which other computers are made. Such a client makes no key, and so is
// nobody, until it finds itself elsewhere.
type Image struct {
	Machine string        `json:"machine"` // a hash of what names the computer; empty: unknown
	Boot    string        `json:"boot"`    // names the start of the computer; empty: unknown
	Up      time.Duration `json:"up_ns"`   // since that start
	At      time.Time     `json:"at"`      // by the wall clock
}

// Image returns where this client was made part of an image, and whether it
// was.
func (d Dir) Image() (i Image, was bool, err error) {
	err = d.load(d.imageFile(), &i)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return i, err == nil, err
	}
	c, err := d.Config()
	if err != nil || c.Image == nil {
		return Image{}, false, err
	}
	return *c.Image, true, nil
}

// PrepareImage makes an installed client part of an image: it forgets who it
// was. Nothing secret is in the file, which root may write for the account that
// the agent runs as.
func (d Dir) PrepareImage(i Image) error {
	if err := d.Forget(); err != nil {
		return err
	}
	b, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("prepare the image: %w", err)
	}
	return atomicfile.WriteOn(d.disk, d.imageFile(), append(b, '\n'), 0o644)
}

func (d Dir) imageFile() string { return d.file("state", "image.json") }
