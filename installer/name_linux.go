package installer

import "strings"

// bootName is what starts a user's client at boot. It is not called a service's
// name, since service mode counts those.
func bootName(dir string) string {
	return "jumpclient-boot-" + strings.TrimPrefix(ServiceName(dir), "jumpclient-")
}
