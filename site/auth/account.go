package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"jump/site/store"
)

// MaxName bounds an account's name, in characters.
const MaxName = 64

// ErrLastAdmin keeps a site from being left without anybody who may change it.
var ErrLastAdmin = errors.New("this is the last administrator")

// NormalName returns how a name is stored: names do not differ by case.
func NormalName(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// CheckName says in one sentence why a new name is not accepted. It is plain
// enough to stand in the code of a Jump Group (user:<name>), in a path and on a
// command line.
func CheckName(s string) error {
	const marks = "._-@"
	plain := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }
	switch {
	case s == "" || len(s) > MaxName:
		return fmt.Errorf("a name has 1 to %d characters", MaxName)
	case !plain(rune(s[0])):
		return errors.New("a name begins with a letter or digit")
	case strings.ContainsFunc(s, func(r rune) bool { return !plain(r) && !strings.ContainsRune(marks, r) }):
		return fmt.Errorf("a name has only the letters a to z, digits, and %s", marks)
	}
	return nil
}

// Account is what a new account is made of. Empty Permissions mean the usual
// ones of the role.
type Account struct {
	Name        string
	Role        Role
	Password    string
	Permissions []Permission
}

// Add makes an account, and with it the personal Jump Group. The error wraps
// store.ErrExists if the name is taken.
func (g *Gate) Add(ctx context.Context, a Account) error {
	a.Name = NormalName(a.Name)
	if err := CheckName(a.Name); err != nil {
		return err
	}
	if err := CheckPassword(a.Password); err != nil {
		return err
	}
	if a.Permissions == nil {
		a.Permissions = Usual()
	}
	phc, err := g.hasher.hash(ctx, a.Password)
	if err != nil {
		return fmt.Errorf("hash the password: %w", err)
	}
	return g.store.AddUser(ctx, store.User{
		Name: a.Name, Role: string(a.Role), Password: phc,
		Permissions: JoinPermissions(a.Permissions), CreatedAt: g.now(),
	})
}

// SetPassword gives an account a new password and ends its web sessions.
// Tokens stay valid: they are revoked one by one.
func (g *Gate) SetPassword(ctx context.Context, name, password string) error {
	if err := CheckPassword(password); err != nil {
		return err
	}
	phc, err := g.hasher.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("hash the password: %w", err)
	}
	return g.store.SetPassword(ctx, NormalName(name), phc)
}

// Remove takes an account off the site, with its web sessions and tokens. The
// error wraps store.ErrNotFound, or is ErrLastAdmin.
func (g *Gate) Remove(ctx context.Context, name string) error {
	name = NormalName(name)
	users, err := g.store.Users(ctx)
	if err != nil {
		return err
	}
	admins, isAdmin := 0, false
	for _, u := range users {
		if u.Role == string(RoleAdmin) {
			admins++
			isAdmin = isAdmin || u.Name == name
		}
	}
	if isAdmin && admins == 1 {
		return ErrLastAdmin
	}
	return g.store.RemoveUser(ctx, name)
}

// NewToken makes a bearer token for an account. The secret is shown once and
// stored nowhere; id names the token from then on.
func (g *Gate) NewToken(ctx context.Context, user, label string) (id, secret string, err error) {
	secret = TokenPrefix + newSecret()
	id = newSecret()[:10]
	err = g.store.AddToken(ctx, store.Token{
		ID: id, Hash: fingerprint(secret), User: NormalName(user), Label: label, CreatedAt: g.now(),
	})
	if err != nil {
		return "", "", err
	}
	return id, secret, nil
}
