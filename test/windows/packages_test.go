//go:build linux && amd64

package windows

import (
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
)

// TestPackages runs the tests of packages with files for Windows.
func TestPackages(t *testing.T) {
	w := shared.wine
	for _, pkg := range []string{"platform/acl", "platform/exefile", "platform/ipc", "platform/registry", "installer"} {
		t.Run(strings.ReplaceAll(pkg, "/", "-"), func(t *testing.T) {
			name := `C:\users\` + path.Base(pkg) + ".test.exe"
			build := exec.Command("go", "test", "-c", "-ldflags", "-s -w", "-o", w.path(name), "jump/"+pkg)
			build.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
			output(t, build)
			defer os.Remove(w.path(name))
			if r := w.try(t, name); r.status != 0 {
				t.Errorf("status %d\n%s", r.status, r.out)
			}
		})
	}
}
