package stamp

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Label is everything particular that a stamped installer file carries besides
// the generic client: what was chosen on the site when it was made. It never
// says more than flags of `jumpclient install` could.
type Label struct {
	Key  Key
	Mode string // "service", "user", or empty: as the rights of who installs it allow
}

// labelWidth is the length of the longest text of a label, in characters.
var labelWidth = MaxLength + len("-service")

var errMode = errors.New(`the label's mode is neither "service" nor "user"`)

// String returns the one spelling of a label, the key's secret included: the
// text of the key, then "-service" or "-user" if a mode was chosen. A shell, a
// file name and Windows leave all of its characters alone.
func (l Label) String() string {
	if l.Mode == "" {
		return l.Key.String()
	}
	return l.Key.String() + "-" + l.Mode
}

// Format prints the label without the key's secret, whatever the verb.
func (l Label) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "%v", l.Key)
	if l.Mode != "" {
		fmt.Fprintf(f, ", mode %s", l.Mode)
	}
}

// LogValue is what slog prints: the label without the key's secret.
func (l Label) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("key", l.Key), slog.String("mode", l.Mode))
}

// ParseLabel reads what String wrote, and nothing else. Its error never repeats
// the text.
func ParseLabel(s string) (Label, error) {
	text, mode, chosen := strings.Cut(s, "-")
	if chosen && mode != "service" && mode != "user" {
		return Label{}, errMode
	}
	key, err := Parse(text)
	if err != nil {
		return Label{}, err
	}
	return Label{Key: key, Mode: mode}, nil
}

// check finds labels that could not be read again.
func (l Label) check() error {
	_, err := ParseLabel(l.String())
	return err
}
