package auth

import (
	"fmt"
	"slices"
	"strings"

	"jump/site/store"
	"jump/transport/wire"
)

// Permission is one thing that an account may do.
type Permission string

// The permissions. The strings are part of the API.
const (
	PermissionView    Permission = "view"    // see the screen
	PermissionControl Permission = "control" // pointer and keyboard
	PermissionShell   Permission = "shell"   // open a terminal
	PermissionExec    Permission = "exec"    // run one program
	PermissionFiles   Permission = "files"   // read and write files
	PermissionEdit    Permission = "edit"    // name, Jump Group, tag and comments of a Jump Client
	PermissionRemove  Permission = "remove"  // take Jump Clients off the site
	PermissionDeploy  Permission = "deploy"  // create and revoke installers
)

// All returns every permission, in the order in which they are shown.
func All() []Permission {
	return []Permission{PermissionView, PermissionControl, PermissionShell, PermissionExec, PermissionFiles,
		PermissionEdit, PermissionRemove, PermissionDeploy}
}

// Usual returns what a representative may do unless the account says
// otherwise.
func Usual() []Permission {
	return []Permission{PermissionView, PermissionControl, PermissionShell, PermissionExec, PermissionFiles, PermissionEdit}
}

// ParsePermissions reads names separated by commas. Names may repeat; the
// answer is in the order of [All].
func ParsePermissions(s string) ([]Permission, error) {
	asked := map[Permission]bool{}
	for name := range strings.SplitSeq(s, ",") {
		name := Permission(strings.TrimSpace(name))
		if name != "" && !slices.Contains(All(), name) {
			return nil, fmt.Errorf("%.40q is not a permission; there are %s", name, JoinPermissions(All()))
		}
		asked[name] = true
	}
	return slices.DeleteFunc(All(), func(p Permission) bool { return !asked[p] }), nil
}

// JoinPermissions writes what ParsePermissions reads.
func JoinPermissions(list []Permission) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = string(p)
	}
	return strings.Join(names, ",")
}

// Role is what kind of account somebody has.
type Role string

// The roles. An administrator has every permission and sees every Jump Group.
const (
	RoleAdmin          Role = "admin"
	RoleRepresentative Role = "representative"
)

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	switch r := Role(s); r {
	case RoleAdmin, RoleRepresentative:
		return r, nil
	}
	return "", fmt.Errorf("%.40q is not a role; there are %s and %s", s, RoleAdmin, RoleRepresentative)
}

// User is somebody who has signed in. It says what was true then; [Gate] makes
// a new one for every request.
type User struct {
	Name        string
	Role        Role
	Permissions []Permission

	password string // fingerprint of the stored password at that time
	token    string // id of the bearer token that was shown, if it was one
	web      string // fingerprint of the web session, if it was one
}

// SameSignIn reports whether u and v come from one and the same web session or
// token.
func (u User) SameSignIn(v User) bool {
	return u.token+u.web != "" && u.token == v.token && u.web == v.web
}

// Admin reports whether u is an administrator.
func (u User) Admin() bool { return u.Role == RoleAdmin }

// May reports whether u has permission p. The empty permission is everybody's.
func (u User) May(p Permission) bool {
	return p == "" || u.Admin() || slices.Contains(u.Permissions, p)
}

// rights says which permission gives which right in a session.
var rights = []struct {
	permission Permission
	right      wire.Rights
}{
	{PermissionView, wire.RightView}, {PermissionControl, wire.RightControl},
	{PermissionShell, wire.RightShell}, {PermissionExec, wire.RightExec},
	{PermissionFiles, wire.RightFiles},
}

// Rights returns what u may do within a session with a Jump Client.
func (u User) Rights() (r wire.Rights) {
	for _, x := range rights {
		if u.May(x.permission) {
			r |= x.right
		}
	}
	return r
}

// RightNames returns the rights in r as the permissions that give them.
func RightNames(r wire.Rights) []Permission {
	names := []Permission{}
	for _, x := range rights {
		if r.Has(x.right) {
			names = append(names, x.permission)
		}
	}
	return names
}

// personal begins the code of every personal Jump Group.
const personal = "user:"

// Sees reports whether u sees the Jump Clients of a Jump Group: all shared
// groups, the own personal one, and for administrators every one.
func (u User) Sees(group string) bool {
	return u.Admin() || !strings.HasPrefix(group, personal) || group == store.PersonalGroup(u.Name)
}
