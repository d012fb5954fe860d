package channel

import (
	"fmt"

	"jump/transport/wire"
)

// LogOut asks a screen's endpoint to end the session of the user who has it,
// and returns what it says: that the screen went away, or why not.
func (c *Channel) LogOut() (said wire.Notice, err error) {
	if err := c.Send(wire.TypeLogOut, nil); err != nil {
		return said, fmt.Errorf("log the user out: %w", err)
	}
	for {
		t, body, err := c.Next()
		if err != nil {
			return said, fmt.Errorf("log the user out: %w", err)
		}
		if t == wire.TypeNotice {
			return said, wire.Unmarshal(body, &said)
		}
	}
}
