package deploy

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jump/installer/stamp"
	"jump/site/store"
	"jump/transport"
	"jump/transport/wire"
)

var siteKey = func() ed25519.PublicKey {
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err)
	}
	return public
}()

func open(t *testing.T) *Keys {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "site.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	k, err := New(s, siteKey, "https://jump.example.com:8443")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range []store.Group{
		{Name: "Linux Admins"}, {Code: "ops", Name: "Operations"},
		{Code: store.PersonalGroup("Admin"), Name: "Admin", Kind: store.GroupPersonal, Owner: "Admin"},
	} {
		if _, err := s.CreateGroup(t.Context(), g); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// peer is an agent with a new key, on a new connection.
func peer() transport.Peer {
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err)
	}
	binding := make([]byte, wire.BindingSize)
	rand.Read(binding)
	return transport.Peer{Key: public, Binding: binding}
}

// sign is what an agent does with KEY_INFO.
func sign(t *testing.T, info string, p transport.Peer, w wire.Wishes) *wire.Enrolment {
	t.Helper()
	key, err := stamp.Parse(info)
	if err != nil {
		t.Fatal(err)
	}
	text := wire.EnrolmentText(key.ID[:], wire.IDOf(p.Key), p.Binding)
	return &wire.Enrolment{KeyID: key.ID[:], Signature: ed25519.Sign(key.Signer(), text), Wishes: w}
}

func create(t *testing.T, k *Keys, r Request) Created {
	t.Helper()
	made, err := k.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// code returns the code of a refusal, or what else an error says.
func code(err error) string {
	if r := (*wire.Refused)(nil); errors.As(err, &r) {
		return string(r.Code)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestCreate(t *testing.T) {
	k := open(t)
	made := create(t, k, Request{Group: "linux admins", Tag: "web", MaxUses: 3, CreatedBy: "admin"})
	info, err := stamp.Parse(made.Info)
	if err != nil || info.Host != "jump.example.com" || info.Port != 8443 || info.Site != wire.IDOf(siteKey) {
		t.Errorf("key %v, %v", info, err)
	}
	if got := made.ExpiresAt.Sub(made.CreatedAt); got != DefaultValidity || made.Group != "linux-admins" {
		t.Errorf("valid for %v, group %q", got, made.Group)
	}
	keys, err := k.List(t.Context())
	if err != nil || len(keys) != 1 || keys[0].UID != made.UID || len(keys[0].Overrides) != 4 {
		t.Errorf("listed %+v, %v", keys, err)
	}
}

func TestCreateRefuses(t *testing.T) {
	k := open(t)
	for _, r := range []Request{
		{ValidFor: 9 * time.Minute}, {ValidFor: 366 * 24 * time.Hour}, {ValidFor: -time.Hour}, {MaxUses: -1},
		{Mode: "user", Platform: "win64-msi"}, {Mode: "user", Platform: "linux-deb-x64"}, {Mode: "user", Platform: "linux-rpm-arm64"},
		{Overrides: []string{"password"}}, {Name: strings.Repeat("x", 129)}, {Tag: strings.Repeat("x", 65)},
	} {
		if _, err := k.Create(t.Context(), r); !errors.Is(err, ErrRequest) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if _, err := k.Create(t.Context(), Request{Group: "none"}); code(err) != "no_group" {
		t.Errorf("a group that does not exist: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, address := range []string{"", "http://a", "https://", "a:443", "https://a:0", "https://a:66000", "https://a b"} {
		if _, err := New(nil, siteKey, address); err == nil {
			t.Errorf("accepted %q", address)
		}
	}
	if k, err := New(nil, siteKey, "https://[2001:db8::1]"); err != nil || k.host != "2001:db8::1" || k.port != 443 {
		t.Errorf("%+v, %v", k, err)
	}
}

func TestResolveGroup(t *testing.T) {
	k := open(t)
	for spelling, want := range map[string]string{
		"": "general", "General": "general", "GENERAL": "general", "jumpgroup:general": "general",
		"user:admin": "user:admin", "User:Admin": "user:admin", "Benutzer:admin": "user:admin", "benutzer:ADMIN": "user:admin",
		"Linux Admins": "linux-admins", " linux admins ": "linux-admins", "linux-admins": "linux-admins",
		"JumpGroup:Linux-Admins": "linux-admins", "Operations": "ops", "ops": "ops",
		"admin": "", "user:": "", "user:nobody": "", "jumpgroup:": "", "other:general": "", "' OR 1=1": "",
	} {
		g, err := k.ResolveGroup(t.Context(), spelling)
		if g.Code != want || (want == "") != (code(err) == "no_group") {
			t.Errorf("%q is %q, %v; want %q", spelling, g.Code, err, want)
		}
	}
}

func TestAdmit(t *testing.T) {
	k := open(t)
	made := create(t, k, Request{Name: "", Group: "ops", Tag: "db", Comments: "c", MaxUses: 1})
	p := peer()
	c, created, err := k.Admit(t.Context(), p, sign(t, made.Info, p, wire.Wishes{Tag: "web", Group: "Benutzer:admin"}), wire.Status{Hostname: "pc"})
	if err != nil || !created || c.Name != "pc" || c.Group != "user:admin" || c.Tag != "web" || c.Comments != "c" || c.KeyUID != made.UID {
		t.Fatalf("admitted %+v, %v, %v", c, created, err)
	}
	p2 := peer()
	if _, _, err := k.Admit(t.Context(), p2, sign(t, made.Info, p2, wire.Wishes{}), wire.Status{}); code(err) != "key_used_up" {
		t.Errorf("a second agent: %v", err)
	}
}

func TestAdmitTwice(t *testing.T) {
	k := open(t)
	made := create(t, k, Request{MaxUses: 2})
	p := peer()
	for i := range 3 {
		p.Binding[0]++ // another connection of the same agent
		c, created, err := k.Admit(t.Context(), p, sign(t, made.Info, p, wire.Wishes{}), wire.Status{Hostname: "pc"})
		if err != nil || created != (i == 0) || c.ID != wire.IDOf(p.Key) {
			t.Fatalf("time %d: %+v, %v, %v", i+1, c, created, err)
		}
	}
	if keys, err := k.List(t.Context()); err != nil || keys[0].Uses != 1 {
		t.Errorf("%+v, %v", keys, err)
	}
}

func TestAdmitRefuses(t *testing.T) {
	k := open(t)
	now := time.Now()
	k.now = func() time.Time { return now }
	good := create(t, k, Request{Overrides: []string{OverrideName}, Tag: "db", ValidFor: time.Hour})
	revoked := create(t, k, Request{})
	if err := k.Revoke(t.Context(), revoked.UID); err != nil {
		t.Fatal(err)
	}
	other, err := stamp.New(wire.IDOf(siteKey), "jump.example.com", 8443)
	if err != nil {
		t.Fatal(err)
	}
	p, elsewhere, thief := peer(), peer(), peer()
	elsewhere.Key = p.Key
	thief.Binding = p.Binding
	for _, c := range []struct {
		name string
		e    *wire.Enrolment
		want string
	}{
		{"unknown key", sign(t, other.String(), p, wire.Wishes{}), "key_unknown"},
		{"replayed from another connection", sign(t, good.Info, elsewhere, wire.Wishes{}), "key_unknown"},
		{"signed for another agent", sign(t, good.Info, thief, wire.Wishes{}), "key_unknown"},
		{"signed with another key", &wire.Enrolment{KeyID: good.ID[:], Signature: sign(t, other.String(), p, wire.Wishes{}).Signature}, "key_unknown"},
		{"revoked, but not signed", &wire.Enrolment{KeyID: revoked.ID[:], Signature: make([]byte, 64)}, "key_unknown"},
		{"revoked", sign(t, revoked.Info, p, wire.Wishes{}), "key_revoked"},
		{"tag", sign(t, good.Info, p, wire.Wishes{Tag: "web"}), "override"},
		{"group", sign(t, good.Info, p, wire.Wishes{Group: "ops"}), "override"},
		{"unknown group that may not be set", sign(t, good.Info, p, wire.Wishes{Group: "none"}), "override"},
	} {
		_, created, err := k.Admit(t.Context(), p, c.e, wire.Status{})
		if code(err) != c.want || created {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if c, _, err := k.Admit(t.Context(), p, sign(t, good.Info, p, wire.Wishes{Name: "<img onerror=alert(1)>", Tag: "db", Group: "General"}), wire.Status{}); err != nil || c.Name != "<img onerror=alert(1)>" {
		t.Errorf("wishes that change nothing, and a name: %+v, %v", c, err)
	}
	now = now.Add(time.Hour)
	late := peer()
	if _, _, err := k.Admit(t.Context(), late, sign(t, good.Info, late, wire.Wishes{}), wire.Status{}); code(err) != "key_expired" {
		t.Errorf("an hour later: %v", err)
	}
	free := create(t, k, Request{})
	if _, _, err := k.Admit(t.Context(), late, sign(t, free.Info, late, wire.Wishes{Group: "none"}), wire.Status{}); code(err) != "no_group" {
		t.Errorf("unknown group: %v", err)
	}
}

// TestAnswersAlike: an unknown key and a wrong signature cannot be told apart.
func TestAnswersAlike(t *testing.T) {
	k := open(t)
	made := create(t, k, Request{})
	p := peer()
	_, _, unknown := k.Admit(t.Context(), p, &wire.Enrolment{KeyID: make([]byte, 8), Signature: make([]byte, 64)}, wire.Status{})
	_, _, wrong := k.Admit(t.Context(), p, &wire.Enrolment{KeyID: made.ID[:], Signature: make([]byte, 64)}, wire.Status{})
	if unknown == nil || wrong == nil || unknown.Error() != wrong.Error() {
		t.Errorf("%v\n%v", unknown, wrong)
	}
}
