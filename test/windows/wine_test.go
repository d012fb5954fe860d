//go:build linux && amd64

package windows

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jump/internal/testwait"
)

// wine is a Windows of our own: an empty prefix.
type wine struct {
	prefix string
	screen *screen  // nil: none
	env    []string // more variables for its programs
	// signedIn is a program that does nothing. wine ends the services as soon
	// as no other programs run.
	signedIn io.Closer
}

// randomness is the one DLL that Go's programs need and this wine does not
// have. It is for this test alone and never shipped.
const randomness = `
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buf, SIZE_T n) { return SystemFunction036(buf, (ULONG)n); }
`

// startWine makes the prefix.
func startWine(prefix string) (*wine, error) {
	w := &wine{prefix: prefix}
	for _, name := range []string{"wine", "wineserver", "x86_64-w64-mingw32-gcc", "wixl", "msibuild"} {
		if _, err := exec.LookPath(name); err != nil {
			return w, fmt.Errorf("%s is not installed: run `make setup`", name)
		}
	}
	if out, err := w.command("wineboot", "--init").CombinedOutput(); err != nil {
		return w, fmt.Errorf("start wine: %w: %s", err, out)
	}
	dll := filepath.Join(prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	gcc := exec.Command("x86_64-w64-mingw32-gcc", "-shared", "-s", "-o", dll, "-xc", "-", "-ladvapi32")
	gcc.Stdin = strings.NewReader(randomness)
	if out, err := gcc.CombinedOutput(); err != nil {
		return w, fmt.Errorf("make bcryptprimitives.dll: %w: %s", err, out)
	}
	// On every real Windows others have event sources; here the key would go
	// with our last one.
	if err := w.set(`HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Another`, "/v", "TypesSupported", "/t", "REG_DWORD", "/d", "7"); err != nil {
		return w, err
	}
	return w, w.signIn()
}

// set adds a value to the registry.
func (w *wine) set(args ...string) error {
	if out, err := w.command("reg", append(append([]string{"add"}, args...), "/f")...).CombinedOutput(); err != nil {
		return fmt.Errorf("add %s to the registry: %w: %s", args[0], err, out)
	}
	return nil
}

func (w *wine) signIn() error {
	shell := w.command("cmd", "/d")
	stdin, err := shell.StdinPipe()
	if err == nil {
		err = shell.Start()
	}
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	w.signedIn = stdin
	return nil
}

// stop ends every process of the prefix, wine's server too, which would keep a
// desktop for those to come that none of them finds by its name.
func (w *wine) stop() {
	if w.signedIn != nil {
		w.signedIn.Close()
	}
	server := exec.Command("wineserver", "--kill")
	server.Env = append(os.Environ(), "WINEPREFIX="+w.prefix)
	_ = server.Run() // it may have ended by itself
}

// command is a command line of that Windows.
func (w *wine) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command("wine", append([]string{name}, args...)...)
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "DISPLAY=") && !strings.HasPrefix(e, "WAYLAND_DISPLAY=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	if w.screen != nil {
		cmd.Env = append(cmd.Env, "DISPLAY="+w.screen.display)
	}
	cmd.Env = append(cmd.Env, "WINEPREFIX="+w.prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=")
	cmd.Env = append(cmd.Env, w.env...)
	return cmd
}

// path returns where a file of drive C lies on this computer.
func (w *wine) path(windows string) string {
	rest := strings.TrimPrefix(windows, `C:\`)
	return filepath.Join(w.prefix, "drive_c", filepath.FromSlash(strings.ReplaceAll(rest, `\`, "/")))
}

// result is how a program ended.
type result struct {
	out    string // what it printed, errors too
	status int
}

// try runs a command line to its end. What it says goes to a file: clients that
// it starts would keep a pipe open.
func (w *wine) try(t *testing.T, name string, args ...string) result {
	t.Helper()
	cmd := w.command(name, args...)
	cmd.Dir = w.path(`C:\users`)
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	slow := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	err = cmd.Wait()
	if !slow.Stop() {
		t.Errorf("%s %q has not ended after %v", name, args, patience)
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", name, err)
	}
	said, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return result{strings.ReplaceAll(string(said), "\r\n", "\n"), cmd.ProcessState.ExitCode()}
}

// must runs a command line that has to succeed.
func (w *wine) must(t *testing.T, name string, args ...string) string {
	t.Helper()
	r := w.try(t, name, args...)
	if r.status != 0 {
		t.Fatalf("%s %q: status %d\n%s", name, args, r.status, r.out)
	}
	return r.out
}

// state is what an installer could leave behind: every file, and every line of
// the registry.
type state map[string]bool

// look returns the state. What wine itself changes all the time is not in it.
func (w *wine) look(t *testing.T) state {
	t.Helper()
	s, err := w.read(t)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// read fails if something changes meanwhile.
func (w *wine) read(t *testing.T) (state, error) {
	t.Helper()
	s := state{}
	root := filepath.Join(w.prefix, "drive_c")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		s[strings.TrimPrefix(path, root)] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, tree := range []string{"HKLM", "HKCU"} {
		lines, err := w.export(t, tree)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			s[line] = true
		}
	}
	return s, nil
}

// export returns a tree of the registry, every value behind its key.
func (w *wine) export(t *testing.T, tree string) ([]string, error) {
	t.Helper()
	name := `C:\users\` + tree + ".reg"
	defer os.Remove(w.path(name))
	if r := w.try(t, "reg", "export", tree, name, "/y"); r.status != 0 {
		return nil, fmt.Errorf("export the registry: %s", r.out)
	}
	text, err := os.ReadFile(w.path(name))
	if err != nil {
		return nil, err
	}
	var key string
	var lines []string
	for line := range strings.Lines(decode(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			key = line
			lines = append(lines, key)
		} else if line != "" {
			lines = append(lines, key+" "+line)
		}
	}
	return lines, nil
}

// decode reads the UTF-16 of an exported registry.
func decode(b []byte) string {
	var units []rune
	for pair := range slices.Chunk(b, 2) {
		if len(pair) == 2 {
			units = append(units, rune(pair[0])|rune(pair[1])<<8)
		}
	}
	return string(units)
}

// wines reports whether a line of the registry is wine's own: what it found of
// this computer's network cards and screens, how many services started, and
// empty keys of its Windows Installer.
func wines(line string) bool {
	if strings.HasSuffix(line, "]") && (strings.Contains(line, `\Classes\Installer`) || strings.Contains(line, `\CurrentVersion\Installer\`)) {
		return true
	}
	for _, own := range []string{`\NetworkCards`, `\Control\Class\`, `\Control\Video\`, `\ServiceCurrent]`, `\Explorer\`} {
		if strings.Contains(line, own) {
			return true
		}
	}
	return line == "/windows/Installer"
}

// batch runs a line as cmd.exe reads it: msiexec has a syntax of its own for
// quotes, which a list of arguments cannot express. No variable is expanded.
func (w *wine) batch(t *testing.T, line string) {
	t.Helper()
	const name = `C:\users\install.bat`
	if err := os.WriteFile(w.path(name), []byte("@"+strings.ReplaceAll(line, "%", "%%")+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(w.path(name))
	w.must(t, "cmd", "/d", "/c", name)
}

// nothingLeft waits until the state is as it was before; the last file goes
// when the uninstaller's own process has ended.
func (w *wine) nothingLeft(t *testing.T, before state) {
	t.Helper()
	testwait.Eventually(t, "the computer is as it was", func() error {
		now, err := w.read(t)
		if err != nil {
			return err
		}
		left, lost := missing(now, before), missing(before, now)
		if len(left)+len(lost) > 0 {
			return fmt.Errorf("there is still\n%s\nand there is no longer\n%s", strings.Join(left, "\n"), strings.Join(lost, "\n"))
		}
		return nil
	})
}

// missing returns what of a is not in b, sorted; 30 lines at most.
func missing(a, b state) []string {
	var all []string
	for line := range a {
		if !b[line] && !wines(line) {
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all[:min(len(all), 30)]
}
