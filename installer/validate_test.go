package installer

import (
	"errors"
	"strings"
	"testing"

	"jump/installer/stamp"
)

func sampleKey(t testing.TB) stamp.Key {
	t.Helper()
	k, err := stamp.New([32]byte{1}, "site.example", 443)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestValidate: hostile parameters are data, or refused; nothing else.
func TestValidate(t *testing.T) {
	key := sampleKey(t)
	long := func(n int) string { return strings.Repeat("ä", n) }
	for _, c := range []struct {
		name string
		o    Options
		want Reason // "" if it is data
	}{
		{"quotes", Options{Name: `'"`, Comments: "`id`"}, ""},
		{"substitution", Options{Comments: "$(reboot) ${PATH} %COMSPEC%", Tag: "%COMSPEC%"}, ""},
		{"leading dashes", Options{Name: "--silent", Tag: "-rf", Group: "-x"}, ""},
		{"the guide's group", Options{Group: "Benutzer:müller"}, ""},
		{"at the limits", Options{Name: long(128), Tag: long(64), Comments: long(1024), Group: long(160)}, ""},
		{"long name", Options{Name: long(129)}, ReasonInvalid},
		{"long tag", Options{Tag: long(65)}, ReasonInvalid},
		{"long comments", Options{Comments: long(1025)}, ReasonInvalid},
		{"long group", Options{Group: long(161)}, ReasonInvalid},
		{"newline", Options{Name: "a\nb"}, ReasonInvalid},
		{"carriage return", Options{Tag: "a\rb"}, ReasonInvalid},
		{"zero byte", Options{Comments: "a\x00b"}, ReasonInvalid},
		{"escape", Options{Comments: "\x1b[2J"}, ReasonInvalid},
		{"C1", Options{Group: "a\u009b31m"}, ReasonInvalid},
		{"line separator", Options{Name: "a\u2028b"}, ReasonInvalid},
		{"override of direction", Options{Name: "a\u202eb"}, ReasonInvalid},
		{"not UTF-8", Options{Tag: "a\xff"}, ReasonInvalid},
		{"mode", Options{Mode: "root"}, ReasonInvalid},
		{"startup", Options{Startup: "maybe"}, ReasonInvalid},
		{"user of a directory", Options{User: `CORP\jane.doe`}, ""},
		{"user with an option", Options{User: "-u0"}, ReasonInvalid},
		{"user with a command", Options{User: "jane;reboot"}, ReasonInvalid},
		{"user with a line", Options{User: "jane\nUser=root"}, ReasonInvalid},
		{"spaces in the directory", Options{Dir: abs("R&D (old)", "Jump Client")}, ""},
		{"relative directory", Options{Dir: "jumpclient"}, ReasonDir},
		{"quote in the directory", Options{Dir: abs("a'b")}, ReasonDir},
		{"command in the directory", Options{Dir: abs("$(reboot)")}, ReasonDir},
		{"variable in the directory", Options{Dir: abs("%COMSPEC%")}, ReasonDir},
		{"specifier in the directory", Options{Dir: abs("%h")}, ReasonDir},
		{"line in the directory", Options{Dir: abs("a\nExecStart=b")}, ReasonDir},
		{"long directory", Options{Dir: abs(strings.Repeat("a", 1024))}, ReasonDir},
		{"the root", Options{Dir: abs()}, ReasonDir},
	} {
		c.o.Key = key
		var no *Refusal
		err := c.o.Validate()
		errors.As(err, &no)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (no == nil || no.Reason != c.want):
			t.Errorf("%s: %v, want reason %s", c.name, err, c.want)
		case err != nil && strings.ContainsAny(err.Error(), "\n\x1b\x00"):
			t.Errorf("%s: the error %q is not one line of text", c.name, err)
		}
	}
	if err := (Options{}).Validate(); err == nil {
		t.Error("no key is needed")
	}
}

// abs returns an absolute path on this system.
func abs(parts ...string) string {
	sep := string(separator)
	return top + strings.Join(parts, sep)
}

func FuzzValidate(f *testing.F) {
	key := sampleKey(f)
	f.Add("/home/jane/jumpclient", "jane", "a name", "comments")
	f.Add("/a b/$(x)", "-u0", "\x00", "\u202e")
	f.Add(`C:\Program Files\%X%`, `CORP\jane`, "--silent", "'; drop")
	f.Fuzz(func(t *testing.T, dir, user, name, comments string) {
		err := Options{Key: key, Dir: dir, User: user, Name: name, Comments: comments}.Validate()
		if err != nil {
			return
		}
		if strings.ContainsAny(dir, "\n\r\x00\"'`$%") || strings.HasPrefix(user, "-") || strings.ContainsAny(user, "\n \x00'\"$;%:/") {
			t.Errorf("directory %q, user %q", dir, user)
		}
		if strings.ContainsAny(name+comments, "\n\r\x00\x1b\x7f") {
			t.Errorf("name %q, comments %q", name, comments)
		}
	})
}
