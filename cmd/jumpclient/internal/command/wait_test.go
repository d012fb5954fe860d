package command

import (
	"strings"
	"testing"
	"time"

	"jump/agent/config"
)

// TestTakenOff: a client that was removed may be gone, with all that it has
// reported, before somebody who waits for it has looked.
func TestTakenOff(t *testing.T) {
	late, err := awaitOnline(t.Context(), config.At(t.TempDir()), time.Hour)
	if late != nil || code(err) != exitRemoved || !strings.Contains(err.Error(), "was removed from the site") {
		t.Errorf("%v, %v", late, err)
	}
}
