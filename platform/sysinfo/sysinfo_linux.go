package sysinfo

import (
	"bufio"
	"context"
	"os"
	"os/user"
	"path/filepath"
	"strings"
)

// Files that are read; each is small, and read up to maxFile bytes.
const (
	osRelease   = "/etc/os-release"
	smbConf     = "/etc/samba/smb.conf"
	domainName  = "/proc/sys/kernel/domainname"
	seatFile    = "/run/systemd/seats/seat0"
	sessionsDir = "/run/systemd/sessions"
	maxFile     = 64 << 10
)

func systemDisk() string { return "/" }

func (f *Facts) local(ctx context.Context) {
	f.SystemName = values(osRelease)["PRETTY_NAME"]
	if f.SystemName == "" {
		f.SystemName = "Linux"
	}
	if f.Domain == "" {
		f.Domain = nisDomain()
	}
	f.Workgroup = values(smbConf)["workgroup"]
	f.ConsoleUser = consoleUser(f.Screen)
	if f.Screen {
		f.IdleSeconds = screen.idle(ctx)
	}
}

func nisDomain() string {
	b, err := os.ReadFile(domainName)
	if name := strings.TrimSpace(string(b)); err == nil && name != "(none)" {
		return name
	}
	return ""
}

// consoleUser asks systemd's logind, by the files it keeps, who is at the seat;
// the user of the sign-in screen is nobody. Without logind, whoever runs this
// process is at its display.
func consoleUser(screen bool) string {
	if id := values(seatFile)["ACTIVE"]; id != "" {
		session := values(filepath.Join(sessionsDir, filepath.Base(id)))
		if session["CLASS"] != "greeter" {
			return session["USER"]
		}
		return ""
	}
	if !screen {
		return ""
	}
	me, err := user.Current()
	if err != nil {
		return ""
	}
	return me.Username
}

// values reads lines "name=value" and "name = value", of which the first of
// each name counts.
func values(name string) map[string]string {
	v := map[string]string{}
	f, err := os.Open(name)
	if err != nil {
		return v
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for n := 0; lines.Scan() && n < maxFile; n += len(lines.Bytes()) + 1 {
		key, value, ok := strings.Cut(lines.Text(), "=")
		key = strings.TrimSpace(key)
		if _, seen := v[key]; ok && !seen {
			v[key] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return v
}
