package account

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"os/user"
	"strings"
)

// systemComment is the comment field of accounts made here, by which they are
// known again.
const systemComment = "Jump Client"

// ErrTaken says that an account of that name exists and is somebody else's.
var ErrTaken = errors.New("an account of this name exists already")

// System returns the system account of that name that MakeSystem made. The error
// wraps ErrUnknown if there is none and ErrTaken if the account is another.
func System(name string) (Account, error) {
	a, err := Lookup(name)
	if err != nil {
		return a, err
	}
	if u, err := user.Lookup(name); err != nil || u.Name != systemComment {
		return Account{}, fmt.Errorf("system account %s: %w", name, ErrTaken)
	}
	return a, nil
}

// MakeSystem makes an account for a service: nobody can log in as it, and it
// has no home. One that MakeSystem made before is left as it is. It needs root.
func MakeSystem(ctx context.Context, name string) error {
	if _, err := System(name); err == nil || !errors.Is(err, ErrUnknown) {
		return err
	}
	group := []string{"--user-group"}
	if _, err := user.LookupGroup(name); err == nil { // left by a useradd that was killed
		group = []string{"--gid", name}
	}
	return change(ctx, "useradd", append(append([]string{"--system"}, group...), "--no-create-home", "--home-dir", "/nonexistent",
		"--shell", "/usr/sbin/nologin", "--comment", systemComment, "--", name)...)
}

// RemoveSystem removes an account that MakeSystem made. That there is none, or
// another of its name, is no error. It needs root.
func RemoveSystem(ctx context.Context, name string) error {
	_, err := System(name)
	switch {
	case errors.Is(err, ErrUnknown), errors.Is(err, ErrTaken):
		return nil
	case err != nil:
		return err
	}
	if err := change(ctx, "userdel", "--", name); err != nil {
		return err
	}
	if _, err := user.LookupGroup(name); err != nil {
		return nil // it went with its user, as is usual
	}
	return change(ctx, "groupdel", "--", name)
}

// change runs one of the programs that may change the accounts.
func change(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %.300s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}
