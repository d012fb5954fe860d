//go:build linux

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jump/test/internal/picture"
)

// TestShellScript is what an administrator writes: a plain shell script with
// three variables in its environment.
func TestShellScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := newDesktop(t)
	d.terminal("e2e-still", "printf 'a still picture\\n'; exec cat")
	_, keyInfo := s.keyInfo("--override", "name")
	enrol(t, t.TempDir()+"/client", keyInfo, "desk", "DISPLAY="+d.display)
	s.online("desk")

	shot := filepath.Join(t.TempDir(), "desk.png")
	script := `set -eu
		jump exec desk -- sh -c 'echo out; echo err >&2; cat; exit 42' < "$1" > "$1.out" 2> "$1.err" || status=$?
		test "$status" = 42
		jump screenshot desk -o "$2"
		jump doctor desk > "$1.doctor"
		jump doctor desk --json | grep -q '"check": *"tcp"'
	`
	input := filepath.Join(t.TempDir(), "input")
	if err := os.WriteFile(input, []byte("in\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append([]string{"PATH=" + programs + ":" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, s.env...)
	must(t, "", env, "sh", "-c", script, "sh", input, shot)

	fileHas(t, input+".out", "out\nin\n")
	fileHas(t, input+".err", "err\n")
	if found, err := os.ReadFile(input + ".doctor"); err != nil || !strings.Contains(string(found), "The site answers over UDP") ||
		!strings.Contains(string(found), "The site answers over TCP") {
		t.Errorf("the client has found out: %s, %v", found, err)
	}
	b, err := os.ReadFile(shot)
	if err != nil {
		t.Fatal(err)
	}
	got, want := decodePNG(t, b), d.screenshot()
	if err := picture.Difference(got, want); err != nil {
		savePNG(t, "got.png", got)
		savePNG(t, "want.png", want)
		t.Error(err)
	}
}

// TestExit gives every ending of jump its status.
func TestExit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, keyInfo := s.keyInfo("--override", "name")
	p := enrol(t, t.TempDir()+"/client", keyInfo, "box")
	s.online("box")
	must(t, "a password of some length\n", nil, program("jumpsite"), "user", "add", "viewer", "--role", "representative",
		"--permissions", "view", "--password-stdin", "--data", s.dir)
	viewer := s.as("viewer")

	expect(t, 0, "", s.env, "exec", "box", "--", "true")
	expect(t, 3, "[", []string{"JUMP_SITE=" + s.url, "JUMP_TOKEN=jump_wrong", "JUMP_CA=" + s.caFile()}, "list")
	expect(t, 3, "[denied]", viewer, "exec", "box", "--", "true")
	expect(t, 3, "[denied]", viewer, "remove", "box")
	expect(t, 4, "[M7]", s.env, "exec", "nobody", "--", "true")
	expect(t, 1, "[no_screen]", s.env, "screenshot", "box", "-o", filepath.Join(t.TempDir(), "x.png"))

	// The client dies while a program runs on it.
	lost := s.begin("exec", "--patience", "3s", "box", "--", "sh", "-c", "echo running; exec sleep 20")
	lost.says("running")
	p.kill()
	if status := lost.exit(); status != 5 || !strings.Contains(lost.out.String(), "[M14]") {
		t.Errorf("status %d, %s", status, lost.out)
	}
	expect(t, 5, "[M", s.env, "exec", "box", "--", "true")
}

// TestWatch measures a pixel of a real desktop.
func TestWatch(t *testing.T) {
	t.Parallel()
	need(t, "xsetroot")
	s := newSite(t)
	d := newDesktop(t)
	_, keyInfo := s.keyInfo("--override", "name")
	enrol(t, t.TempDir()+"/client", keyInfo, "desk", "DISPLAY="+d.display)
	s.online("desk")

	w := s.begin("watch", "desk", "--probe", "7,9", "--for", "4s", "--json")
	w.says(`"rgb"`)
	drawn := time.Now().UnixNano()
	must(t, "", []string{"DISPLAY=" + d.display}, "xsetroot", "-solid", "#12a45c")
	w.says(`"rgb":"#12a45c"`)
	if status := w.exit(); status != 0 {
		t.Fatalf("status %d: %s", status, w.out)
	}
	var at struct {
		Time int64 `json:"t_ns"`
	}
	var sum struct{ Frames, Bytes, Width, Height int }
	lines := strings.Split(strings.TrimSpace(w.out.String()), "\n")
	for _, line := range lines {
		into := any(&sum)
		if strings.Contains(line, "#12a45c") {
			into = &at
		}
		if err := json.Unmarshal([]byte(line), into); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
	}
	if at.Time < drawn || at.Time > time.Now().UnixNano() {
		t.Errorf("the colour was seen at %d, drawn at %d", at.Time, drawn)
	}
	if sum.Frames < 2 || sum.Bytes == 0 || sum.Width != desktopWidth || sum.Height != desktopHeight {
		t.Errorf("the last line is %s", lines[len(lines)-1])
	}
}

// expect demands an exit status and a text on standard error.
func expect(t *testing.T, status int, text string, env []string, args ...string) {
	t.Helper()
	r := try(t, "", env, program("jump"), args...)
	if r.status != status || !strings.Contains(r.err, text) {
		t.Errorf("jump %s: status %d, want %d with %q\n%s%s", strings.Join(args, " "), r.status, status, text, r.out, r.err)
	}
}
