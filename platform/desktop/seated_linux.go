package desktop

import (
	"path/filepath"
	"strings"
)

// Where logind keeps what it knows for everybody to read.
const (
	seatFile    = "/run/systemd/seats/seat0"
	sessionsDir = "/run/systemd/sessions"
)

// Shared reports whether some session of this computer, a sign-in screen
// included, has its screen and can be shown. It is what Present is for a
// process that is in no session itself, and costs as little.
func Shared() bool {
	id := lines(seatFile)["ACTIVE"]
	return id != "" && lines(filepath.Join(sessionsDir, filepath.Base(id)))["TYPE"] == "x11"
}

// lines reads NAME=value lines; nothing of a file that cannot be read.
func lines(path string) map[string]string {
	values := map[string]string{}
	text, err := read(path, 64<<10)
	if err != nil {
		return values
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			values[name] = value
		}
	}
	return values
}
