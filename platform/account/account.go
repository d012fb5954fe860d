//go:build unix

// Package account is the accounts of this computer: who they are, and doing
// something with the rights of one.
//
// It is not a sign-in: it knows no passwords, and gives no rights that the
// process does not have. Windows, where an account is no number, is not covered.
package account

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"time"
)

// ErrUnknown is returned for a name that no account has.
var ErrUnknown = errors.New("no such user")

// lookupTimeout bounds a question to the system's directories.
const lookupTimeout = 20 * time.Second

// Account is a user of this computer.
type Account struct {
	Name   string
	UID    uint32
	GID    uint32
	Groups []uint32 // all of them, GID too; empty for this process's own account
	Home   string
}

// Current returns the account of this process.
func Current() (Account, error) {
	a, err := lookup(strconv.Itoa(os.Geteuid()), user.LookupId)
	if err != nil {
		return Account{}, fmt.Errorf("find out who runs this: %w", err)
	}
	return a, nil
}

// Lookup returns the account of that name. The error wraps ErrUnknown if there
// is none.
func Lookup(name string) (Account, error) { return withGroups(name, user.Lookup) }

// ByID returns the account with that number. The error wraps ErrUnknown if there
// is none.
func ByID(uid uint32) (Account, error) {
	return withGroups(strconv.FormatUint(uint64(uid), 10), user.LookupId)
}

// Owner returns the account that a file belongs to.
func Owner(path string) (Account, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Account{}, fmt.Errorf("find the owner: %w", err)
	}
	return ByID(uid(info))
}

func withGroups(key string, inFiles func(string) (*user.User, error)) (Account, error) {
	a, err := lookup(key, inFiles)
	if err == nil && !a.Own() {
		a.Groups, err = groups(a)
	}
	if err != nil {
		return Account{}, fmt.Errorf("look up the user %s: %w", key, err)
	}
	return a, nil
}

// lookup reads /etc/passwd first and then asks what else the system knows (LDAP,
// sssd, …), which only its own programs can reach without cgo. A name that
// begins with a dash would be an option for them.
func lookup(key string, inFiles func(string) (*user.User, error)) (Account, error) {
	if key == "" || strings.HasPrefix(key, "-") {
		return Account{}, ErrUnknown
	}
	if u, err := inFiles(key); err == nil {
		return parse(strings.Join([]string{u.Username, "", u.Uid, u.Gid, "", u.HomeDir, ""}, ":"))
	}
	line, err := ask("getent", "passwd", key)
	if err != nil {
		return Account{}, ErrUnknown
	}
	return parse(line)
}

// parse reads a line of passwd(5).
func parse(line string) (Account, error) {
	f := strings.Split(line, ":")
	if len(f) != 7 {
		return Account{}, fmt.Errorf("a user has %d fields, not 7", len(f))
	}
	uid, err1 := strconv.ParseUint(f[2], 10, 32)
	gid, err2 := strconv.ParseUint(f[3], 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return Account{}, err
	}
	return Account{Name: f[0], UID: uint32(uid), GID: uint32(gid), Home: f[5]}, nil
}

// groups returns the numbers of all groups of an account.
func groups(a Account) ([]uint32, error) {
	out, err := ask("id", "-G", strconv.Itoa(int(a.UID)))
	fields := strings.Fields(out)
	if err != nil {
		u := &user.User{Username: a.Name, Gid: strconv.Itoa(int(a.GID))}
		if fields, err = u.GroupIds(); err != nil {
			return nil, err
		}
	}
	var all []uint32
	for _, f := range fields {
		n, err := strconv.ParseUint(f, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("read the groups: %w", err)
		}
		all = append(all, uint32(n))
	}
	return all, nil
}

// ask runs one of the system's programs and returns its first line.
func ask(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.Output()
	line, _, _ := bytes.Cut(out, []byte("\n"))
	return string(line), err
}
