package desktop

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// process is one in a made-up /proc.
type process struct {
	pid    int
	cgroup string
	env    []string
}

func procOf(t *testing.T, all []process) string {
	t.Helper()
	proc := t.TempDir()
	for _, p := range all {
		dir := filepath.Join(proc, strconv.Itoa(p.pid))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"cgroup": p.cgroup, "environ": strings.Join(p.env, "\x00") + "\x00"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.Mkdir(filepath.Join(proc, "self"), 0o755); err != nil {
		t.Fatal(err)
	}
	return proc
}

// TestSessionEnvironment: of a user's programs, those of the session are
// believed, the oldest first.
func TestSessionEnvironment(t *testing.T) {
	const unified = "0::/user.slice/user-1000.slice/session-3.scope\n"
	here := Place{scope: "session-3.scope", id: "3"}
	for name, c := range map[string]struct {
		place     Place
		processes []process
		want      string // DISPLAY; empty: none
	}{
		"in the scope":        {here, []process{{10, unified, []string{"DISPLAY=:1"}}}, ":1"},
		"old control groups":  {here, []process{{10, "9:pids:/x\n1:name=systemd:/user.slice/session-3.scope\n", []string{"DISPLAY=:1"}}}, ":1"},
		"the oldest":          {here, []process{{30, unified, []string{"DISPLAY=:3"}}, {7, unified, []string{"DISPLAY=:7"}}}, ":7"},
		"scope before id":     {here, []process{{3, "0::/x\n", []string{"DISPLAY=:9", "XDG_SESSION_ID=3"}}, {20, unified, []string{"DISPLAY=:1"}}}, ":1"},
		"user's own services": {here, []process{{10, "0::/user.slice/user@1000.service\n", []string{"XDG_SESSION_ID=3", "DISPLAY=:1"}}}, ":1"},
		"another session":     {here, []process{{10, "0::/user.slice/session-33.scope\n", []string{"DISPLAY=:1", "XDG_SESSION_ID=33"}}}, ""},
		"no display yet":      {here, []process{{10, unified, []string{"HOME=/root"}}}, ""},
		"forwarded display":   {Place{scope: "session-3.scope", display: ":0"}, []process{{10, unified, []string{"DISPLAY=localhost:10.0"}}, {11, unified, []string{"DISPLAY=:0"}}}, ":0"},
		"said twice":          {here, []process{{10, unified, []string{"DISPLAY=:1", "DISPLAY=:2"}}}, ":1"},
		"nothing":             {here, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			env, err := sessionEnvironment(procOf(t, c.processes), uint32(os.Getuid()), c.place)
			if env["DISPLAY"] != c.want || (err == nil) != (c.want != "") || err != nil && !errors.Is(err, ErrNoSession) {
				t.Errorf("%q, %v", env, err)
			}
		})
	}
}

// TestStrangers: programs of other users are not looked at.
func TestStrangers(t *testing.T) {
	proc := procOf(t, []process{{10, "0::/session-3.scope\n", []string{"DISPLAY=:1"}}})
	if env, err := sessionEnvironment(proc, uint32(os.Getuid())+1, Place{scope: "session-3.scope"}); err == nil {
		t.Errorf("%q", env)
	}
}

// TestAdopt: only what leads to the desktop is taken over.
func TestAdopt(t *testing.T) {
	t.Setenv(scopeVariable, "session-none.scope")
	t.Setenv(displayVariable, ":none")
	t.Setenv("XDG_SESSION_ID", "none")
	p, err := Here()
	if err != nil || p != (Place{"session-none.scope", "none", ":none"}) {
		t.Fatalf("%+v, %v", p, err)
	}
	if os.Getenv(scopeVariable) != "" || os.Getenv(displayVariable) != "" {
		t.Error("the place is handed on to programs")
	}
	if err := p.Adopt(); !errors.Is(err, ErrNoSession) {
		t.Error(err)
	}
	t.Setenv("XDG_SESSION_ID", "")
	if _, err := Here(); !errors.Is(err, ErrNoSession) {
		t.Error(err)
	}
}

// FuzzCgroup: whatever a kernel writes there.
func FuzzCgroup(f *testing.F) {
	for _, seed := range []string{"0::/user.slice/session-3.scope\n", "1:name=systemd:/session-3.scope", "", "/\n/session-3.scope/x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if within(text, "session-3.scope") && !strings.Contains(text, "session-3.scope") {
			t.Errorf("%q", text)
		}
	})
}
