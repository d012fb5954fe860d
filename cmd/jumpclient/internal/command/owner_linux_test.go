package command

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"jump/agent/config"
	"jump/platform/account"
)

// TestOwner: what root does to a user's client leads to nothing that this user
// could not have done, whatever links are in the way.
func TestOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has more rights than a user")
	}
	nobody, err := account.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	for what, do := range map[string]func(config.Dir) error{
		"disable":       func(d config.Dir) error { return setDisabled(io.Discard, d, true) },
		"enable":        func(d config.Dir) error { return setDisabled(io.Discard, d, false) },
		"run":           func(d config.Dir) error { return hold(t.Context(), d, config.Config{}, slog.New(slog.DiscardHandler)) },
		"prepare-image": func(d config.Dir) error { return prepareImage(t.Context(), d) },
	} {
		base := t.TempDir()
		dir, roots := filepath.Join(base, "client"), filepath.Join(base, "roots")
		for path := base; path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
			if err := os.Chmod(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		state := filepath.Join(dir, "state")
		err := errors.Join(os.Mkdir(roots, 0o755), os.WriteFile(filepath.Join(roots, "disabled"), []byte("x"), 0o644), os.Mkdir(dir, 0o755),
			config.At(dir).SaveConfig(config.Config{Mode: "user"}), os.Symlink(roots, state))
		for _, path := range []string{dir, filepath.Join(dir, config.FileName), state} {
			err = errors.Join(err, os.Lchown(path, int(nobody.UID), int(nobody.GID)))
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := do(config.At(dir)); code(err) != exitRights {
			t.Errorf("%s: %v", what, err)
		}
		left, err := os.ReadDir(roots)
		text, _ := os.ReadFile(filepath.Join(roots, "disabled"))
		if len(left) != 1 || string(text) != "x" || err != nil {
			t.Errorf("%s: root's directory holds %v, %q, %v", what, left, text, err)
		}
	}
}
