package command

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"jump/agent/config"
)

// TestAwaitGone: nobody waits for a client that has taken itself off.
func TestAwaitGone(t *testing.T) {
	late, err := awaitOnline(t.Context(), config.At(filepath.Join(t.TempDir(), "gone")), time.Hour)
	var exit *exitError
	if late != nil || !errors.As(err, &exit) || exit.code != exitRemoved {
		t.Errorf("%v, %v", late, err)
	}
}
