// Package eventlog writes to the log that administrators read when something
// went wrong on a computer (requirement B11): syslog or the journal on Linux,
// syslog on macOS, the Event Log on Windows.
//
// It is not the client's own log, which tells everything: here are failures to
// install, and the ends of clients. No secret is ever passed to it.
package eventlog

import (
	"fmt"
	"strings"
	"unicode"
)

// Source is what entries are filed under whose writer has no source of its own.
const Source = "jumpclient"

// Level says how bad it is.
type Level int

// The levels.
const (
	LevelInfo Level = iota
	LevelError
)

// maxText bounds an entry, in bytes: what every syslog takes (RFC 5424 section
// 6.1), less its head.
const maxText = 1800

// Write writes one entry. Control characters become spaces, so that an entry is
// one line, and a long one is cut.
func Write(level Level, text string) error { return WriteAs(Source, level, text) }

// WriteAs writes one entry under a source: on Windows the name of a service,
// which is registered there with it.
func WriteAs(source string, level Level, text string) error {
	if err := write(source, level, line(text)); err != nil {
		return fmt.Errorf("write to the system's log: %w", err)
	}
	return nil
}

func line(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}
