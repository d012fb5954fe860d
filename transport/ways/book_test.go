package ways

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestBook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ways.json")
	b, err := OpenBook(path)
	if err != nil {
		t.Fatal(err)
	}
	m := Memory{Way: "tls", Tries: 1, Retry: start.Add(time.Hour), Seen: start}
	addr := netip.MustParseAddr("::ffff:192.0.2.1")
	if err := errors.Join(b.Remember("home", m), b.Good(addr, start)); err != nil {
		t.Fatal(err)
	}
	again, err := OpenBook(path)
	if err != nil || again.Memory("home") != m || again.Memory("elsewhere") != (Memory{}) {
		t.Errorf("read %+v, %v", again.Memory("home"), err)
	}
	for _, c := range []struct {
		later time.Duration
		want  int
	}{{0, 1}, {addressLife - 1, 1}, {addressLife, 0}, {-addressLife, 1}} {
		if got := again.Addresses(start.Add(c.later)); len(got) != c.want {
			t.Errorf("after %v: addresses %v", c.later, got)
		}
	}
}

// TestRareWrites: what changes nothing is not written.
func TestRareWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ways.json")
	b, err := OpenBook(path)
	if err != nil {
		t.Fatal(err)
	}
	use := func(at time.Time) {
		t.Helper()
		if err := errors.Join(b.Remember("home", Memory{Seen: at}), b.Good(netip.MustParseAddr("192.0.2.1"), at)); err != nil {
			t.Fatal(err)
		}
	}
	use(start)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	use(start.Add(time.Hour))
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("written again: %v", err)
	}
	use(start.Add(25 * time.Hour))
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestBounds(t *testing.T) {
	b := NewBook()
	for i := range 100 {
		at := start.Add(time.Duration(i) * 48 * time.Hour)
		b.Remember(fmt.Sprint(i), Memory{Way: "tls", Seen: at})
		b.Good(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), at)
	}
	if len(b.page.Networks) != maxNetworks || len(b.page.Addresses) != maxAddresses {
		t.Errorf("%d networks, %d addresses", len(b.page.Networks), len(b.page.Addresses))
	}
	if b.Memory("99").Way == "" || b.Memory("0").Way != "" {
		t.Error("not the oldest was forgotten")
	}
}

func TestDamagedBook(t *testing.T) {
	for _, text := range []string{"", "{", `{"networks":[]}`, `{"addresses":{"x":"y"}}`, strings.Repeat("x", 2*maxFile)} {
		path := filepath.Join(t.TempDir(), "ways.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := OpenBook(path)
		if err == nil || b == nil {
			t.Fatalf("%.20q: %v", text, err)
		}
		if err := b.Remember("home", Memory{Way: "tls", Seen: start}); err != nil {
			t.Errorf("%.20q: %v", text, err)
		}
		if b, err := OpenBook(path); err != nil || b.Memory("home").Way != "tls" {
			t.Errorf("%.20q stays damaged: %v", text, err)
		}
	}
	path := filepath.Join(t.TempDir(), "ways.json")
	if err := os.WriteFile(path, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := OpenBook(path); err != nil || b.Remember("home", Memory{Seen: start}) != nil {
		t.Errorf("an empty page: %v", err)
	}
}

// TestResolve: dead and lying name servers keep nobody away from a site that was
// found before.
func TestResolve(t *testing.T) {
	portal := netip.MustParseAddr("10.0.0.1")
	site := netip.MustParseAddr("192.0.2.1")
	dead := func(ctx context.Context, _ string) ([]netip.Addr, error) {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	for _, c := range []struct {
		name   string
		lookup func(context.Context, string) ([]netip.Addr, error)
		want   []netip.Addr
		within time.Duration
	}{
		{"dead", dead, []netip.Addr{site}, lookupTime},
		{"portal", func(context.Context, string) ([]netip.Addr, error) { return []netip.Addr{portal}, nil }, []netip.Addr{portal, site}, 0},
		{"many", func(context.Context, string) ([]netip.Addr, error) {
			return slices.Repeat([]netip.Addr{portal}, 9), nil
		},
			[]netip.Addr{portal, portal, portal, site}, 0},
		{"same", func(context.Context, string) ([]netip.Addr, error) { return []netip.Addr{site}, nil }, []netip.Addr{site}, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := NewBook()
			b.Good(site, time.Now())
			begun := time.Now()
			got, err := b.Resolve(c.lookup)(t.Context(), "support.example.com")
			if took := time.Since(begun); err != nil || !slices.Equal(got, c.want) || took != c.within {
				t.Errorf("%s: %v, %v after %v; want %v", c.name, got, err, took, c.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewBook().Resolve(dead)(ctx, "support.example.com"); err == nil {
		t.Error("found without having looked")
	}
}
