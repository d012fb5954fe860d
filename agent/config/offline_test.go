package config

import (
	"os"
	"testing"
	"time"

	"jump/agent/lifetime"
)

func TestOffline(t *testing.T) {
	d := At(t.TempDir())
	if err := d.Make(); err != nil {
		t.Fatal(err)
	}
	want := lifetime.State{Away: true, Lived: time.Hour}
	if err := d.SaveOffline(want); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Offline(); got != want || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if err := os.WriteFile(d.offlineFile(), []byte(`{"away":true,"lived_ns":9e18}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Offline(); got != (lifetime.State{}) || err == nil {
		t.Errorf("damaged: %+v, %v", got, err)
	}
}

// TestOfflineNotWritten: what cannot be replaced is removed.
func TestOfflineNotWritten(t *testing.T) {
	d := At(t.TempDir())
	if err := d.Make(); err != nil {
		t.Fatal(err)
	}
	if err := d.SaveOffline(lifetime.State{Away: true, Lived: time.Hour}); err != nil {
		t.Fatal(err)
	}
	blocker := d.offlineFile() + ".new" // which is written first
	if err := os.MkdirAll(blocker+"/full", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := d.SaveOffline(lifetime.State{}); err == nil {
		t.Fatal("written")
	}
	if got, err := d.Offline(); got != (lifetime.State{}) || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
}
