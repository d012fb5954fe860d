//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jump/internal/testwait"
)

// copied is what of the list this test looks at.
type copied struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Status        string `json:"status"`
	QuarantinedAt string `json:"quarantined_at"`
	Group         struct {
		Code string `json:"code"`
	} `json:"group"`
	Copies []struct {
		Number    string `json:"number"`
		Address   string `json:"address"`
		Connected bool   `json:"connected"`
		Since     string `json:"since"`
	} `json:"copies"`
}

func (s *site) copied() (all []copied) {
	s.t.Helper()
	s.read(&all, "list", "--json")
	return all
}

// quarantine copies the folder of a running client, starts it, and waits until
// both copies are seen in one row.
func (s *site) quarantine() (original, copy *process, seen copied) {
	s.t.Helper()
	folder := s.t.TempDir()
	first, second := filepath.Join(folder, "first"), filepath.Join(folder, "second")
	uid, keyInfo := s.keyInfo("--max-uses", "1")
	original = enrol(s.t, first, keyInfo, "box")
	s.online("box")
	testwait.Eventually(s.t, "the folder is copied", func() error { // a file that the client replaces meanwhile ends cp
		return errors.Join(os.RemoveAll(second), exec.Command("cp", "-a", first, second).Run())
	})
	s.jump("installer", "revoke", uid) // what becomes a client of its own needs no key
	copy = start(s.t, exec.Command(program("jumpclient"), "run", "--dir", second))
	testwait.Eventually(s.t, "both copies are in one row", func() error {
		all := s.copied()
		if len(all) != 1 || all[0].Status != "quarantined" || len(all[0].Copies) != 2 || !all[0].Copies[0].Connected || !all[0].Copies[1].Connected {
			return fmt.Errorf("the clients are %+v", all)
		}
		seen = all[0]
		return nil
	})
	return original, copy, seen
}

// alarmID returns the one alarm that waits.
func (s *site) alarmID() string {
	s.t.Helper()
	var alarms []struct {
		ID   string `json:"id"`
		Kind string `json:"kind"`
	}
	s.read(&alarms, "alarm", "list", "--json")
	if len(alarms) != 1 || alarms[0].Kind != "copied_client" {
		s.t.Fatalf("the alarms are %+v", alarms)
	}
	return alarms[0].ID
}

// TestCopyBecomesItsOwn: the folder of a running client is copied and started,
// no session can start with either, and after the answer both go on as two.
func TestCopyBecomesItsOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	original, _, seen := s.quarantine()
	if seen.QuarantinedAt == "" || seen.Copies[0].Address != "127.0.0.1" || seen.Copies[1].Since == "" {
		t.Errorf("the row says %+v", seen)
	}
	cmd := exec.Command(program("jump"), "exec", "box", "--", "true")
	cmd.Env = append(os.Environ(), s.env...)
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "[quarantined]") {
		t.Errorf("a session in quarantine: %v, %s", err, out)
	}
	s.jump("alarm", "answer", s.alarmID(), "stays", "--copy", seen.Copies[0].Number)
	testwait.Eventually(t, "both are clients of their own", func() error {
		all := s.copied()
		if len(all) != 2 || all[0].Status != "online" || all[1].Status != "online" || all[0].Group != all[1].Group {
			return fmt.Errorf("the clients are %+v", all)
		}
		return nil
	})
	for _, c := range s.copied() {
		if out := s.jump("exec", c.ID, "--", "echo", "here"); !strings.Contains(out, "here") {
			t.Errorf("%s answers %q", c.Name, out)
		}
	}
	if n := strings.Count(original.out.String(), `"connected"`) + strings.Count(original.out.String(), "msg=connected"); n != 1 {
		t.Errorf("the original was cut off: it connected %d times", n)
	}
}

// TestCopyRemoved: the copy is refused for good, and the original stays.
func TestCopyRemoved(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, copy, seen := s.quarantine()
	s.jump("alarm", "answer", s.alarmID(), "remove", "--copy", seen.Copies[1].Number)
	if status := copy.exit(); status != 4 {
		t.Errorf("the copy ended with %d", status)
	}
	s.online("box")
	if all := s.copied(); len(all) != 1 || len(all[0].Copies) != 0 {
		t.Errorf("the clients are %+v", all)
	}
}

// TestCopyInConsole: an administrator sees both computers and says which one is
// the original.
func TestCopyInConsole(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, seen := s.quarantine()
	b := newBrowser(t, s)
	b.signIn(s)
	b.do(`await page.getByText('Quarantined').first().waitFor()
		await page.getByRole('link', {name: 'Administration'}).click()
		await page.getByRole('link', {name: 'Alarms'}).click()
		await page.getByRole('heading', {name: 'Two computers show the key of box'}).waitFor()
		const copy = page.getByRole('listitem', {name: '127.0.0.1 ' + arg.second})
		await copy.getByRole('button', {name: 'Remove'}).click()
		await page.getByRole('dialog', {name: 'Remove the copy at 127.0.0.1?'}).getByRole('button', {name: 'Cancel'}).click()
		await page.getByRole('listitem', {name: '127.0.0.1 ' + arg.first}).getByRole('button', {name: 'This is the original'}).click()
		await page.getByText('Nothing is waiting for you').waitFor()`, map[string]string{"first": seen.Copies[0].Number, "second": seen.Copies[1].Number}, nil)
	testwait.Eventually(t, "both are clients of their own", func() error {
		all := s.copied()
		if len(all) != 2 || all[0].Status != "online" || all[1].Status != "online" {
			return fmt.Errorf("the clients are %+v", all)
		}
		return nil
	})
	b.unharmed()
}
