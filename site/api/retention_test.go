package api_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"jump/site/api"
	"jump/site/auth"
	"jump/site/bus"
	"jump/site/retention"
	"jump/site/sitetest"
	"jump/site/store"
	"jump/transport/wire"
)

func TestClientSettings(t *testing.T) {
	s := sitetest.Start(t)
	var got api.ClientSettings
	if s.Do(t, s.Token, "GET", "/settings/clients", nil, &got); got.OfflineDays != wire.DefaultOfflineDays {
		t.Errorf("at first %+v", got)
	}
	for _, days := range []int{-1, 1, 14, 36501} {
		var p api.Problem
		a := s.Do(t, s.Token, "PATCH", "/settings/clients", map[string]int{"offline_days": days}, &p)
		refused(t, "days", a, p, http.StatusUnprocessableEntity, "invalid")
	}
	for _, days := range []int{15, 0, 36500} {
		if s.Do(t, s.Token, "PATCH", "/settings/clients", map[string]int{"offline_days": days}, &got); got.OfflineDays != days {
			t.Errorf("set %d, got %+v", days, got)
		}
	}
	other := s.AddUser(t, auth.Account{Name: "bob", Role: auth.RoleRepresentative})
	var p api.Problem
	refused(t, "bob", s.Do(t, other, "GET", "/settings/clients", nil, &p), p, http.StatusForbidden, "denied")
	refused(t, "bob", s.Do(t, other, "GET", "/alarms", nil, &p), p, http.StatusForbidden, "denied")
}

// TestRemovalDueAt: a client that is away says since when, and until when it
// may be; one that is online says neither.
func TestRemovalDueAt(t *testing.T) {
	s := sitetest.Start(t)
	a := s.Join(t, "pc", "", nil)
	var c api.Client
	if s.Do(t, s.Token, "GET", "/clients/"+a.ID.String(), nil, &c); c.OfflineSince != nil || c.RemovalDueAt != nil || c.UninstalledAt != nil {
		t.Errorf("online: %+v", c)
	}
	s.Leave(t, a)
	s.Do(t, s.Token, "GET", "/clients/"+a.ID.String(), nil, &c)
	if c.OfflineSince == nil || c.RemovalDueAt == nil || c.RemovalDueAt.Sub(*c.OfflineSince) != 180*24*time.Hour {
		t.Errorf("offline since %v, due at %v", c.OfflineSince, c.RemovalDueAt)
	}
	if _, err := s.Store.MarkUninstalled(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	var gone api.Client
	if s.Do(t, s.Token, "GET", "/clients/"+a.ID.String(), nil, &gone); gone.UninstalledAt == nil || gone.RemovalDueAt != nil || gone.Status != "uninstalled" {
		t.Errorf("uninstalled: %+v", gone)
	}
	if got := s.Do(t, s.Token, "DELETE", "/clients/"+a.ID.String(), nil, nil); got.StatusCode != http.StatusNoContent {
		t.Errorf("an uninstalled client cannot be removed: %d", got.StatusCode)
	}
}

func TestAlarms(t *testing.T) {
	s := sitetest.Start(t)
	var list api.AlarmList
	if s.Do(t, s.Token, "GET", "/alarms", nil, &list); list.Items == nil || len(list.Items) != 0 {
		t.Errorf("at first %+v", list)
	}
	if _, _, err := s.Store.RaiseAlarm(t.Context(), retention.KindMassRemoval, time.Now(), 7); err != nil {
		t.Fatal(err)
	}
	s.Do(t, s.Token, "GET", "/alarms", nil, &list)
	if len(list.Items) != 1 || list.Items[0].Count != 7 || list.Items[0].TextCode != "alarm_mass_removal" || list.Items[0].Text == "" {
		t.Fatalf("%+v", list)
	}
	path := "/alarms/" + list.Items[0].ID
	var p api.Problem
	refused(t, "maybe", s.Do(t, s.Token, "POST", path, map[string]string{"answer": "maybe"}, &p), p, http.StatusUnprocessableEntity, "invalid")
	if a := s.Do(t, s.Token, "POST", path, map[string]string{"answer": "dismiss"}, nil); a.StatusCode != http.StatusNoContent {
		t.Errorf("answer: %d", a.StatusCode)
	}
	refused(t, "again", s.Do(t, s.Token, "POST", path, map[string]string{"answer": "proceed"}, &p), p, http.StatusNotFound, "not_found")
}

// TestAlarmEvent: administrators hear of an alarm at once, and nobody else.
func TestAlarmEvent(t *testing.T) {
	s := sitetest.Start(t)
	bob := s.AddUser(t, auth.Account{Name: "bob", Role: auth.RoleRepresentative})
	for token, hears := range map[string]bool{s.Token: true, bob: false} {
		r := s.Request(t, "GET", "/api/v1/events", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := s.HTTP().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		lines := bufio.NewScanner(answer.Body)
		lines.Scan() // retry: who reads this is subscribed
		s.Bus.Publish(bus.Event{Kind: bus.KindAlarm, Data: store.Alarm{Number: 7, Kind: retention.KindClockJump}})
		s.Bus.Publish(bus.Event{Kind: bus.KindResync})
		var heard strings.Builder
		for lines.Scan() && lines.Text() != "event: resync" {
			heard.WriteString(lines.Text() + "\n")
		}
		if got := strings.Contains(heard.String(), `"text_code":"alarm_clock_jump"`); got != hears || strings.Contains(heard.String(), "alarm") != hears {
			t.Errorf("want an alarm: %v; heard %s", hears, &heard)
		}
	}
}
