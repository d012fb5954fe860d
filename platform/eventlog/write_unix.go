//go:build unix

package eventlog

import (
	"errors"
	"log/syslog"
)

// write uses the socket of syslog, which the journal listens on as well.
func write(source string, level Level, text string) error {
	w, err := syslog.New(syslog.LOG_DAEMON|syslog.LOG_INFO, source)
	if err != nil {
		return err
	}
	if level == LevelError {
		err = w.Err(text)
	} else {
		err = w.Info(text)
	}
	return errors.Join(err, w.Close())
}
