package terminal

import (
	"bufio"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func start(t *testing.T, args ...string) (Terminal, *bufio.Reader) {
	t.Helper()
	term, err := Start(Spec{Args: args, Term: "vt100"}, Size{Columns: 91, Rows: 17})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { term.Close() })
	return term, bufio.NewReader(term)
}

// expect reads lines until one has want in it.
func expect(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if strings.Contains(line, want) {
			return
		}
		if err != nil {
			t.Fatalf("%q never came: %v", want, err)
		}
	}
}

func TestSizeAndEnvironment(t *testing.T) {
	term, r := start(t, "sh", "-c", `stty size; echo "$TERM $(tty)"; read x; stty size; exit 3`)
	expect(t, r, "17 91")
	expect(t, r, "vt100 /dev/pts/")
	if err := term.Resize(Size{Columns: 132, Rows: 50}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(term, "\n"); err != nil {
		t.Fatal(err)
	}
	expect(t, r, "50 132")
	if status, err := term.Wait(); err != nil || status != 3 {
		t.Errorf("%d, %v", status, err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Errorf("at the end: %v, want io.EOF", err)
	}
}

func TestLoginShell(t *testing.T) {
	t.Setenv("HOME", t.TempDir()) // whatever the user's own start files say
	term, r := start(t)
	if _, err := io.WriteString(term, "echo it-is-$0; pwd; exit 5\n"); err != nil {
		t.Fatal(err)
	}
	expect(t, r, "it-is--") // a login shell's name begins with a dash
	go io.Copy(io.Discard, r)
	if status, err := term.Wait(); err != nil || status != 5 {
		t.Errorf("%d, %v", status, err)
	}
}

// TestClose: a program that hears the hang-up ends at once, one that does not
// is killed, and a reader is freed.
func TestClose(t *testing.T) {
	for name, script := range map[string]string{
		"ends": "echo ready; sleep 1000",
		"deaf": "trap '' HUP; echo ready; while :; do sleep 1; done",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term, r := start(t, "sh", "-c", script)
			expect(t, r, "ready")
			freed := make(chan struct{})
			go func() { io.Copy(io.Discard, r); close(freed) }()
			began := time.Now()
			if err := term.Close(); err != nil {
				t.Error(err)
			}
			<-freed
			if status, err := term.Wait(); err != nil || status < 128 {
				t.Errorf("%d, %v", status, err)
			}
			if name == "deaf" && time.Since(began) < Grace {
				t.Error("killed without a chance")
			}
			if err := term.Close(); err != nil {
				t.Errorf("the second time: %v", err)
			}
		})
	}
}

func TestNotFound(t *testing.T) {
	if term, err := Start(Spec{Args: []string{"/no/such/program"}}, Size{80, 24}); err == nil {
		term.Close()
		t.Error("started")
	}
}

func TestShellOf(t *testing.T) {
	const passwd = "root:x:0:0:root:/root:/bin/bash\nbroken line\nanna:x:1000:1000:,,,:/home/anna:/usr/bin/zsh\nnone:x:7:7::/:\n"
	for uid, want := range map[string]string{"0": "/bin/bash", "1000": "/usr/bin/zsh", "7": "", "9": "", "x": ""} {
		if got := shellOf(strings.NewReader(passwd), uid); got != want {
			t.Errorf("user %s has %q, want %q", uid, got, want)
		}
	}
	if s := loginShell(); !strings.HasPrefix(s, "/") {
		t.Errorf("login shell %q", s)
	}
	if _, err := os.Stat(loginShell()); err != nil {
		t.Error(err)
	}
}
