package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"jump/agent/config"
	"jump/platform/lock"
	"jump/platform/sysinfo"
	"jump/platform/uptime"
)

func newPrepareImage() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "prepare-image [--dir DIR]",
		Short: "Make an installed client ready for a golden image",
		Long: `Make an installed client ready for a golden image: a disk from which other
computers are made, each of which becomes a client of its own. The same is done by
install --prepare-image. Do it last, then shut the computer down and take the image.

The client forgets its key and what it has learned; its site, if it knows it, is
told that it is uninstalled. It makes a new key when it is first started after
another boot, or on a computer with another machine id (Linux: /etc/machine-id,
Windows: MachineGuid). So if this computer is booted once more before the image is
taken, do this again. Copies of a container share the host's clocks: empty their
machine id. The installer must still be valid, and have enough uses, when those
computers start first.

The client must not be running.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := prepareImage(cmd.Context(), config.At(dir)); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "The client is ready for the image: shut this computer down, and do not boot it again before the image is taken.")
			return err
		},
	}
	addDir(cmd, &dir)
	return cmd
}

func prepareImage(ctx context.Context, dir config.Dir) error {
	var held *lock.File
	err := asOwner(dir, func() (err error) {
		held, err = takeResting(dir)
		return err
	})
	if err != nil {
		return denied(err)
	}
	defer held.Release()
	// The site may be away, and the image is wanted all the same.
	_ = farewell(ctx, dir, slog.New(slog.DiscardHandler))
	here, err := here()
	if err == nil {
		err = asOwner(dir, func() error { return dir.PrepareImage(here) })
	}
	if err != nil {
		return denied(err)
	}
	return nil
}

// takeResting takes the directory of a client that does not run.
func takeResting(dir config.Dir) (*lock.File, error) {
	if _, err := dir.Config(); errors.Is(err, fs.ErrNotExist) {
		return nil, errNoClient
	}
	held, err := lock.Acquire(dir.Lock())
	if errors.Is(err, lock.ErrHeld) {
		return nil, errors.New("the client is running: stop it first, for example with init-script stop")
	}
	return held, err
}

// here is this computer, at this boot.
func here() (config.Image, error) {
	c, err := uptime.Read()
	return config.Image{Machine: sysinfo.Machine(), Boot: c.Boot, Up: c.Total, At: time.Now().UTC().Round(0)}, err
}

// inImage reports whether the client is part of an image, and this is still the
// computer on which that is made. A client that has a key is out of it.
func inImage(dir config.Dir) (bool, error) {
	image, was, err := dir.Image()
	if errors.Is(err, fs.ErrNotExist) || err == nil && !was {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if _, err := dir.ExistingIdentity(); !errors.Is(err, fs.ErrNotExist) {
		return false, nil // whatever is wrong with it is found where it is needed
	}
	now, err := here()
	return !elsewhere(image, now), err
}

// inStep is by how much two clocks of one boot may differ in what they count.
const inStep = 10 * time.Second

// elsewhere reports whether b is another computer than a, or a later boot of it.
// Boots may have no names, and in a container a hardened service sees the name
// of the host's boot where the installer saw its own: so names that differ are
// not enough. Within one boot the clocks go in step.
func elsewhere(a, b config.Image) bool {
	if a.Machine != b.Machine {
		return true
	}
	if a.Boot == b.Boot && a.Boot != "" {
		return false
	}
	up := b.Up - a.Up
	return up < 0 || (b.At.Sub(a.At)-up).Abs() > inStep
}

// rest does nothing until ctx ends, so that a service manager sees a service
// that runs.
func rest(ctx context.Context, dir config.Dir, err error, log *slog.Logger) error {
	if err != nil {
		return failed(err)
	}
	say(dir, config.StatePrepared, "part of an image: it begins on a computer that is made from it, at its first boot", log)
	log.Info("waiting: this client is part of an image")
	<-ctx.Done()
	return nil
}
