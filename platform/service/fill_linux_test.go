package service

import (
	"strings"
	"testing"
)

// TestFilledIn: every place in every unit gets its value, and a value that looks
// like a place stays what it is.
func TestFilledIn(t *testing.T) {
	const dir = "/opt/a b {{.Account}}"
	list, err := render(Spec{
		Name: Name(dir), Description: "50% of {{.Command}} $HOME", Program: dir + "/jumpclient", Args: []string{"run", "--dir", dir, "$x", "%h"},
		Broker: []string{"broker"}, Account: "jumpclient", State: dir + "/state",
		Ended: dir + "/state/ended", Uninstall: []string{"uninstall"}, Auto: true,
	})
	if err != nil || len(list) != 5 {
		t.Fatalf("%d units, %v", len(list), err)
	}
	for _, u := range list {
		rest := strings.NewReplacer(dir, "", "50%% of {{.Command}} $HOME", "").Replace(u.text)
		if strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
			t.Errorf("%s has places without a value:\n%s", u.name, u.text)
		}
	}
	agent := list[4].text
	for _, want := range []string{
		"Description=50%% of {{.Command}} $HOME\n", "User=jumpclient\n", `ReadWritePaths="` + dir + `/state"`,
		`ExecStart="` + dir + `/jumpclient" "run" "--dir" "` + dir + `" "$$x" "%%h"`,
	} {
		if !strings.Contains(agent, want) {
			t.Errorf("%q is not in\n%s", want, agent)
		}
	}
}

func TestStateOf(t *testing.T) {
	for _, c := range []struct {
		load, active string
		want         State
	}{
		{"loaded", "active", StateRunning},
		{"loaded", "activating", StateRunning},
		{"loaded", "inactive", StateStopped},
		{"loaded", "failed", StateStopped},
		{"not-found", "inactive", StateAbsent},
		{"not-found", "active", StateRunning}, // its file is gone, it is not
		{"masked", "inactive", StateStopped},
	} {
		if got := stateOf([]string{"LoadState=" + c.load, "ActiveState=" + c.active}); got != c.want {
			t.Errorf("%s, %s: %v, want %v", c.load, c.active, got, c.want)
		}
	}
}
