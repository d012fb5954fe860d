package sysinfo

import (
	"os"
	"strings"
)

// machineFile is made at the first boot of a system (machine-id(5)).
const machineFile = "/etc/machine-id"

func machine() string {
	b, err := os.ReadFile(machineFile)
	if id := strings.TrimSpace(string(b)); err == nil && id != "uninitialized" {
		return id
	}
	return ""
}
