package installer

import (
	"crypto/sha256"
	"encoding/base32"
	"path/filepath"
	"strings"
)

// ServiceName is what the client in dir is called where the system wants one
// name for each: units, services, autostart entries. Clients in different
// directories have different ones.
func ServiceName(dir string) string {
	sum := sha256.Sum256([]byte(filepath.Clean(dir)))
	return "jumpclient-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}
