package capture

import (
	"context"
	"time"
)

// gdiPace lets a screen at rest cost five pictures a second.
var gdiPace = pace{quick: time.Second / 30, idle: 200 * time.Millisecond, lively: time.Second}

// Open returns the desktop of this process's window station. The error wraps
// ErrNoScreen when there is none.
func Open(context.Context) (Source, error) {
	physical()
	g, err := openGDI()
	if err != nil {
		return nil, err
	}
	return newPolled(g, gdiPace)
}
