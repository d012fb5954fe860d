package api_test

import (
	"net/http"
	"testing"

	"jump/site/api"
	"jump/site/sitetest"
	"jump/site/store"
)

// TestCopies: a client whose key two computers show, from the list to the
// administrator's answer.
func TestCopies(t *testing.T) {
	s := sitetest.Start(t)
	a := s.Join(t, "pc", "", nil)
	if _, _, err := s.Store.Connect(t.Context(), a.ID, store.Connection{Join: 1, PublicIP: "203.0.113.9"}); err != nil {
		t.Fatal(err)
	}
	var page api.ClientPage
	if s.Do(t, s.Token, "GET", "/clients?status=quarantined", nil, &page); len(page.Items) != 1 {
		t.Fatalf("listed %+v", page)
	}
	c := page.Items[0]
	if c.QuarantinedAt == nil || len(c.Copies) != 2 || !c.Copies[0].Connected || c.Copies[1].Connected || c.Copies[1].Address != "203.0.113.9" || len(c.Channels) != 0 {
		t.Errorf("%+v", c)
	}
	var p api.Problem
	refused(t, "a session", s.Do(t, s.Token, "POST", "/sessions", map[string]string{"client_id": c.ID}, &p), p, http.StatusConflict, "quarantined")

	var list api.AlarmList
	s.Do(t, s.Token, "GET", "/alarms", nil, &list)
	if len(list.Items) != 1 || list.Items[0].Client == nil || list.Items[0].Client.ID != c.ID || len(list.Items[0].Client.Copies) != 2 || list.Items[0].TextCode != "alarm_copied_client" {
		t.Fatalf("alarms %+v", list)
	}
	path := "/alarms/" + list.Items[0].ID
	for name, body := range map[string]map[string]string{
		"another kind's": {"answer": "proceed"}, "of which": {"answer": "stays"}, "no number": {"answer": "remove", "copy": "x"},
	} {
		refused(t, name, s.Do(t, s.Token, "POST", path, body, &p), p, http.StatusUnprocessableEntity, "invalid")
	}
	refused(t, "unknown", s.Do(t, s.Token, "POST", path, map[string]string{"answer": "remove", "copy": "77"}, &p), p, http.StatusNotFound, "not_found")
	if r := s.Do(t, s.Token, "POST", path, map[string]string{"answer": "remove", "copy": c.Copies[1].Number}, nil); r.StatusCode != http.StatusNoContent {
		t.Errorf("the answer: %d", r.StatusCode)
	}
	var after api.Client
	if s.Do(t, s.Token, "GET", "/clients/"+c.ID, nil, &after); after.Status != "online" || after.Copies != nil || after.QuarantinedAt != nil {
		t.Errorf("after it %+v", after)
	}
	refused(t, "again", s.Do(t, s.Token, "POST", path, map[string]string{"answer": "one_machine"}, &p), p, http.StatusNotFound, "not_found")
}
