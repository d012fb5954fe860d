package service

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func spec(dir string) Spec {
	return Spec{
		Name: Name(dir), Title: "Jump Client", Description: "Jump Client in " + dir, Program: dir + "/jumpclient",
		Args: []string{"run", "--dir", dir}, Broker: []string{"broker", "--dir", dir}, Account: "jumpclient",
		State: dir + "/state", Ended: dir + "/state/ended.json", Uninstall: []string{"uninstall", "--dir", dir}, Auto: true,
	}
}

// strange are directories whose names mean something to systemd.
var strange = []string{
	"/opt/jumpclient", "/opt/two words", "/opt/100%n", "/opt/$HOME/${HOME}", "/opt/a;b", "/opt/{{.State}}",
	"/opt/ünïcödé", "/opt/-dash", "/opt/#x", "/opt/a=b", "/home/anna/jump", "/opt/@{}[]()*?!|&<>~`^,+",
}

// TestRender: systemd itself reads the units, and finds nothing wrong with them.
func TestRender(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Fatal("systemd-analyze is not installed: run `make setup`")
	}
	for _, dir := range strange {
		t.Run(dir, func(t *testing.T) {
			list, err := render(spec(dir))
			if err != nil || len(list) != 5 {
				t.Fatalf("%d units, %v", len(list), err)
			}
			root := t.TempDir()
			var paths []string
			for _, u := range list {
				path := filepath.Join(root, u.name)
				// The checker looks for the program; this one is there.
				text := strings.ReplaceAll(u.text, "\nExecStart="+quote(dir+"/jumpclient"), "\nExecStart=/bin/true")
				if text == u.text && strings.Contains(text, "ExecStart=") {
					t.Errorf("the program is not %s: %s", dir, text)
				}
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				paths = append(paths, path)
			}
			out, err := exec.Command(analyze, append([]string{"verify", "--man=no", "--recursive-errors=no"}, paths...)...).CombinedOutput()
			for line := range strings.Lines(string(out)) {
				if strings.Contains(line, root) {
					t.Errorf("%s", line)
				}
			}
			if err != nil && t.Failed() {
				t.Error(err)
			}
		})
	}
}

func TestCommand(t *testing.T) {
	got := command(`/opt/a $b %c`, []string{`--x`, `a "b" $c ${d} %e \f`})
	if want := `"/opt/a $b %%c" "--x" "a \"b\" $$c $${d} %%e \\f"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestRefused: what a unit could not say as it is.
func TestRefused(t *testing.T) {
	for name, change := range map[string]func(s *Spec){
		"relative":      func(s *Spec) { *s = spec("opt/jump") },
		"a dot dot":     func(s *Spec) { *s = spec("/opt/../tmp") },
		"a quote":       func(s *Spec) { *s = spec(`/opt/a"b`) },
		"a backslash":   func(s *Spec) { *s = spec(`/opt/a\x20b`) },
		"a colon":       func(s *Spec) { *s = spec("/opt/a:b") },
		"a new line":    func(s *Spec) { *s = spec("/opt/a\nExecStart=/bin/sh") },
		"another name":  func(s *Spec) { s.Name = "ssh" },
		"in arguments":  func(s *Spec) { s.Args = []string{"a\nExecStartPre=/bin/sh"} },
		"in the text":   func(s *Spec) { s.Description = "a\n[Service]" },
		"no account":    func(s *Spec) { s.Account = "" },
		"account words": func(s *Spec) { s.Account = "a b\nUser=root" },
	} {
		s := spec("/opt/jumpclient")
		change(&s)
		if err := s.Validate(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestNames(t *testing.T) {
	a, b := Name("/opt/jumpclient"), Name("/opt/jumpclient-2")
	if a == b || len(a) != len("jumpclient-")+8 || a != Name("/opt/jumpclient") {
		t.Errorf("%s, %s", a, b)
	}
	if n := names(a); n[2] != BrokerName("/opt/jumpclient")+".socket" || !strings.HasSuffix(Socket("/opt/jumpclient"), n[2][len(n[2])-15:len(n[2])-7]+".sock") {
		t.Errorf("%q, %s", n, Socket("/opt/jumpclient"))
	}
}

// FuzzQuote: one word stays one word, whatever is in it.
func FuzzQuote(f *testing.F) {
	for _, s := range append(strange, `"`, `\`, `\"`, `%%`, `$$`) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := unquote(quote(s)); got != s {
			t.Errorf("%q became %q", s, got)
		}
	})
}

// unquote reads a word as systemd does (systemd.syntax(7)): quotes, escapes,
// then specifiers.
func unquote(word string) string {
	inner := strings.TrimSuffix(strings.TrimPrefix(word, `"`), `"`)
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		switch {
		case inner[i] == '"':
			return "an end in the middle"
		case (inner[i] == '\\' || inner[i] == '%') && i+1 < len(inner):
			i++
		}
		b.WriteByte(inner[i])
	}
	return b.String()
}
