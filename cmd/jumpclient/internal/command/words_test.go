package command

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestArrange(t *testing.T) {
	for _, c := range []struct {
		stamped  bool
		in, want string // words with | between
	}{
		{false, "", ""},
		{false, "--help", "--help"},
		{true, "", "install"},
		{true, "--silent", "install|--silent"},
		{true, "status|--json", "status|--json"},
		{false, "install|--jc-comments|front|desk|--silent", "install|--jc-comments=front desk|--silent"},
		{false, "install|--jc-comments=front|desk", "install|--jc-comments=front desk"},
		{false, "install|--jc-comments|one quoted  text", "install|--jc-comments=one quoted  text"},
		{false, "install|--jc-comments|-5|degrees|- cold", "install|--jc-comments=-5 degrees - cold"},
		{false, "install|--jc-comments|--silent|x", "install|--jc-comments=--silent x"},
		{false, "install|--jc-comments|a=b|c", "install|--jc-comments=a=b c"},
		{false, "install|--jc-comments|--jc-tag|x", "install|--jc-comments=--jc-tag x"},
		{false, "install|--jc-comments", "install|--jc-comments"},
		{false, "install|--jc-comments|a|--jc-comments|b|c", "install|--jc-comments=a|--jc-comments=b c"},
		{true, "--jc-comments|a|b", "install|--jc-comments=a b"},
		{false, "run|--jc-comments|a|b", "run|--jc-comments|a|b"},
	} {
		if got := strings.Join(arrange(fields(c.in), c.stamped), "|"); got != c.want {
			t.Errorf("%q, stamped %v: %q, want %q", c.in, c.stamped, got, c.want)
		}
	}
}

func TestSilent(t *testing.T) {
	for _, c := range []struct {
		in   string
		want bool
	}{
		{"install|--silent", true},
		{"install|--silent=true|--colour", true},
		{"uninstall|--silent", true},
		{"uninstall|--silent=1", true},
		{"install|--silent=T|--colour", true},
		{"install|--silent=false", false},
		{"install|--silent=0", false},
		{"install|--silently", false},
		{"install|--proxy|--silent", false},
		{"install|--jc-tag|--silent", false},
		{"install|--jc-comments=--silent", false},
		{"install|--jc-tag|x|--silent", true},
		{"install", false},
		{"run|--silent", false},
		{"", false},
	} {
		if got := silent(fields(c.in)); got != c.want {
			t.Errorf("%q: %v", c.in, got)
		}
	}
}

// TestTextFlags: every flag with a value is known to take the next word.
func TestTextFlags(t *testing.T) {
	for _, cmd := range []*cobra.Command{newInstall(), newUninstall()} {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if word := "--" + f.Name; f.NoOptDefVal == "" && f.Name != commentsFlag && !slices.Contains(textFlags, word) {
				t.Errorf("%s takes a value", word)
			}
		})
	}
}

func fields(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "|"), func(w string) bool { return s == "" })
}
