package installer

import "jump/platform/service"

// ServiceName is what the client in dir is called where the system wants one
// name for each: units, services, autostart entries. Clients in different
// directories have different ones.
func ServiceName(dir string) string { return service.Name(dir) }
