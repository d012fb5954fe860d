package auth

import (
	"strings"
	"testing"
)

func TestUsualHash(t *testing.T) {
	h := newHasher(usualCost)
	phc, err := h.hash(t.Context(), "correct horse")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Fatalf("%q, %v", phc, err)
	}
	for password, want := range map[string]bool{"correct horse": true, "Correct horse": false, "": false} {
		if ok, err := h.verify(t.Context(), phc, password); err != nil || ok != want {
			t.Errorf("%q: %v, %v", password, ok, err)
		}
	}
}

func TestVerifyStoredElsewhere(t *testing.T) {
	// Made by the reference program: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := newHasher(usualCost).verify(t.Context(), phc, "password"); err != nil || !ok {
		t.Errorf("%v, %v", ok, err)
	}
}

func FuzzParsePHC(f *testing.F) {
	for _, s := range []string{
		"", "$", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2i$v=19$m=1,t=1,p=1$$", "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$AAAA",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, salt, key, err := parsePHC(s)
		if err == nil && (c.memory > 1<<20 || c.time < 1 || c.time > 16 || c.threads < 1 || len(salt) < 8 || len(key) != keySize) {
			t.Errorf("accepted %q", s)
		}
	})
}

func TestPermissions(t *testing.T) {
	list, err := ParsePermissions(" deploy,view,view")
	if err != nil || JoinPermissions(list) != "view,deploy" {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := ParsePermissions("view,root"); err == nil {
		t.Error("a permission that does not exist was accepted")
	}
	max := User{Name: "max", Role: RoleRepresentative, Permissions: list}
	for p, want := range map[Permission]bool{PermissionView: true, PermissionShell: false, "": true} {
		if max.May(p) != want {
			t.Errorf("%q: %v", p, !want)
		}
	}
	for group, want := range map[string]bool{"general": true, "user:max": true, "user:maxi": false, "user:eva": false} {
		if max.Sees(group) != want {
			t.Errorf("sees %q: %v", group, !want)
		}
	}
}
