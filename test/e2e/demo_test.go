//go:build linux

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"jump/internal/testwait"
	"jump/test/internal/picture"
)

// TestDemo: what `make run` starts answers, shows a client, and leaves nothing
// behind but its data folder.
func TestDemo(t *testing.T) {
	t.Parallel()
	need(t, "Xvfb")
	home, data := t.TempDir(), filepath.Join(t.TempDir(), "demo")
	cmd := exec.Command(program("jumpsite"), "demo", "--data", data, "--listen", fmt.Sprintf("127.0.0.1:%d", freePort(t)))
	cmd.Dir = home
	// The folders in which programs leave things are watched; so is who lives.
	cmd.Env = append(withoutDisplay(os.Environ()), "HOME="+home, "TMPDIR="+home, "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "XDG_RUNTIME_DIR=", mark+"="+data)
	p := start(t, cmd)
	p.says("jump list")
	env := exports(p.out.String())
	if len(env) != 3 {
		t.Fatalf("it does not say how to use it:\n%s", p.out)
	}
	var clients []client
	if err := json.Unmarshal([]byte(must(t, "", env, program("jump"), "list", "--status", "online", "--json")), &clients); err != nil || len(clients) != 1 {
		t.Fatalf("the clients are %+v, want one that is online (%v)", clients, err)
	}
	testwait.Eventually(t, "there is something to see on the screen", func() error {
		m := decodePNG(t, []byte(must(t, "", env, program("jump"), "screenshot", clients[0].ID, "-o", "-")))
		if picture.Difference(m, image.NewRGBA(m.Bounds())) == nil {
			return errors.New("it is black")
		}
		return nil
	})

	p.signal(syscall.SIGINT)
	if status := p.exit(); status != 0 {
		t.Errorf("status %d after Ctrl-C", status)
	}
	if left := marked(t, data); len(left) > 0 {
		t.Errorf("processes are left: %v", left)
	}
	if left := files(t, home); len(left) > 0 {
		t.Errorf("files are left outside the data folder: %v", left)
	}
}

// exports returns the variables that a text tells to export.
func exports(text string) []string {
	return regexp.MustCompile(`JUMP_[A-Z]+=\S+`).FindAllString(text, -1)
}

// mark is a variable by which every process of the demo can be told.
const mark = "JUMP_E2E_DEMO"

// marked lists the processes that have mark in their environment.
func marked(t *testing.T, value string) []string {
	t.Helper()
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range environments {
		b, err := os.ReadFile(path) // a process may have ended meanwhile
		if err == nil && strings.Contains(string(b), mark+"="+value+"\x00") {
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
