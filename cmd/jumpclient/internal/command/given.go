package command

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"

	"jump/agent/config"
	"jump/installer/stamp"
)

// complete takes what there is no flag for from the environment, and out of it:
// it is not for the programs of sessions.
func complete(given *config.Config) error {
	if given.KeyInfo == "" {
		given.KeyInfo = os.Getenv(keyVariable)
	}
	if err := checkProxy(&given.Proxy, os.Getenv(proxyVariable)); err != nil {
		return err
	}
	if err := errors.Join(os.Unsetenv(keyVariable), os.Unsetenv(proxyVariable)); err != nil {
		return failed(err)
	}
	return nil
}

// check finds what is wrong with the flags before anything is written.
func check(given config.Config) error {
	if given.KeyInfo != "" {
		if _, err := stamp.Parse(given.KeyInfo); err != nil {
			return usage("%w", err)
		}
	}
	if err := checkListen(given.Listen); err != nil {
		return err
	}
	wishes := given.Wishes()
	if err := wishes.Validate(); err != nil {
		return usage("%w", err)
	}
	return nil
}

// install brings config.json up to date. A client that has joined its site
// keeps to it: its key is spent, and its parameters are changed on the site.
func install(dir config.Dir, given config.Config, enrolled bool, log *slog.Logger) (config.Config, error) {
	old, err := dir.Config()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return old, failed(err)
	}
	if err == nil && enrolled {
		err := keepTo(old, given, log)
		given = config.Config{Proxy: given.Proxy, Listen: given.Listen} // which are this computer's own business
		if err != nil {
			return old, err
		}
	}
	c := merge(old, given)
	if c == old {
		return old, nil
	}
	if err := dir.SaveConfig(c); err != nil {
		return c, failed(err)
	}
	return c, nil
}

// keepTo refuses another site, and says what of the flags is ignored.
func keepTo(old, given config.Config, log *slog.Logger) error {
	a, err1 := stamp.Parse(old.KeyInfo)
	b, err2 := stamp.Parse(given.KeyInfo)
	if err1 == nil && err2 == nil && a.Site != b.Site {
		return usage("this client belongs to the site at %s: choose another directory for another site", a.Address())
	}
	given.Proxy, given.Listen = "", ""
	if merge(old, given) != old {
		log.Warn("this client has joined its site: new parameters are ignored, change them there")
	}
	return nil
}

// merge lets what is given now replace what was given before.
func merge(old, given config.Config) config.Config {
	for _, f := range []struct {
		to   *string
		from string
	}{
		{&old.KeyInfo, given.KeyInfo}, {&old.Name, given.Name}, {&old.Group, given.Group},
		{&old.Tag, given.Tag}, {&old.Comments, given.Comments}, {&old.Proxy, given.Proxy}, {&old.Listen, given.Listen},
	} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	return old
}
