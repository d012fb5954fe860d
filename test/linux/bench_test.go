//go:build linux

package linux

import (
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkOnline measures from `sh x.bin` to online in the site's list, and
// prints the size of the installer.
func BenchmarkOnline(b *testing.B) {
	s := newSite(b)
	_, key := s.key()
	bin, dir := filepath.Join(b.TempDir(), "x.bin"), filepath.Join(b.TempDir(), "client")
	s.bin(bin, key, true)
	info, err := os.Stat(bin)
	if err != nil {
		b.Fatal(err)
	}
	user := must(b, "id", "-un")
	for b.Loop() {
		if r := try(b, nil, "sh", bin, "--install-dir", dir, "--user", user[:len(user)-1], "--wait-online", "60s"); r.status != 0 {
			b.Fatal(r)
		}
		b.StopTimer()
		if r := try(b, nil, filepath.Join(dir, "uninstall")); r.status != 0 {
			b.Fatal(r)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB/installer")
}
