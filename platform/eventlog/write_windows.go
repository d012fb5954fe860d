package eventlog

import (
	"errors"

	"golang.org/x/sys/windows/svc/eventlog"
)

// eventID is the one kind of entry that we write; its text is the whole entry.
const eventID = 1

// write works without a registered source, too: Windows then says that it does
// not know the description, and shows the text.
func write(source string, level Level, text string) error {
	l, err := eventlog.Open(source)
	if err != nil {
		return err
	}
	if level == LevelError {
		err = l.Error(eventID, text)
	} else {
		err = l.Info(eventID, text)
	}
	return errors.Join(err, l.Close())
}
