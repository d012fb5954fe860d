package capture

import (
	"context"
	"time"
)

// gdiPace lets a screen at rest cost five pictures a second.
var gdiPace = pace{quick: time.Second / 30, idle: 200 * time.Millisecond, lively: time.Second}

// Open returns the desktop of this process's window station: by desktop
// duplication, or where that is not to be had, by pictures that are compared.
// The error wraps ErrNoScreen when there is no desktop.
func Open(context.Context) (Source, error) {
	physical()
	if s, err := openDuplication(); err == nil {
		return s, nil
	}
	return openPictures()
}

func openPictures() (Source, error) {
	g, err := openGDI()
	if err != nil {
		return nil, err
	}
	return newPolled(g, gdiPace)
}
