//go:build linux || windows

package doctor

import (
	"context"
	"fmt"
	"path/filepath"

	"jump/platform/service"
)

func (p *patient) service(ctx context.Context) Finding {
	dir, err := filepath.Abs(p.dir.Root())
	if err != nil {
		return wrong("The directory has no name.", err.Error())
	}
	name := service.Name(dir)
	state, err := service.Look(ctx, name)
	switch {
	case err != nil:
		return wrong(fmt.Sprintf("The service manager does not answer for %s.", name), err.Error())
	case state == service.StateAbsent:
		return wrong(fmt.Sprintf("The service %s is not registered.", name), "init-script start registers it again.")
	case state == service.StateStopped:
		return wrong(fmt.Sprintf("The service %s does not run.", name), "Start it with init-script start; the system's log says why it ended.")
	}
	return ok(fmt.Sprintf("The service %s runs.", name))
}
