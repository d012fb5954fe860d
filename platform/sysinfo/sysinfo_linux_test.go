package sysinfo

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"jump/platform/x11"
	"jump/platform/x11/x11test"
)

func read(t *testing.T) Facts {
	t.Helper()
	f, err := Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// proc reads the first number after prefix in a file of /proc.
func proc(t *testing.T, name, prefix string) (n float64) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("/proc", name))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), prefix)
	if _, err := fmt.Sscan(rest, &n); err != nil || !ok {
		t.Fatalf("%s %s: %v", name, prefix, err)
	}
	return n
}

func TestReadAgreesWithProc(t *testing.T) {
	t.Setenv("DISPLAY", "")
	f := read(t)
	host, _ := os.Hostname()
	if f.System != "linux" || f.Arch != runtime.GOARCH || !strings.HasPrefix(host, f.Hostname) || f.Hostname == "" {
		t.Errorf("%+v, host name %s", f, host)
	}
	if b, err := os.ReadFile(osRelease); err == nil && !strings.Contains(string(b), f.SystemName) {
		t.Errorf("system name %q", f.SystemName)
	}
	if up := proc(t, "uptime", ""); float64(f.Uptime) > up+1 || float64(f.Uptime) < up-60 {
		t.Errorf("uptime %d, /proc says %f", f.Uptime, up)
	}
	if total := proc(t, "meminfo", "MemTotal:") * 1024; float64(f.MemoryTotal) != total || f.MemoryUsed == 0 || f.MemoryUsed > f.MemoryTotal {
		t.Errorf("memory %d of %d, /proc says %f", f.MemoryUsed, f.MemoryTotal, total)
	}
	if f.DiskTotal == 0 || f.DiskUsed > f.DiskTotal || f.CPUPermille < 0 || f.CPUPermille > 1000 {
		t.Errorf("disk %d of %d, load %d", f.DiskUsed, f.DiskTotal, f.CPUPermille)
	}
	if f.PrivateIP != "" && net.ParseIP(f.PrivateIP) == nil {
		t.Errorf("private address %q", f.PrivateIP)
	}
	if f.Screen || f.IdleSeconds != -1 {
		t.Errorf("screen %v, idle %d without a display", f.Screen, f.IdleSeconds)
	}
}

func TestIdleOfDisplay(t *testing.T) {
	for range 2 { // the second server takes the first one's place
		server := x11test.Start(t, 64, 48)
		t.Setenv("DISPLAY", server.Display)
		c, err := x11.Dial(t.Context(), server.Display, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Use("XTEST"); err != nil {
			t.Fatal(err)
		}
		xtest.FakeInput(c.X, xproto.MotionNotify, 0, 0, c.Root(), 5, 5, 0)
		c.Sync()
		if f := read(t); !f.Screen || f.IdleSeconds < 0 || f.IdleSeconds > 20 {
			t.Errorf("screen %v, idle %d right after an input", f.Screen, f.IdleSeconds)
		}
		_ = c.Close()
		server.Kill()
		if f := read(t); f.Screen || f.IdleSeconds != -1 {
			t.Errorf("screen %v, idle %d of a display that ended", f.Screen, f.IdleSeconds)
		}
	}
}

func TestLoad(t *testing.T) {
	var l load
	for _, c := range []struct {
		busy, total float64
		want        int
	}{{100, 1000, 100}, {150, 1100, 500}, {150, 1100, 500}, {150, 1200, 0}, {400, 1300, 1000}, {399, 1400, 0}} {
		if got := l.add(c.busy, c.total); got != c.want {
			t.Errorf("%v busy of %v: %d permille, want %d", c.busy, c.total, got, c.want)
		}
	}
}

func TestValues(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	text := "PRETTY_NAME=\"A  <b>\"\n# x\n  workgroup = HOME \nworkgroup=other\nplain\n\xff=1\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	v := values(name)
	if v["PRETTY_NAME"] != "A  <b>" || v["workgroup"] != "HOME" || v["plain"] != "" {
		t.Errorf("%q", v)
	}
	if len(values(name+"-is-not-there")) != 0 {
		t.Error("a file that is not there has values")
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\n\xffb")
	f.Fuzz(func(t *testing.T, s string) {
		c := clean(s)
		if !utf8.ValidString(c) || utf8.RuneCountInString(c) > MaxText || strings.ContainsAny(c, "\n\r") {
			t.Errorf("%q becomes %q", s, c)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		if _, err := Read(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
