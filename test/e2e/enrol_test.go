//go:build linux

package e2e

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"jump/installer/stamp"
)

// TestRefusedKeys: with what nobody enrols.
func TestRefusedKeys(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, good := s.keyInfo()
	revokedUID, revoked := s.keyInfo()
	s.jump("installer", "revoke", revokedUID)
	expiredUID, expired := s.keyInfo()
	s.expire(expiredUID)
	_, usedUp := s.keyInfo("--max-uses", "1")
	enrol(t, t.TempDir()+"/first", usedUp, "first")
	s.online("first")

	for _, c := range []struct{ name, keyInfo, says string }{
		{"expired", expired, "its time is over"},
		{"used up", usedUp, "used as often as it may be"},
		{"revoked", revoked, "withdrawn by an administrator"},
		{"garbled", garble(good), "checksum is wrong"},
		{"cut short", good[:20], "too short"},
		{"with the pin of another site", pinElsewhere(t, good), "does not own the expected key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := enrol(t, t.TempDir()+"/client", c.keyInfo, "second")
			p.says(c.says)
			if strings.Contains(p.out.String(), good) {
				t.Error("it wrote the deployment key to its log")
			}
			if all := s.clients(); len(all) != 1 {
				t.Errorf("the clients are %+v, want the first alone", all)
			}
		})
	}
}

// expire ends a key's validity, which is ten minutes at least, in the site's
// database.
func (s *site) expire(uid string) {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, "site.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	r, err := db.Exec(`UPDATE deployment_keys SET expires_at = created_at WHERE uid = ?`, uid)
	if err != nil {
		s.t.Fatal(err)
	}
	if n, _ := r.RowsAffected(); n != 1 {
		s.t.Fatalf("%d keys have the uid %q", n, uid)
	}
}

// garble changes one character in the middle.
func garble(keyInfo string) string {
	b := []byte(keyInfo)
	if i := len(b) / 2; b[i] == 'a' {
		b[i] = 'b'
	} else {
		b[i] = 'a'
	}
	return string(b)
}

// pinElsewhere makes the key expect a site that it will not find.
func pinElsewhere(t *testing.T, keyInfo string) string {
	t.Helper()
	key, err := stamp.Parse(keyInfo)
	if err != nil {
		t.Fatal(err)
	}
	key.Site[0]++
	return key.String()
}

// TestEnrolTwice: the same request again is the same client, and no further
// use of the key.
func TestEnrolTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	uid, keyInfo := s.keyInfo("--max-uses", "2")
	dir := filepath.Join(t.TempDir(), "client")
	for range 2 {
		p := enrol(t, dir, keyInfo, "box")
		s.online("box")
		p.kill()
	}
	if all := s.clients(); len(all) != 1 {
		t.Errorf("the clients are %+v, want one", all)
	}
	var keys []struct {
		UID  string `json:"uid"`
		Uses int    `json:"uses"`
	}
	s.read(&keys, "installer", "list", "--json")
	if want := fmt.Sprintf("[{%s 1}]", uid); fmt.Sprint(keys) != want {
		t.Errorf("the keys are %v, want %s", keys, want)
	}
}
