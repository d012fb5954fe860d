package installer

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"jump/installer/stamp"
	"jump/transport/wire"
)

// Limits of what has none in the protocol, in bytes.
const (
	maxPath = 1024
	maxUser = 256
)

// Validate refuses every parameter that could be anything but data on its way
// into a file, a service, the registry or a terminal: control characters, texts
// over their limits (characters as in transport/wire), and in paths and account
// names whatever a shell, a unit file or cmd.exe gives a meaning to. Name,
// group, tag and comments may hold quotes, dollars and dashes: they are written
// to config.json only. The error is a *Refusal.
func (o Options) Validate() error {
	wishes := wire.Wishes{Name: o.Name, Group: o.Group, Tag: o.Tag, Comments: o.Comments}
	err := errors.Join(
		checkKey(o.Key),
		wishes.Validate(),
		checkText("name", o.Name), checkText("jump group", o.Group), checkText("tag", o.Tag), checkText("comments", o.Comments), checkText("proxy", o.Proxy), checkText("listen", o.Listen),
		checkUser(o.User),
		oneOf("mode", string(o.Mode), string(ModeUser), string(ModeService)),
		oneOf("startup", string(o.Startup), string(StartupAuto), string(StartupNone)),
	)
	if err != nil {
		return refuse(ReasonInvalid, "this cannot be installed", "Change what is named and run this again.", oneLine(err))
	}
	if o.Dir == "" {
		return nil
	}
	return checkPath("install directory", o.Dir)
}

// oneLine joins what errors.Join puts on lines of their own.
func oneLine(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
}

func checkKey(k stamp.Key) error {
	if k == (stamp.Key{}) {
		return errors.New("a deployment key is needed")
	}
	return nil
}

// checkText refuses what is no text in one line. Directions of writing are
// refused too: they make a list say something else than it holds.
func checkText(what, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s is not UTF-8", what)
	}
	if i := strings.IndexFunc(s, unprintable); i >= 0 {
		return fmt.Errorf("%s has a control character at byte %d", what, i+1)
	}
	return nil
}

func unprintable(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029': // line and paragraph separator
		return true
	}
	return unicode.Is(unicode.Bidi_Control, r)
}

func oneOf(what, s string, allowed ...string) error {
	if s == "" {
		return nil
	}
	for _, a := range allowed {
		if s == a {
			return nil
		}
	}
	return fmt.Errorf("%s is one of %s", what, strings.Join(allowed, ", "))
}

// checkUser accepts the names of accounts, those of directories ("jane@corp",
// "CORP\jane") among them.
func checkUser(s string) error {
	if len(s) > maxUser {
		return fmt.Errorf("user has %d bytes, at most %d are allowed", len(s), maxUser)
	}
	if strings.HasPrefix(s, "-") || strings.ContainsFunc(s, foreignToUsers) {
		return errors.New("user is not the name of an account")
	}
	return nil
}

func foreignToUsers(r rune) bool {
	return r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._@+-\\", r)
}

// magic is what some shell or file format gives a meaning to between quotes, or
// what ends them.
const magic = "\"'`$%<>|?*"

// checkPath accepts absolute paths. The error is a *Refusal.
func checkPath(what, path string) error {
	refused := func(text string) error {
		return refuse(ReasonDir, "the "+what+" "+text, "Choose an absolute path of letters, digits, spaces and the usual signs.", nil)
	}
	switch {
	case len(path) > maxPath:
		return refused(fmt.Sprintf("has %d bytes, at most %d are allowed", len(path), maxPath))
	case checkText(what, path) != nil:
		return refused("has a control character or is not UTF-8")
	case strings.ContainsAny(path, magic) || filepath.Separator == '/' && strings.Contains(path, `\`):
		return refused("has one of the characters " + magic + ` or \`)
	case !filepath.IsAbs(path):
		return refused("is not absolute")
	case filepath.Dir(filepath.Clean(path)) == filepath.Clean(path):
		return refused("is the root of a file system")
	}
	return nil
}
