package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jump/transport/wire"
)

func names(p Page) string {
	var all []string
	for _, c := range p.Clients {
		all = append(all, c.Name)
	}
	return strings.Join(all, " ")
}

// fleet is five clients that differ in everything.
func fleet(t testing.TB) *Store {
	t.Helper()
	s := open(t)
	addKey(t, s, "k", 0, time.Hour)
	for _, g := range []string{"Linux Admins", "Empty"} {
		if _, err := s.CreateGroup(t.Context(), Group{Name: g}); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range []struct{ host, given, group, tag, comments, user, domain, workgroup, private, public string }{
		{"alpha", "", "general", "", "100% sure", "anne", "CORP", "", "10.0.0.1", "203.0.113.1"},
		{"beta", "", "general", "web", "", "bob", "", "WORK", "10.0.0.2", "203.0.113.2"},
		{"Gamma", "", "linux-admins", "web", "ÄÖÜ", "", "", "", "10.0.0.3", ""},
		{"delta", "Zeta", "linux-admins", "db", "_x_", "", "", "", "", ""},
		{"eta", "", "general", "db", "", "", "", "", "", ""},
	} {
		id, public := agent(i)
		facts := wire.Status{Hostname: c.host, ConsoleUser: c.user, Domain: c.domain, Workgroup: c.workgroup, PrivateIP: c.private}
		if _, _, err := s.Enrol(t.Context(), Enrolment{KeyUID: "k", ID: id, PublicKey: public, Name: c.given,
			Group: c.group, Tag: c.tag, Comments: c.comments, Facts: facts}); err != nil {
			t.Fatal(err)
		}
		facts.Disabled = i == 1
		if i >= 3 {
			continue
		}
		if _, _, err := s.Connect(t.Context(), id, Connection{PublicIP: c.public, Facts: facts}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestClients(t *testing.T) {
	s := fleet(t)
	now := time.Date(2031, 5, 6, 7, 8, 0, 0, time.UTC)
	s.now = func() time.Time { return now }
	id, _ := agent(2)
	if _, err := s.MarkAccessed(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	only := func(f ...Field) []Field { return f }
	for _, c := range []struct {
		name  string
		query Query
		want  string
	}{
		{"all", Query{}, "alpha beta eta Gamma Zeta"},
		{"backwards", Query{Descending: true}, "Zeta Gamma eta beta alpha"},
		{"by state", Query{Sort: SortStatus}, "alpha Gamma beta eta Zeta"},
		{"by host", Query{Sort: SortHostname}, "alpha beta Zeta eta Gamma"},
		{"by tag", Query{Sort: SortTag}, "alpha eta Zeta beta Gamma"},
		{"by access", Query{Sort: SortLastAccessed, Descending: true, Limit: 1}, "Gamma"},
		{"by seen", Query{Sort: SortLastSeen, Descending: true, Limit: 3}, "Gamma beta alpha"},
		{"group", Query{Group: "Linux-Admins"}, "Gamma Zeta"},
		{"tag", Query{Tag: "web"}, "beta Gamma"},
		{"state", Query{State: StateDisabled}, "beta"},
		{"visible", Query{Groups: []string{"linux-admins"}}, "Gamma Zeta"},
		{"nothing visible", Query{Groups: []string{}}, ""},
		{"visible and other group", Query{Groups: []string{"linux-admins"}, Group: "general"}, ""},
		{"name", Query{Search: "ALPH"}, "alpha"},
		{"hostname of a named one", Query{Search: "delta", Fields: only(FieldName)}, "Zeta"},
		{"comments", Query{Search: "äöü", Fields: only(FieldComments)}, "Gamma"},
		{"percent is a percent", Query{Search: "0%"}, "alpha"},
		{"underline is an underline", Query{Search: "_x"}, "Zeta"},
		{"console user", Query{Search: "anne", Fields: only(FieldConsoleUser)}, "alpha"},
		{"domain", Query{Search: "corp", Fields: only(FieldDomain)}, "alpha"},
		{"workgroup", Query{Search: "work", Fields: only(FieldWorkgroup)}, "beta"},
		{"group name", Query{Search: "x adm", Fields: only(FieldGroup)}, "Gamma Zeta"},
		{"method", Query{Search: "jump client", Fields: only(FieldMethod), Limit: 2}, "alpha beta"},
		{"accessed", Query{Search: "2031-05-06", Fields: only(FieldLastAccessed)}, "Gamma"},
		{"private address", Query{Search: "10.0.0.", Fields: only(FieldPrivateIP)}, "alpha beta Gamma"},
		{"public address", Query{Search: "113.2", Fields: only(FieldPublicIP)}, "beta"},
		{"status", Query{Search: "disab", Fields: only(FieldStatus)}, "beta"},
		{"tag by search", Query{Search: "db", Fields: only(FieldTag)}, "eta Zeta"},
		{"in another field", Query{Search: "anne", Fields: only(FieldName, FieldTag)}, ""},
		{"two fields", Query{Search: "ta", Fields: only(FieldName, FieldTag)}, "beta eta Zeta"},
		{"across fields", Query{Search: "alpha\x00100"}, "alpha"},
		{"unknown field", Query{Search: "alpha", Fields: only(99)}, ""},
	} {
		if page, err := s.Clients(t.Context(), c.query); err != nil || names(page) != c.want {
			t.Errorf("%s: %q, want %q, %v", c.name, names(page), c.want, err)
		}
	}
}

func TestCounts(t *testing.T) {
	s := fleet(t)
	page, err := s.Clients(t.Context(), Query{State: StateOnline, Limit: 1})
	if want := (Counts{Total: 5, Online: 2, Disabled: 1, Offline: 2}); err != nil || page.Counts != want {
		t.Errorf("counts %+v, %v", page.Counts, err)
	}
	if n, err := s.Counts(t.Context(), []string{"linux-admins"}); err != nil || n != (Counts{Total: 2, Online: 1, Offline: 1}) {
		t.Errorf("counts %+v, %v", n, err)
	}
	groups, err := s.Groups(t.Context())
	if err != nil || len(groups) != 3 {
		t.Fatal(groups, err)
	}
	if g := groups[1]; g.Code != "general" || g.Clients != 3 || !slices.Equal(g.Tags, []string{"db", "web"}) {
		t.Errorf("group %+v", g)
	}
}

// TestPages turns pages of every size in every order and finds each client
// exactly once, in the order of one big page.
func TestPages(t *testing.T) {
	s := open(t)
	addKey(t, s, "k", 0, time.Hour)
	for n := range 50 {
		enrol(t, s, n, "k", fmt.Sprintf("pc-%d", n/3)) // names come three times
	}
	for _, by := range Sorts() {
		for _, descending := range []bool{false, true} {
			whole, err := s.Clients(t.Context(), Query{Sort: by, Descending: descending})
			if err != nil || len(whole.Clients) != 50 || whole.Next != "" {
				t.Fatal(len(whole.Clients), whole.Next, err)
			}
			for _, limit := range []int{1, 7, 25, 50} {
				if got := turn(t, s, Query{Sort: by, Descending: descending, Limit: limit}); !slices.Equal(got, ids(whole)) {
					t.Errorf("%s, descending %v, %d a page: %d clients in another order", by, descending, limit, len(got))
				}
			}
		}
	}
}

// TestLongCursor: the longest texts still make a cursor that is taken back.
func TestLongCursor(t *testing.T) {
	s := open(t)
	addKey(t, s, "k", 0, time.Hour)
	long, comments := strings.Repeat("𝔍", wire.MaxName), strings.Repeat("𝔍", wire.MaxComments)
	for n := range 3 {
		c := enrol(t, s, n, "k", strings.Repeat("𝔍", wire.MaxFact))
		if _, err := s.UpdateClient(t.Context(), c.ID, Change{Name: &long, Comments: &comments}); err != nil {
			t.Fatal(err)
		}
	}
	if got := turn(t, s, Query{Sort: SortComments, Limit: 1}); len(got) != 3 {
		t.Errorf("%d clients", len(got))
	}
}

func ids(p Page) []wire.ID {
	var all []wire.ID
	for _, c := range p.Clients {
		all = append(all, c.ID)
	}
	return all
}

func turn(t *testing.T, s *Store, q Query) []wire.ID {
	var all []wire.ID
	for {
		page, err := s.Clients(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ids(page)...)
		if q.Cursor = page.Next; q.Cursor == "" {
			return all
		}
	}
}

func TestBadQueries(t *testing.T) {
	s := fleet(t)
	page, err := s.Clients(t.Context(), Query{Limit: 1})
	if err != nil || page.Next == "" {
		t.Fatal(page, err)
	}
	for _, q := range []Query{
		{Sort: "password"}, {Cursor: "?"}, {Cursor: "AAAA"}, {Cursor: "e30"}, {Cursor: strings.Repeat("A", 1<<20)},
		{Cursor: page.Next, Descending: true}, {Cursor: page.Next, Sort: SortTag},
	} {
		if _, err := s.Clients(t.Context(), q); !errors.Is(err, ErrQuery) {
			t.Errorf("%.80v: %v", q, err)
		}
	}
}

// TestIndexFollows: whatever another process writes is found by the next query.
func TestIndexFollows(t *testing.T) {
	s := fleet(t)
	if page, err := s.Clients(t.Context(), Query{Search: "renamed"}); err != nil || len(page.Clients) != 0 {
		t.Fatal(page, err)
	}
	other := &Store{writer: s.writer, reader: s.reader, now: time.Now}
	id, _ := agent(0)
	name := "renamed"
	if _, err := other.UpdateClient(t.Context(), id, Change{Name: &name}); err != nil {
		t.Fatal(err)
	}
	last, _ := agent(4)
	if _, err := other.RemoveClient(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	if page, err := s.Clients(t.Context(), Query{}); err != nil || names(page) != "beta Gamma renamed Zeta" {
		t.Errorf("listed %q, %v", names(page), err)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("eyJzIjoibmFtZSIsImkiOiIifQ", "name")
	f.Add("e30", "tag")
	f.Fuzz(func(t *testing.T, cursor, by string) {
		q := Query{Cursor: cursor, Sort: Sort(by)}
		if p, err := q.parseCursor(); err == nil {
			q.Cursor = q.cursor(p)
			if again, err := q.parseCursor(); err != nil || again != p {
				t.Errorf("%+v became %+v, %v", p, again, err)
			}
		}
	})
}
