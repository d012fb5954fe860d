package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"jump/installer/stamp"
	"jump/site/store"
)

// anyKey is a site on which every key is right.
type anyKey struct{ Keys }

func (anyKey) Holder(context.Context, string, string) (store.Key, stamp.Key, error) {
	return store.Key{}, stamp.Key{}, nil
}
func (anyKey) Usable(store.Key) error { return nil }

// TestBusy: a fleet that comes at once is told to come back, each at a time of
// its own.
func TestBusy(t *testing.T) {
	s := New(Options{Keys: anyKey{}})
	s.downloads = make(chan struct{}, 1)
	s.downloads <- struct{}{}
	server := httptest.NewServer(s)
	defer server.Close()
	waits := map[string]bool{}
	for range 20 {
		answer, err := http.PostForm(server.URL+"/api/v1/install/x/linux-x64", url.Values{"key_info": {"x"}})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		wait := answer.Header.Get("Retry-After")
		if n, err := strconv.Atoi(wait); answer.StatusCode != http.StatusTooManyRequests || err != nil || n < 1 || n > 60 {
			t.Fatalf("%d, Retry-After %q", answer.StatusCode, wait)
		}
		waits[wait] = true
	}
	if len(waits) < 2 {
		t.Errorf("all come back after %v", waits)
	}
}
