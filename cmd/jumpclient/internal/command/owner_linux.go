package command

import (
	"path/filepath"

	"jump/agent/config"
	"jump/platform/account"
)

// asOwner calls do with the rights on files of the account that the client in a
// directory runs as. That account may have put links there: root, who may do
// something to everybody's client, must not follow them with root's rights.
func asOwner(dir config.Dir, do func() error) error {
	uid, _, err := account.Holder(filepath.Dir(dir.Lock()))
	if err != nil {
		return do() // which says what is missing
	}
	owner, err := account.ByID(uid)
	if err != nil {
		return err
	}
	return owner.Do(do)
}
