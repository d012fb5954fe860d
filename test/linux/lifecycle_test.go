//go:build linux

package linux

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"jump/internal/testwait"
)

// status waits until the only client of a site has a status.
func (s *site) status(want string) {
	s.t.Helper()
	testwait.Eventually(s.t, "the client is "+want, func() error {
		if all := s.clients(); len(all) != 1 || all[0].Status != want {
			return fmt.Errorf("the clients are %+v", all)
		}
		return nil
	})
}

// remove removes the only client in the console, whatever it is called.
func (s *site) remove() {
	s.t.Helper()
	s.jump("remove", "--yes", s.clients()[0].Name)
	if all := s.clients(); len(all) != 0 {
		s.t.Errorf("after its removal there are %+v", all)
	}
}

// TestRemovedHeadless: to remove a headless client in the console ends it, now
// or when it comes back; its files stay until uninstall is run (requirement C8).
func TestRemovedHeadless(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "dash")
	uid := tr.bring(s, "username", "--max-uses", "2")
	before := tr.snapshot()
	install := "sh ./bomgar-scc-" + uid + ".bin --install-dir /home/username/jc"

	says(t, 0, "installed", tr.as("username", install))
	says(t, 0, "online", tr.as("username", "jc/init-script start"))
	s.remove()
	testwait.Eventually(t, "the client ends", func() error {
		if n := len(tr.processes()); n > 0 {
			return fmt.Errorf("%d run", n)
		}
		return nil
	})
	says(t, 3, "removed by admin", tr.as("username", "jc/init-script status"))
	says(t, 1, "removed by admin", tr.as("username", "jc/init-script start"))
	says(t, 1, "ended for good", tr.as("username", "jc/jumpclient doctor"))
	if _, err := os.Stat(tr.path("home/username/jc/jumpclient")); err != nil {
		t.Errorf("its files are gone: %v", err)
	}
	says(t, 0, "uninstalled", tr.as("username", "jc/uninstall"))
	tr.unchanged(before)

	says(t, 0, "installed", tr.as("username", install))
	says(t, 0, "online", tr.as("username", "jc/init-script start"))
	says(t, 0, "stopped", tr.as("username", "jc/init-script stop"))
	s.status("offline")
	s.remove()
	says(t, 1, "was removed from the site", tr.as("username", "jc/init-script start"))
	says(t, 0, "uninstalled", tr.as("username", "jc/uninstall"))
	tr.unchanged(before)
}

// TestRemovedDesktop: a client that is not headless takes itself off when it is
// removed in the console, also when it hears of that later.
func TestRemovedDesktop(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "dash")
	uid, key := s.key()
	path := tr.path("home/username/bomgar-scc-" + uid + ".bin")
	s.bin(path, key, false)
	if err := os.Chown(path, tr.uid("username"), -1); err != nil {
		t.Fatal(err)
	}
	before := tr.snapshot()
	gone := func() error {
		_, err := os.Lstat(tr.path("home/username/jc"))
		if errors.Is(err, os.ErrNotExist) && len(tr.processes()) == 0 && tr.snapshot() == before {
			return nil
		}
		return errors.Join(err, errors.New(difference(before, tr.snapshot())))
	}
	install := "sh ./bomgar-scc-" + uid + ".bin --install-dir /home/username/jc --wait-online 60s"

	says(t, 0, "online", tr.as("username", install))
	s.remove()
	testwait.Eventually(t, "the client is gone", gone)

	says(t, 0, "online", tr.as("username", install))
	says(t, 0, "stopped", tr.as("username", "jc/init-script stop"))
	s.status("offline")
	s.remove()
	says(t, 1, "was removed from the site", tr.as("username", "jc/init-script start"))
	testwait.Eventually(t, "the client is gone", gone)
}

// TestUninstalled: whoever uninstalls a client on its computer leaves it in the
// list, with its last facts, until it is removed there (requirement E10). It
// does not matter whether it runs, nor whether the site is there.
func TestUninstalled(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "dash")
	uid := tr.bring(s, "username")
	install := "sh ./bomgar-scc-" + uid + ".bin --install-dir /home/username/jc"
	for _, last := range []string{"true", "jc/init-script stop"} {
		says(t, 0, "installed", tr.as("username", install))
		says(t, 0, "online", tr.as("username", "jc/init-script start"))
		says(t, 0, "", tr.as("username", last))
		says(t, 0, "uninstalled", tr.as("username", "jc/uninstall"))
		all := s.clients()
		if len(all) != 1 || all[0].Status != "uninstalled" || all[0].Name == "" {
			t.Errorf("after %q the clients are %+v", last, all)
		}
		r := try(t, s.env, program("jump"), "exec", all[0].Name, "--", "true")
		says(t, 5, "[M9]", r)
		s.remove()
	}
}

// TestDisabled: what the person at the computer decides is told to the site
// and to whoever wants to jump (requirement A7, message M16).
func TestDisabled(t *testing.T) {
	t.Parallel()
	s, tr := newSite(t), newTree(t, "dash")
	uid := tr.bring(s, "username")
	says(t, 0, "installed", tr.as("username", "sh ./bomgar-scc-"+uid+".bin --install-dir /home/username/jc"))
	says(t, 0, "online", tr.as("username", "jc/init-script start"))
	says(t, 7, "as the client's own user", tr.as("jsmith", "/home/username/jc/jumpclient disable"))
	says(t, 0, "is disabled", tr.as("username", "jc/jumpclient disable"))
	s.status("disabled")
	says(t, 5, "[M16]", try(t, s.env, program("jump"), "exec", s.clients()[0].Name, "--", "true"))
	says(t, 0, "is enabled", tr.as("username", "jc/jumpclient enable"))
	s.status("online")
	says(t, 0, "", try(t, s.env, program("jump"), "exec", s.clients()[0].Name, "--", "true"))
	says(t, 0, "", tr.as("username", "jc/jumpclient doctor"))
	says(t, 0, "uninstalled", tr.as("username", "jc/uninstall"))
}
