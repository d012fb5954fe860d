package commands

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"jump/cmd/jump/internal/apiclient"
)

// offered looks whether a site has a package for a platform, before anything is
// made.
func offered(ctx context.Context, s *apiclient.Site, platform string) error {
	all, err := s.Platforms(ctx)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.ID == platform && p.Available {
			return nil
		}
	}
	return &failure{fmt.Sprintf("the site has no package for the platform %q", platform),
		"See: jump installer platforms", "no_package", exitError}
}

// saveInstaller writes an installer's file and returns its path. Name may be a
// folder. The file appears as a whole, or not at all, and only its owner can
// read it: whoever has it can enrol computers.
func saveInstaller(ctx context.Context, s *apiclient.Site, i apiclient.Installer, name string) (path string, err error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, filepath.Base(i.FileName))
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".jump-installer-") // has mode 0600
	if err != nil {
		return "", fmt.Errorf("write the installer: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriter(f)
	err = s.Download(ctx, i.UID, i.Platform, i.KeyInfo, w)
	if err := errors.Join(err, w.Flush(), f.Close()); err != nil {
		return "", err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return "", fmt.Errorf("write the installer: %w", err)
	}
	return name, nil
}
