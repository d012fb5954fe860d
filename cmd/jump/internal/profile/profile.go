// Package profile remembers a sign-in between two runs of the command line:
// one file in the user's configuration folder, readable by that user alone.
//
// It is not the site's session: it signs nobody in, and forgetting here ends
// nothing there.
package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jump/internal/atomicfile"
)

// Profile is what `jump login` leaves behind.
type Profile struct {
	Site    string `json:"site"`         // https://host[:port]
	User    string `json:"user"`         // whose token it is
	Token   string `json:"token"`        // secret
	TokenID string `json:"token_id"`     // its name on the site
	CA      string `json:"ca,omitempty"` // PEM; empty: the system's roots
}

// Authority returns CA, nil for the system's roots.
func (p Profile) Authority() []byte {
	if p.CA == "" {
		return nil
	}
	return []byte(p.CA)
}

const maxFile = 1 << 20 // bytes

// Path returns where the profile is kept. XDG_CONFIG_HOME (or the system's
// equal) decides.
func Path() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the configuration folder: %w", err)
	}
	return filepath.Join(dir, "jump", "login.json"), nil
}

// Load reads the profile. Without one it returns the zero Profile.
func Load() (Profile, error) {
	path, err := Path()
	if err != nil {
		return Profile{}, nil // no home, no profile: the environment may do
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Profile{}, nil
	case err == nil && info.Size() > maxFile:
		return Profile{}, fmt.Errorf("read the sign-in: %s has %d bytes", path, info.Size())
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return Profile{}, fmt.Errorf("read the sign-in: %w", err)
	}
	var p Profile
	if err := json.Unmarshal(b, &p); err != nil {
		return Profile{}, fmt.Errorf("read the sign-in in %s: %w", path, err)
	}
	return p, nil
}

// Save keeps the profile in place of any other, at once and as a whole.
func Save(p Profile) error {
	path, err := Path()
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("write the sign-in: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write the sign-in: %w", err)
	}
	if err := atomicfile.Write(path, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the sign-in: %w", err)
	}
	return nil
}

// Forget removes the profile, if there is one.
func Forget() error {
	path, err := Path()
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget the sign-in: %w", err)
	}
	return nil
}
