package desktop

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Variables by which a process that was started in a session is told which one
// it is (see Logins.Start).
const (
	scopeVariable   = "JUMP_SESSION_SCOPE"
	displayVariable = "JUMP_SESSION_DISPLAY"
)

// adopted are the variables that lead to a session's desktop, and those that
// its programs expect.
var adopted = []string{
	"DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK",
	"XDG_CURRENT_DESKTOP", "XDG_SESSION_DESKTOP", "XDG_DATA_DIRS", "XDG_CONFIG_DIRS", "DESKTOP_SESSION",
	"LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_TIME", "LC_NUMERIC",
}

// Place is the session in which this process was started by Logins.Start.
type Place struct{ scope, id, display string }

// Here returns the place of this process, and takes what only concerns itself
// out of the environment. It is called once.
func Here() (Place, error) {
	p := Place{scope: os.Getenv(scopeVariable), id: os.Getenv("XDG_SESSION_ID"), display: os.Getenv(displayVariable)}
	if p.scope == "" || p.id == "" {
		return p, fmt.Errorf("%w: this program is started by a broker only", ErrNoSession)
	}
	return p, errors.Join(os.Unsetenv(scopeVariable), os.Unsetenv(displayVariable))
}

// Adopt makes the desktop of the session this process's own: it copies the
// variables of that session's programs into its environment. Only programs of
// this very user are looked at, so it needs no rights and learns nothing that
// the user does not know. The error wraps ErrNoSession while the session has no
// desktop (yet).
func (p Place) Adopt() error {
	env, err := sessionEnvironment("/proc", uint32(os.Getuid()), p)
	if err != nil {
		return err
	}
	for _, name := range adopted {
		value, ok := env[name]
		if !ok {
			continue
		}
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("adopt %s: %w", name, err)
		}
	}
	return nil
}

// rank says how surely a program is one of the session's, 0 for not. What was
// started by a user's own service manager is in no session's unit.
func (p Place) rank(cgroup string, env map[string]string) int {
	switch {
	case env["DISPLAY"] == "" || p.display != "" && env["DISPLAY"] != p.display:
		return 0
	case p.scope != "" && within(cgroup, p.scope):
		return 3
	case p.id != "" && env["XDG_SESSION_ID"] == p.id:
		return 2
	case p.display != "" && env["XDG_SESSION_ID"] == "":
		return 1
	}
	return 0
}

// within reports whether one of the lines of a process's cgroup file
// (cgroups(7)) is of a unit.
func within(cgroup, unit string) bool {
	for line := range strings.Lines(cgroup) {
		for part := range strings.SplitSeq(strings.TrimSpace(line), "/") {
			if part == unit {
				return true
			}
		}
	}
	return false
}

// Limits on what is read of a process, in bytes.
const (
	maxCgroup      = 16 << 10
	maxEnvironment = 1 << 20
)

// sessionEnvironment returns the environment of the user's oldest program that
// is most surely of the session.
func sessionEnvironment(proc string, uid uint32, p Place) (map[string]string, error) {
	entries, err := os.ReadDir(proc)
	if err != nil {
		return nil, fmt.Errorf("look at the session's programs: %w", err)
	}
	var best map[string]string
	most, oldest := 0, 0
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		env, rank := look(filepath.Join(proc, e.Name()), uid, p)
		if rank > most || rank == most && rank > 0 && pid < oldest {
			best, most, oldest = env, rank, pid
		}
	}
	if best == nil {
		return nil, fmt.Errorf("%w: none of its programs has a display", ErrNoSession)
	}
	return best, nil
}

// look reads one process; one that ends meanwhile, or is of somebody else, has
// no rank.
func look(dir string, uid uint32, p Place) (map[string]string, int) {
	if owner, err := owner(dir); err != nil || owner != uid {
		return nil, 0
	}
	cgroup, err := read(filepath.Join(dir, "cgroup"), maxCgroup)
	if err != nil {
		return nil, 0
	}
	text, err := read(filepath.Join(dir, "environ"), maxEnvironment)
	if err != nil {
		return nil, 0
	}
	env := map[string]string{}
	for pair := range bytes.SplitSeq(text, []byte{0}) {
		name, value, ok := strings.Cut(string(pair), "=")
		if _, seen := env[name]; ok && !seen {
			env[name] = value
		}
	}
	return env, p.rank(string(cgroup), env)
}

func owner(path string) (uint32, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, errors.ErrUnsupported
	}
	return stat.Uid, nil
}

func read(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}
