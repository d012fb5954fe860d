package config

import (
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"jump/transport/wire"
)

// renewed returns a client that is to become one of its own, and its old key.
func renewed(t *testing.T) (Dir, ed25519.PrivateKey, wire.Permit) {
	t.Helper()
	d := made(t)
	old, err := d.Identity()
	if err == nil {
		err = errors.Join(d.SaveConfig(Config{Name: "box"}), d.SaveLearned(Learned{Enrolled: true, Join: &wire.Join{Counter: 7}}))
	}
	permit := wire.Permit{Number: 3, MAC: []byte("mac")}
	if err := errors.Join(err, d.Renew(old, permit)); err != nil {
		t.Fatal(err)
	}
	return d, old, permit
}

func TestRenew(t *testing.T) {
	d, old, permit := renewed(t)
	for range 2 { // the second finds all done
		r, err := d.FinishRenewal()
		if err != nil || r == nil {
			t.Fatal(r, err)
		}
		key, err := d.ExistingIdentity()
		if err != nil || key.Equal(old) {
			t.Fatal("the key is the old one", err)
		}
		was, now := wire.IDOf(old.Public().(ed25519.PublicKey)), wire.IDOf(key.Public().(ed25519.PublicKey))
		if wire.ID(r.Old) != was || !ed25519.Verify(old.Public().(ed25519.PublicKey), wire.RenewalText(was, now, permit), r.Signature) {
			t.Errorf("the site would refuse %+v", r)
		}
		if l, err := d.Learned(); err != nil || l.Enrolled || l.Join != nil {
			t.Errorf("it has learned %+v, %v", l, err)
		}
		if c, err := d.Config(); err != nil || c.Name != "box" {
			t.Errorf("config %+v, %v", c, err)
		}
	}
	if err := d.ForgetRenewal(); err != nil {
		t.Fatal(err)
	}
	if r, err := d.FinishRenewal(); r != nil || err != nil {
		t.Errorf("after it was enrolled: %+v, %v", r, err)
	}
}

// TestRenewInterrupted: a power cut at any step leaves a client that goes on
// where it was, and never the old key with the new one's renewal.
func TestRenewInterrupted(t *testing.T) {
	for _, gone := range []string{"learned.json", "identity.key", "status.json"} {
		d, old, _ := renewed(t)
		if err := os.Remove(filepath.Join(d.root, "state", gone)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		r, err := d.FinishRenewal()
		key, failed := d.ExistingIdentity()
		if err != nil || failed != nil || r == nil || key.Equal(old) {
			t.Errorf("without %s: %+v, %v, %v", gone, r, err, failed)
		}
	}
}

// TestRenewalDamaged: it is named, and nothing is thrown away.
func TestRenewalDamaged(t *testing.T) {
	d, old, _ := renewed(t)
	for _, content := range []string{"", "{}", `{"key":"AAAA"}`} {
		if err := os.WriteFile(d.renewalFile(), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := d.FinishRenewal(); err == nil {
			t.Errorf("%q was taken for %+v", content, r)
		}
		if key, err := d.ExistingIdentity(); err != nil || !key.Equal(old) {
			t.Errorf("after %q the key is another one: %v", content, err)
		}
	}
}
