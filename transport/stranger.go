package transport

import "fmt"

// Stranger says whom something that answers in the place of a site gives itself
// out for, which is no proof of anything: mostly the maker of a proxy that opens
// TLS, or a captive portal. It is an error that wraps ErrWrongPeer.
type Stranger struct {
	Speaks          string // "TLS 1.2"; "" if it speaks as a site does
	Subject, Issuer string // of its certificate; "" if it says nothing
	Why             error  // by which it was recognised; never nil
}

// Error implements error. What the stranger says is bounded and quoted.
func (s *Stranger) Error() string {
	text := ErrWrongPeer.Error() + ": " + s.Why.Error()
	if s.Speaks != "" {
		text += ": something between answers with " + s.Speaks
	}
	if s.Issuer != "" {
		text += fmt.Sprintf(" (its certificate is that of %.120q, issued by %.120q)", s.Subject, s.Issuer)
	}
	return text
}

// Unwrap lets errors.Is find ErrWrongPeer.
func (s *Stranger) Unwrap() error { return ErrWrongPeer }
