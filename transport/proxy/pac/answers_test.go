package pac

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// asked counts how often a script is run.
type asked struct {
	times int
	err   error
}

func (a *asked) run() ([]Route, []string, error) {
	a.times++
	return []Route{{fmt.Sprintf("http://a:%d", a.times)}}, nil, a.err
}

// TestAnswers: a script is run again when its answer is old, led nowhere, or is
// that of another network.
func TestAnswers(t *testing.T) {
	here := Question{"http://a/proxy.pac", "site:443", "home"}
	for _, c := range []struct {
		name string
		err  error
		then func(*Answers)
		q    Question
		wait time.Duration
		want int
	}{
		{"at once", nil, nil, here, 0, 1},
		{"soon", nil, nil, here, goodFor - time.Second, 1},
		{"old", nil, nil, here, goodFor, 2},
		{"no answer, at once", errors.New("404"), nil, here, 0, 1},
		{"no answer, later", errors.New("404"), nil, here, doubtedFor, 2},
		{"led nowhere, at once", nil, func(a *Answers) { a.Doubt(here) }, here, 0, 1},
		{"led nowhere, later", nil, func(a *Answers) { a.Doubt(here) }, here, doubtedFor, 2},
		{"another one led nowhere", nil, func(a *Answers) { a.Doubt(Question{}) }, here, doubtedFor, 1},
		{"the network has changed", nil, (*Answers).Forget, here, 0, 2},
		{"another network", nil, nil, Question{here.Script, here.Address, "office"}, 0, 2},
		{"another script", nil, nil, Question{"wpad", here.Address, here.Network}, 0, 2},
		{"another site", nil, nil, Question{here.Script, "other:443", here.Network}, 0, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			var all Answers
			script := asked{err: c.err}
			all.Ask(t.Context(), here, script.run)
			if c.then != nil {
				c.then(&all)
			}
			<-time.After(c.wait)
			routes, _, err := all.Ask(t.Context(), c.q, script.run)
			if want := fmt.Sprintf("http://a:%d", c.want); script.times != c.want || routes[0].Proxy != want || err != c.err {
				t.Errorf("%s: asked %d times, want %d; %v, %v", c.name, script.times, c.want, routes, err)
			}
		})
	}
}

// TestAnswerGivenUp: that another way was faster says nothing about a script.
func TestAnswerGivenUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var all Answers
	script := asked{err: context.Canceled}
	all.Ask(ctx, Question{}, func() ([]Route, []string, error) { cancel(); return script.run() })
	script.err = nil
	if _, _, err := all.Ask(t.Context(), Question{}, script.run); err != nil || script.times != 2 {
		t.Errorf("asked %d times, %v", script.times, err)
	}
}

// TestAnswersBound: however many questions there are, few are kept.
func TestAnswersBound(t *testing.T) {
	var all, none = &Answers{}, (*Answers)(nil)
	script, again := asked{}, asked{}
	for i := range 100 {
		all.Ask(t.Context(), Question{Address: fmt.Sprint(i)}, script.run)
		none.Ask(t.Context(), Question{}, again.run)
		none.Doubt(Question{})
		none.Forget()
	}
	if len(all.kept) > maxAnswers || script.times != 100 || again.times != 100 {
		t.Errorf("%d are kept; asked %d and %d times", len(all.kept), script.times, again.times)
	}
}

// TestParse: what is no address is named, and none of it is a route.
func TestParse(t *testing.T) {
	for _, bad := range []string{":", "a:", ":80", "a:b", "a:0", "a:65536", "a:-1", "[]", "[::1", "::1", "a:1:2", "u:p@a:1", "a/b", "a%41"} {
		if routes, unusable := Parse("PROXY " + bad); len(routes) != 0 || len(unusable) != 1 {
			t.Errorf("%q: %v, %v", bad, routes, unusable)
		}
	}
	for _, good := range []string{"a", "a:1", "1.2.3.4:65535", "[::1]:80", "[2001:db8::1]"} {
		if routes, unusable := Parse("PROXY " + good); len(routes) != 1 || len(unusable) != 0 {
			t.Errorf("%q: %v, %v", good, routes, unusable)
		}
	}
}
