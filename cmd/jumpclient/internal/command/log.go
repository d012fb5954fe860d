package command

import (
	"io"
	"log/slog"

	"jump/internal/logfile"
)

// openLog returns a log that goes to the file at path, or to stderr if path is
// empty.
func openLog(path string, stderr io.Writer) (*slog.Logger, func() error, error) {
	if path == "" {
		return slog.New(slog.NewTextHandler(stderr, nil)), func() error { return nil }, nil
	}
	f, err := logfile.Open(path)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewTextHandler(f, nil)), f.Close, nil
}
