package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"jump/agent/config"
	"jump/installer"
)

// lookEvery is the time between two looks at what a client reports.
const lookEvery = 100 * time.Millisecond

// errGone is what is known of a client that took itself off before it was seen
// why.
var errGone = errors.New("the client was removed from the site, or uninstalled here: it is not on this computer any more")

// awaitOnline waits until a client that was just started is online. late says why it is not
// after that time. The error says that it never will be, with its exit code.
func awaitOnline(ctx context.Context, dir config.Dir, patience time.Duration) (late, err error) {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		seen, err := look(dir)
		if err == nil {
			if over, err := verdict(seen); over {
				return nil, err
			}
		}
		if _, err := os.Lstat(dir.Root()); errors.Is(err, fs.ErrNotExist) {
			return nil, &exitError{exitRemoved, errGone} // with what it reported
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-limit.C:
			return whyLate(seen, err), nil
		case <-tick.C:
		}
	}
}

// verdict reports whether waiting is over, and the error if it was in vain.
func verdict(seen reported) (over bool, err error) {
	switch seen.State {
	case config.StateOnline, config.StatePassive:
		return true, nil
	case config.StateRefused:
		return true, &exitError{refusalCode(seen.Code), fmt.Errorf("the site at %s refuses this client: %s", seen.Site, seen.Error)}
	case config.StateRemoved:
		return true, &exitError{exitRemoved, fmt.Errorf("the site at %s has removed this client: %s", seen.Site, seen.Error)}
	case config.StateExpired:
		return true, &exitError{exitRemoved, errors.New(seen.Error)}
	case config.StateFailed, config.StateStopped:
		return true, failed(fmt.Errorf("the client has ended: %s", seen.Error))
	}
	return false, nil
}

func whyLate(seen reported, err error) error {
	switch {
	case err != nil:
		return err
	case seen.Error != "":
		return errors.New(seen.Error)
	}
	return errors.New("it is still connecting")
}

// preview prints the steps of a plan.
func preview(w io.Writer, plan installer.Plan) error {
	for i, s := range plan.Steps {
		if _, err := fmt.Fprintf(w, "%2d. %s\n", i+1, plain(s.Name)); err != nil {
			return failed(err)
		}
	}
	return nil
}
