package installer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"jump/agent/config"
	"jump/platform/account"
	"jump/platform/lock"
)

// TestInstall: what is there afterwards, who may read it, and that it goes.
func TestInstall(t *testing.T) {
	p := newPlace(t)
	before := p.snapshot()
	o := p.options()
	o.Dir = filepath.Join(p.home, "a", "b c", "jumpclient")
	o.Comments = `"$(touch x)" 'y'`
	dir := p.install(o)
	for name, mode := range map[string]fs.FileMode{
		"": 0o755 | fs.ModeDir, "jumpclient": 0o755, "init-script": 0o755, "uninstall": 0o755, "config.json": 0o600, "state": 0o700 | fs.ModeDir,
	} {
		info, err := os.Lstat(filepath.Join(dir, name))
		if err != nil || info.Mode() != mode {
			t.Errorf("%q: %v, want %v", name, err, mode)
		}
	}
	c, err := config.At(dir).Config()
	if err != nil || c.Comments != o.Comments || c.KeyInfo != o.Key.String() || c.Mode != "user" {
		t.Errorf("%+v, %v", c, err)
	}
	for _, script := range []string{"init-script", "uninstall"} {
		if out, err := exec.Command("sh", "-n", filepath.Join(dir, script)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", script, err, out)
		}
	}
	there := p.snapshot()
	again := o
	if _, err := New(t.Context(), again); reasonOf(err) != ReasonInstalled {
		t.Errorf("the same again: %v", err)
	}
	again.Key = sampleKey(t)
	if _, err := New(t.Context(), again); reasonOf(err) != ReasonDir {
		t.Errorf("another key: %v", err)
	}
	p.expect("after refusals", there)
	p.uninstall(dir)
	p.expect("after uninstalling", before)
}

// TestUmask: a careful administrator's umask does not lock the client out.
func TestUmask(t *testing.T) {
	p := newPlace(t)
	defer syscall.Umask(syscall.Umask(0o077))
	o := p.options()
	o.Dir = filepath.Join(p.home, "a", "b")
	p.install(o)
	for path, want := range map[string]fs.FileMode{"a": 0o755, "a/b": 0o755, "a/b/jumpclient": 0o755, "a/b/init-script": 0o755, "a/b/state": 0o700} {
		info, err := os.Stat(filepath.Join(p.home, path))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

// TestDefaultDir: without a directory there is one client of each key.
func TestDefaultDir(t *testing.T) {
	p := newPlace(t)
	first, second := p.options(), p.options()
	one, two := p.install(first), p.install(second)
	if want := filepath.Join(p.home, ".local/share/jumpclient"); one != want || two != want+"-2" {
		t.Errorf("%s and %s", one, two)
	}
	for _, o := range []Options{first, second} {
		if _, err := New(t.Context(), o); reasonOf(err) != ReasonInstalled {
			t.Errorf("%v", err)
		}
	}
}

// TestBadDir: requirement B5, with nothing left behind.
func TestBadDir(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(p.home, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(p.home, "link")); err != nil {
		t.Fatal(err)
	}
	before := p.snapshot()
	for _, dir := range []string{p.home, file, filepath.Join(file, "below"), filepath.Join(p.home, "link")} {
		o := p.options()
		o.Dir = dir
		if _, err := New(t.Context(), o); reasonOf(err) != ReasonDir {
			t.Errorf("%s: %v", dir, err)
		}
	}
	p.expect("after refusals", before)
}

// TestUnmakable: what only trying tells is the same refusal.
func TestUnmakable(t *testing.T) {
	p := newPlace(t)
	o := p.options()
	o.Dir = "/proc/jumpclient"
	plan, err := New(t.Context(), o)
	if err == nil {
		err = plan.Run(t.Context(), nil)
	}
	if reasonOf(err) != ReasonDir {
		t.Errorf("%v", err)
	}
}

// TestFailAtEveryStep fails one step after the other, as if it could not be
// done and as if somebody interrupted the installation right after it.
func TestFailAtEveryStep(t *testing.T) {
	for _, after := range []bool{false, true} {
		for n := 0; ; n++ {
			p := newPlace(t)
			before := p.snapshot()
			o := p.options()
			o.Headless = false // so there is a desktop entry, and the client is started
			plan, err := New(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if n == len(plan.Steps) {
				break
			}
			do := plan.Steps[n].Do
			plan.Steps[n].Do = func(ctx context.Context) error {
				if !after {
					return errBroken
				}
				return do(ctx)
			}
			if after && n+1 < len(plan.Steps) {
				plan.Steps[n+1].Do = func(context.Context) error { return errBroken }
			} else if after {
				continue // nothing is left that could fail
			}
			var step *StepError
			if err := plan.Run(t.Context(), nil); !errors.Is(err, errBroken) || !errors.As(err, &step) || step.Undo != nil {
				t.Errorf("step %d: %v", n, err)
			}
			p.expect(fmt.Sprintf("step %d, %s", n, plan.Steps[n].Name), before)
		}
	}
}

// TestUninstallFails: whatever cannot be done before the files are deleted
// leaves the client as it was.
func TestUninstallFails(t *testing.T) {
	for n := 0; ; n++ {
		p := newPlace(t)
		dir := p.install(p.options())
		before := p.snapshot()
		plan, err := Uninstall(t.Context(), dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(plan.Steps[n].Name, "delete") {
			return
		}
		plan.Steps[n].Do = func(context.Context) error { return errBroken }
		if err := plan.Run(t.Context(), nil); !errors.Is(err, errBroken) {
			t.Errorf("step %d: %v", n, err)
		}
		p.expect(plan.Steps[n].Name, before)
	}
}

// TestUninstallDamaged: a client that lost what it was told can be taken off.
func TestUninstallDamaged(t *testing.T) {
	for _, text := range []string{"", "{", `{"traces":7}`} {
		p := newPlace(t)
		o := p.options()
		o.Dir = filepath.Join(p.home, "jumpclient")
		before := p.snapshot()
		dir := p.install(o)
		if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p.uninstall(dir)
		p.expect(text, before)
	}
}

// TestUsersWord: what a user writes into his client's config.json does not make
// root remove what is not the user's.
func TestUsersWord(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has more rights than a user")
	}
	p := newPlace(t)
	for dir := p.home; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	nobody, err := account.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	theirs, roots := filepath.Join(p.home, "theirs"), filepath.Join(p.home, "roots")
	err = errors.Join(os.Mkdir(theirs, 0o755), os.Chown(theirs, int(nobody.UID), int(nobody.GID)), os.WriteFile(roots, nil, 0o644))
	if err != nil {
		t.Fatal(err)
	}
	o := p.options()
	o.User, o.Dir = "nobody", filepath.Join(theirs, "jumpclient")
	dir := p.install(o)
	if err := nobody.Do(func() error {
		return config.At(dir).SaveConfig(config.Config{Mode: "service", Traces: &config.Traces{Files: []string{roots}, Dirs: []string{theirs}}})
	}); err != nil {
		t.Fatal(err)
	}
	plan, err := Uninstall(t.Context(), dir, nil)
	if err == nil {
		err = plan.Run(t.Context(), nil)
	}
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v", err)
	}
	if _, err := os.Lstat(roots); err != nil {
		t.Errorf("root's file: %v", err)
	}
}

// TestForged: in a directory of root's where others can write, root does not
// take what lies there for the word of an installer.
func TestForged(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has more rights than a user")
	}
	for _, mode := range []string{"user", "service"} {
		p := newPlace(t)
		shared, roots := filepath.Join(p.home, "shared"), filepath.Join(p.home, "roots")
		c := config.Config{Mode: mode, Traces: &config.Traces{Files: []string{roots}}}
		err := errors.Join(os.Mkdir(shared, 0o755), os.Chmod(shared, 0o777|fs.ModeSticky), os.WriteFile(roots, nil, 0o644), config.At(shared).SaveConfig(c))
		if err != nil {
			t.Fatal(err)
		}
		before := p.snapshot()
		if _, err := Uninstall(t.Context(), shared, nil); reasonOf(err) != ReasonDir {
			t.Errorf("%s: %v", mode, err)
		}
		p.expect(mode, before)
	}
}

// TestNoFile: a user's config.json that would keep whoever opens it waiting is
// no reason not to take the client off.
func TestNoFile(t *testing.T) {
	p := newPlace(t)
	before := p.snapshot()
	o := p.options()
	o.Dir = filepath.Join(p.home, "jumpclient")
	path := filepath.Join(p.install(o), config.FileName)
	if err := errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	p.uninstall(o.Dir)
	p.expect("after uninstalling", before)
}

// TestStarted: a desktop's client runs at once, and again at every sign-in.
func TestStarted(t *testing.T) {
	p := newPlace(t)
	before := p.snapshot()
	o := p.options()
	o.Headless = false
	dir := p.install(o)
	if held, err := lock.Held(config.At(dir).Lock()); !held || err != nil {
		t.Errorf("it does not run: %v", err)
	}
	entries, err := filepath.Glob(filepath.Join(p.home, ".config/autostart", ServiceName(dir)+".desktop"))
	if len(entries) != 1 || err != nil {
		t.Errorf("%q, %v", entries, err)
	}
	p.uninstall(dir)
	p.expect("after uninstalling", before)
}

// TestSweep: the next installation removes what one left that was killed
// together with its guard, but nothing in which somebody works.
func TestSweep(t *testing.T) {
	p := newPlace(t)
	stale, live := filepath.Join(p.home, hiddenPrefix+"stale"), filepath.Join(p.home, hiddenPrefix+"live")
	for _, dir := range []string{stale, live} {
		if err := os.MkdirAll(filepath.Join(dir, "state"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	held, err := claim(live)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	o := p.options()
	o.Dir = filepath.Join(p.home, "jumpclient")
	p.install(o)
	if _, err := os.Lstat(stale); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the stale directory: %v", err)
	}
	if _, err := os.Lstat(live); err != nil {
		t.Errorf("the live directory: %v", err)
	}
}
