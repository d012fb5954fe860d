package command

import (
	"errors"
	"fmt"

	"jump/transport/wire"
)

// refused is how a client ends that its site will never take. Whoever installed
// it may be long gone, so the system's log says it too (requirement B11).
func (c *client) refused(err error) error {
	code := exitRefused
	var no *wire.Refused
	if errors.As(err, &no) {
		code = refusalCode(no.Code)
	}
	end := &exitError{code, fmt.Errorf("the site at %s refuses this client: %w", c.key.Address(), err)}
	report("the Jump Client could not join", end)
	return end
}

// refusalCode returns the exit code of a site's no.
func refusalCode(code wire.Code) int {
	if code == wire.CodeOverride {
		return exitOverride
	}
	return exitRefused
}
