package installer

import "strings"

// Reason says why an installation is not begun. The command line turns it into
// an exit code.
type Reason string

// The reasons.
const (
	ReasonInvalid     Reason = "invalid"     // a parameter cannot be
	ReasonInstalled   Reason = "installed"   // this client is there already
	ReasonDir         Reason = "directory"   // the directory cannot be used (requirement B5)
	ReasonRights      Reason = "rights"      // root is needed, or must not be (requirement C3)
	ReasonUnsupported Reason = "unsupported" // this system has no such thing
)

// Refusal is a no before anything was changed.
type Refusal struct {
	Reason Reason
	Text   string // one sentence without its full stop
	Hint   string // what to do, whole sentences
	Err    error  // the cause; nil if Text is the cause
}

func refuse(reason Reason, text, hint string, err error) *Refusal {
	return &Refusal{reason, text, hint, err}
}

// Error says all of it: "text: cause. Hint".
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString(r.Text)
	if r.Err != nil {
		b.WriteString(": " + r.Err.Error())
	}
	if r.Hint != "" {
		b.WriteString(". " + r.Hint)
	}
	return b.String()
}

func (r *Refusal) Unwrap() error { return r.Err }
