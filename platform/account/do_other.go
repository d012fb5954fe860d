//go:build unix && !linux

package account

import "errors"

// Do calls fn with the rights of this process, which must be the account's:
// this system has no file rights per thread.
func (a Account) Do(fn func() error) error {
	if !a.Own() {
		return errors.New("acting for another user is not supported on this system")
	}
	return fn()
}
