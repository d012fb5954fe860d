package linux

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// patient is a program that says when it is ready and takes a second look at
// SIGTERM, as an installation does that is being undone.
const patient = `#!/bin/sh
trap 'printf undone >"$TOLD"; exit 7' TERM
echo ready
while :; do read -r x <"$TOLD.fifo"; done
`

// TestSignals: whoever stops the script stops the program, waits for it to
// undo what it did, and finds nothing left behind.
func TestSignals(t *testing.T) {
	eachShell(t, func(t *testing.T, shell []string) {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
			d := newDownload(t, patient, false)
			if err := syscall.Mkfifo(d.told+".fifo", 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := d.command(shell)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
				t.Fatalf("%q, %v", line, err)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // the exit code tells
			if told, err := os.ReadFile(d.told); cmd.ProcessState.ExitCode() != 7 || string(told) != "undone" {
				t.Errorf("%v: %v, %q, %v", signal, cmd.ProcessState, told, err)
			}
			d.clean()
		}
	})
}

// where is a program that tells the folder it was unpacked to.
const where = `#!/bin/sh
printf '%s' "${0%/*/*}" >"$TOLD"
exit 42
`

// mounted puts mounts of the test's own in front of a command. They end with it.
func mounted(t *testing.T, cmd *exec.Cmd, script string) *exec.Cmd {
	t.Helper()
	words := []string{"unshare", "--mount", "--map-root-user"}
	if os.Geteuid() == 0 {
		words = words[:2]
	}
	if out, err := exec.Command(words[0], append(words[1:], "mount", "-t", "tmpfs", "none", t.TempDir())...).CombinedOutput(); err != nil {
		t.Skipf("no mounts of one's own here: %v: %s", err, out)
	}
	words = append(words, "sh", "-ec", script+"\nexec \"$@\"", "sh")
	out := exec.CommandContext(t.Context(), words[0], append(words[1:], cmd.Args...)...)
	out.Env, out.Dir = cmd.Env, cmd.Dir
	return out
}

// TestFallback: a folder for temporary files that lets nothing run or has no
// room is passed over.
func TestFallback(t *testing.T) {
	program := where + strings.Repeat("#0123456789\n", 1<<14)
	eachShell(t, func(t *testing.T, shell []string) {
		for _, options := range []string{"noexec", "size=64k"} {
			d := newDownload(t, program, false)
			tmp := t.TempDir()
			cmd := d.command(shell)
			cmd.Env = append(cmd.Env, "TMPDIR="+tmp)
			code, out := d.run(mounted(t, cmd, fmt.Sprintf("mount -t tmpfs -o %s none '%s'", options, tmp)))
			if told, err := os.ReadFile(d.told); code != 42 || string(told) != "/tmp" {
				t.Errorf("%s: exit code %d: %s: run in %q, %v", options, code, out, told, err)
			}
		}
	})
}

// TestNowhere: where no folder will do, a sentence says what helps.
func TestNowhere(t *testing.T) {
	eachShell(t, func(t *testing.T, shell []string) {
		d := newDownload(t, where, false)
		const script = `for d in /tmp /var/tmp /dev/shm /run /opt; do
			mount --bind "$d" "$d"; mount -o remount,bind,noexec "$d"
		done`
		code, out := d.run(mounted(t, d.command(shell), script))
		if code != 1 || !strings.Contains(out, "TMPDIR=") {
			t.Errorf("exit code %d: %s", code, out)
		}
	})
}

// TestTrusted: a folder in which somebody else could swap the program is not
// used, nor is one whose name is not absolute.
func TestTrusted(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can have a folder belong to somebody else")
	}
	eachShell(t, func(t *testing.T, shell []string) {
		foreign := t.TempDir()
		if err := os.Chown(foreign, 65534, 65534); err != nil {
			t.Fatal(err)
		}
		for _, tmp := range []string{foreign, filepath.Join(foreign, "none"), "."} {
			d := newDownload(t, where, false)
			cmd := d.command(shell)
			cmd.Env = append(cmd.Env, "TMPDIR="+tmp)
			d.run(cmd)
			if told, err := os.ReadFile(d.told); string(told) != "/tmp" {
				t.Errorf("TMPDIR=%s: run in %q, %v", tmp, told, err)
			}
		}
	})
}

// TestTaken: a folder that somebody made in our name is left alone.
func TestTaken(t *testing.T) {
	eachShell(t, func(t *testing.T, shell []string) {
		d := newDownload(t, where, false)
		taken := t.TempDir()
		cmd := d.command([]string{"sh", "-c", `mkdir "$TMPDIR/jumpclient.$$"; exec "$@"`, "sh"})
		cmd.Args = append(append(cmd.Args[:4], shell...), d.file)
		cmd.Env = append(cmd.Env, "TMPDIR="+taken)
		d.run(cmd)
		if told, err := os.ReadFile(d.told); string(told) != "/tmp" {
			t.Errorf("run in %q, %v", told, err)
		}
		if entries, err := os.ReadDir(taken); err != nil || len(entries) != 1 {
			t.Errorf("%v, %v", entries, err)
		}
	})
}
