package command

import (
	"fmt"
	"os"
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

// runsAsItself refuses to be an installed client as another account than it was
// installed for: conversations would have that account's rights, and its files
// would not be the client's own any more.
func runsAsItself(dir config.Dir) error {
	c, err := dir.Config()
	if err != nil || c.Mode == "" { // not installed, but run from a directory
		return nil
	}
	uid, _, err := account.Holder(filepath.Dir(dir.Lock()))
	if err != nil || int(uid) == os.Geteuid() {
		return nil
	}
	return &exitError{exitRights, fmt.Errorf("the client in %s runs as another user: start it with its init-script, or run it as that user", dir.Root())}
}
