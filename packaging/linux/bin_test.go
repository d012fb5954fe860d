package linux

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"jump/installer/stamp"
)

// shells are those that a .bin has to run under.
var shells = [][]string{{"dash"}, {"bash"}, {"bash", "--posix"}, {"busybox", "sh"}}

// arguments is a program that tells what it was called with, and ends with 42.
const arguments = `#!/bin/sh
for a in "$@"; do printf '%s\0' "$a"; done >"$TOLD"
printf '%s' "${JUMP_KEY_INFO-none}" >"$TOLD.key"
exit 42
`

// arch is that of this computer.
func arch(t *testing.T) Arch {
	t.Helper()
	switch runtime.GOARCH {
	case "amd64":
		return X64
	case "arm64":
		return ARM64
	}
	t.Fatalf("no .bin runs on %s", runtime.GOARCH)
	return ""
}

// download is an installer file in a folder of its own, with another folder for
// temporary files.
type download struct {
	t    *testing.T
	file string
	tmp  string
	told string // written by the program
}

func newDownload(t *testing.T, program string, headless bool) download {
	t.Helper()
	var out bytes.Buffer
	if _, err := (Bin{Arch: arch(t), Headless: headless, Program: []byte(program)}).WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	d := download{t: t, file: filepath.Join(t.TempDir(), "bomgar-scc-abc.bin"), tmp: t.TempDir(), told: filepath.Join(t.TempDir(), "told")}
	d.write(out.Bytes())
	return d
}

func (d download) write(b []byte) {
	d.t.Helper()
	if err := os.WriteFile(d.file, b, 0o700); err != nil {
		d.t.Fatal(err)
	}
}

func (d download) read() []byte {
	d.t.Helper()
	b, err := os.ReadFile(d.file)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// command is sh FILE ARGS...
func (d download) command(shell []string, args ...string) *exec.Cmd {
	words := slices.Concat(shell, []string{d.file}, args)
	cmd := exec.CommandContext(d.t.Context(), words[0], words[1:]...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + d.tmp, "TMPDIR=" + d.tmp, "TOLD=" + d.told}
	cmd.Dir = d.tmp
	return cmd
}

// run returns the exit code and what was printed, and looks for remains.
func (d download) run(cmd *exec.Cmd) (int, string) {
	d.t.Helper()
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		d.t.Fatal(err)
	}
	d.clean()
	return cmd.ProcessState.ExitCode(), string(out)
}

func (d download) clean() {
	d.t.Helper()
	entries, err := os.ReadDir(d.tmp)
	if err != nil || len(entries) > 0 {
		d.t.Errorf("left behind: %v, %v", entries, err)
	}
}

// arguments returns what the program was called with.
func (d download) arguments() []string {
	d.t.Helper()
	b, err := os.ReadFile(d.told)
	if err != nil {
		d.t.Fatal(err)
	}
	words := strings.Split(string(b), "\x00")
	return words[:len(words)-1]
}

// eachShell runs a test under every shell.
func eachShell(t *testing.T, test func(t *testing.T, shell []string)) {
	for _, shell := range shells {
		t.Run(strings.Join(shell, " "), func(t *testing.T) { test(t, shell) })
	}
}

// TestArguments: whatever is given arrives as it is, and so does the program's
// exit code.
func TestArguments(t *testing.T) {
	hostile := []string{
		"--install-dir", "/a b/c'd\"e", "--jc-comments", "$(touch pwned)", "`touch pwned`", "*", "a\nb", "--", "-rf", "", " ",
		"${IFS}", `\`, "%s%n", "äöü\x80", "; exit 0", "--jc-name=--silent", "@SIZE@",
	}
	eachShell(t, func(t *testing.T, shell []string) {
		d := newDownload(t, arguments, false)
		if code, out := d.run(d.command(shell, hostile...)); code != 42 || out != "" {
			t.Errorf("exit code %d: %s", code, out)
		}
		if got, want := d.arguments(), append([]string{"install"}, hostile...); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

// TestLabel: a stamped installer hands its key over in the environment and its
// mode as a flag, which one given by hand follows and so overrides.
func TestLabel(t *testing.T) {
	key, err := stamp.New([32]byte{1}, "support.example.com", 443)
	if err != nil {
		t.Fatal(err)
	}
	eachShell(t, func(t *testing.T, shell []string) {
		for mode, want := range map[string][]string{
			"":     {"install", "--headless", "--mode", "service"},
			"user": {"install", "--headless", "--mode", "user", "--mode", "service"},
		} {
			d := newDownload(t, arguments, true)
			var out bytes.Buffer
			plain := d.read()
			if err := stamp.Write(&out, stamp.KindBin, bytes.NewReader(plain), int64(len(plain)), stamp.Label{Key: key, Mode: mode}); err != nil {
				t.Fatal(err)
			}
			d.write(out.Bytes())
			if code, out := d.run(d.command(shell, "--mode", "service")); code != 42 || out != "" {
				t.Errorf("exit code %d: %s", code, out)
			}
			if got := d.arguments(); !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
			if got, err := os.ReadFile(d.told + ".key"); err != nil || string(got) != key.String() {
				t.Errorf("key %q, %v", got, err)
			}
		}
	})
}

// TestNames: the file is found by whatever name it was given.
func TestNames(t *testing.T) {
	eachShell(t, func(t *testing.T, shell []string) {
		d := newDownload(t, arguments, false)
		for _, name := range []string{"x", "a b.bin", "bomgar-scc-abc (1).bin", "-e", "$(x)*.bin", "a\nb"} {
			path := filepath.Join(filepath.Dir(d.file), name)
			if err := os.Rename(d.file, path); err != nil {
				t.Fatal(err)
			}
			d.file = path
			relative := d.command(append(slices.Clone(shell), "--"))
			relative.Dir, relative.Args[len(relative.Args)-1] = filepath.Dir(path), name
			if code, out := d.run(relative); code != 42 {
				t.Errorf("%q: exit code %d: %s", name, code, out)
			}
			direct := d.command(nil)
			if code, out := d.run(direct); code != 42 {
				t.Errorf("%q itself: exit code %d: %s", name, code, out)
			}
		}
	})
}

// TestDamaged: what did not arrive whole says so and runs nothing.
func TestDamaged(t *testing.T) {
	eachShell(t, func(t *testing.T, shell []string) {
		d := newDownload(t, arguments, false)
		whole := d.read()
		changed := bytes.Clone(whole)
		changed[len(changed)-30] ^= 1
		for name, content := range map[string][]byte{
			"cut behind the head": whole[:headSize],
			"cut in the program":  whole[:len(whole)-1],
			"longer":              append(bytes.Clone(whole), '\n'),
			"changed":             changed,
		} {
			d.write(content)
			code, out := d.run(d.command(shell))
			if code != 1 || strings.Count(out, "\n") != 1 || !strings.Contains(out, "damaged") {
				t.Errorf("%s: exit code %d: %s", name, code, out)
			}
			for _, word := range []string{"--silent", "--silent=1", "--silent=True"} {
				if code, out := d.run(d.command(shell, word)); code != 1 || out != "" {
					t.Errorf("%s, %s: exit code %d: %s", name, word, code, out)
				}
			}
		}
		for size := 1; size < len(head); size += 97 {
			d.write(whole[:size])
			d.run(d.command(shell))
		}
		if _, err := os.Stat(d.told); err == nil {
			t.Error("the program was run")
		}
	})
}

// TestKilledSilently: not even the shell says a word (requirement B9).
func TestKilledSilently(t *testing.T) {
	eachShell(t, func(t *testing.T, shell []string) {
		d := newDownload(t, "#!/bin/sh\nkill -KILL $$\n", false)
		if code, out := d.run(d.command(shell, "--silent")); code != 128+9 || out != "" {
			t.Errorf("exit code %d: %s", code, out)
		}
	})
}

// TestPiped: there is no file to take the program out of.
func TestPiped(t *testing.T) {
	eachShell(t, func(t *testing.T, shell []string) {
		d := newDownload(t, arguments, false)
		cmd := d.command(shell)
		cmd.Stdin, cmd.Args = bytes.NewReader(d.read()), cmd.Args[:len(cmd.Args)-1]
		if code, out := d.run(cmd); code != 1 || !strings.Contains(out, "save it") {
			t.Errorf("exit code %d: %s", code, out)
		}
	})
}

// TestOtherMachine: a wrong processor is named, not "Exec format error".
func TestOtherMachine(t *testing.T) {
	other := map[Arch]Arch{X64: ARM64, ARM64: X64}[arch(t)]
	var out bytes.Buffer
	if _, err := (Bin{Arch: other, Program: []byte(arguments)}).WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	eachShell(t, func(t *testing.T, shell []string) {
		d := newDownload(t, arguments, false)
		d.write(out.Bytes())
		if code, out := d.run(d.command(shell)); code != 1 || !strings.Contains(out, fmt.Sprintf("is for %s", other)) {
			t.Errorf("exit code %d: %s", code, out)
		}
	})
	if _, err := (Bin{Arch: "riscv"}).WriteTo(&out); err == nil {
		t.Error("a processor that nobody knows")
	}
}

// TestReproducible: one program, one installer.
func TestReproducible(t *testing.T) {
	a, b := newDownload(t, arguments, false), newDownload(t, arguments, false)
	if !bytes.Equal(a.read(), b.read()) {
		t.Error("they differ")
	}
}
