package installer

import (
	"strings"

	"jump/platform/service"
)

// ServiceName is what the client in dir is called where the system wants one
// name for each: units, services, autostart entries. Clients in different
// directories have different ones.
func ServiceName(dir string) string { return service.Name(dir) }

// bootName is what starts a user's client at boot. It is not called a service's
// name, since service mode counts those.
func bootName(dir string) string {
	return "jumpclient-boot-" + strings.TrimPrefix(ServiceName(dir), "jumpclient-")
}
