//go:build !linux && !windows

package doctor

import "context"

// service leaves it to the system's own tools.
func (p *patient) service(context.Context) Finding {
	return note("The client is a service.", "Whether it runs is shown by the system's own list of services.")
}
