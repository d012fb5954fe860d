package reach

import "strings"

// failures are errors that are told in one line.
type failures []error

// Error implements error.
func (f failures) Error() string {
	texts := make([]string, len(f))
	for i, err := range f {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap lets errors.Is and errors.As look at each.
func (f failures) Unwrap() []error { return f }
