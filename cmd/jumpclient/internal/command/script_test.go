package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"jump/agent/config"
	"jump/transport/wire"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"jumpclient": func() { os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestScripts types commands as a user does. The scripts have three commands of
// their own: site, await and exits.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			s, err := newSite()
			if err != nil {
				return err
			}
			env.Defer(s.close)
			env.Values[siteKey{}] = s
			env.Setenv("KEY", s.key("127.0.0.1").String())
			env.Setenv("OTHERSITE", newOtherKey())
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"site":  cmdSite,
			"await": cmdAwait,
			"exits": cmdExits,
		},
	})
}

type siteKey struct{}

// cmdSite tells the site what to answer from now on: welcome, refuse or remove;
// or says what it expects the last agent to have wished (wished TAG NAME), or
// prints what a program on its computer prints (exec ARGS...), or says how many
// clients it expects to have said that they were uninstalled (uninstalled N).
func cmdSite(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value(siteKey{}).(*site)
	switch args[0] {
	case "wished":
		if got := s.last(); got.Tag != args[1] || got.Name != args[2] {
			ts.Fatalf("the agent wished %+v", got)
		}
	case "uninstalled":
		if got := s.uninstalled(); fmt.Sprint(got) != args[1] {
			ts.Fatalf("%d clients said that they were uninstalled", got)
		}
	case "exec":
		out, err := s.exec(args[1:])
		ts.Check(err)
		_, err = io.WriteString(ts.Stdout(), out)
		ts.Check(err)
	default:
		s.answer(args[0])
	}
}

// cmdAwait waits until `jumpclient status` would say that state: await DIR STATE.
func cmdAwait(ts *testscript.TestScript, _ bool, args []string) {
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	limit := time.After(20 * time.Second)
	for {
		s, err := look(config.At(ts.MkAbs(args[0])))
		if err == nil && string(s.State) == args[1] {
			return
		}
		select {
		case <-again.C:
		case <-limit:
			ts.Fatalf("%s is %+v, %v; want %s", args[0], s, err, args[1])
		}
	}
}

// cmdExits runs jumpclient and compares its exit code: exits CODE ARGS...
func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec("jumpclient", args[1:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("jumpclient %s: exit code %s, want %s", strings.Join(args[1:], " "), got, args[0])
	}
}

// TestPlain: a site's words do not steer a terminal.
func TestPlain(t *testing.T) {
	if got := plain("a\x1b[2J\u202eb\nä"); got != "a\ufffd[2J\ufffdb\nä" {
		t.Errorf("%q", got)
	}
}

func TestCeiling(t *testing.T) {
	for _, c := range []struct {
		text string
		want wire.Rights
		ok   bool
	}{
		{"", ^wire.Rights(0), true},
		{"view", wire.RightView, true},
		{"view, shell", wire.RightView | wire.RightShell, true},
		{"none", 0, true},
		{"everything", 0, false},
		{"view,,shell", 0, false},
	} {
		if got, err := parseCeiling(c.text); got != c.want || (err == nil) != c.ok {
			t.Errorf("%q: %b, %v", c.text, got, err)
		}
	}
}

// TestStatusIsStable: scripts read these names.
func TestStatusIsStable(t *testing.T) {
	b, err := json.Marshal(reported{true, false, config.Status{State: config.StateOnline, Since: time.Unix(0, 0).UTC()}})
	want := `{"running":true,"disabled":false,"state":"online","site":"","id":"","version":"","since":"1970-01-01T00:00:00Z"}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
}
