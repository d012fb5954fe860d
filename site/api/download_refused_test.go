package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestRefusedForm: a browser that sent the form of the link's page is led back
// to it; programs get the problem itself.
func TestRefusedForm(t *testing.T) {
	s := withPackages(t, "linux-x64")
	post := func(uid, mode string) *http.Response {
		t.Helper()
		r := s.Request(t, "POST", "/api/v1/install/"+uid+"/linux-x64", url.Values{"key_info": {"wrong"}}.Encode())
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Mode", mode)
		client := s.HTTP()
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		a, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		return a
	}
	for uid, want := range map[string]string{
		"abc":             "/install/abc?problem=key_unknown",
		"..%2f..%2flogin": "/install/..%2F..%2Flogin?problem=key_unknown",
		"a%3fb%23c":       "/install/a%3Fb%23c?problem=key_unknown",
	} {
		a := post(uid, "navigate")
		if got := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("%s: %d to %q, want %q", uid, a.StatusCode, got, want)
		}
		if strings.Contains(a.Header.Get("Location"), "wrong") {
			t.Errorf("%s: the key is in the address", uid)
		}
	}
	if a := post("abc", "cors"); a.StatusCode == http.StatusSeeOther || a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a program gets %d %q", a.StatusCode, a.Header.Get("Content-Type"))
	}
}
