package doctor

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"jump/agent/config"
	"jump/installer/stamp"
	"jump/transport"
	"jump/transport/transporttest"
)

// way is a way that ends like this.
func way(err error) func(stamp.Key, ed25519.PrivateKey) (transport.Dialer, error) {
	return func(stamp.Key, ed25519.PrivateKey) (transport.Dialer, error) { return dead{err}, nil }
}

// dead is a dialer that fails, or leads to a site if err is nil.
type dead struct{ err error }

func (d dead) Dial(ctx context.Context) (transport.Tunnel, error) {
	if d.err != nil {
		return nil, d.err
	}
	n := transporttest.NewNetwork()
	if _, err := n.Listen(transporttest.Key("site")); err != nil {
		return nil, err
	}
	return n.Dialer(transporttest.Key("agent"), transporttest.ID("site")).Dial(ctx)
}

// TestNetwork: which ways work decides how bad it is that others do not.
func TestNetwork(t *testing.T) {
	blocked := errors.New("timed out")
	stranger := fmt.Errorf("dial: %w", transport.ErrWrongPeer)
	key, err := stamp.New(transporttest.ID("site"), "192.0.2.1", 443)
	if err != nil {
		t.Fatal(err)
	}
	dir := config.At(t.TempDir())
	if err := dir.Make(); err != nil {
		t.Fatal(err)
	}
	if err := dir.SaveConfig(config.Config{KeyInfo: key.String()}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		udp, tcp error
		want     string
	}{
		{"both", nil, nil, "ok ok"},
		{"UDP blocked", blocked, nil, "note ok"},
		{"TCP blocked", nil, blocked, "ok note"},
		{"both blocked", blocked, blocked, "note wrong"},
		{"somebody else", stranger, stranger, "wrong wrong"},
	} {
		var got []string
		for _, f := range Examine(t.Context(), dir, Ways{UDP: way(c.udp), TCP: way(c.tcp)}, time.Minute) {
			if f.Check == "udp" || f.Check == "tcp" {
				got = append(got, string(f.Level))
			}
			if strings.Contains(f.Text+f.Hint, key.String()) {
				t.Errorf("%s: the key is printed by %s", c.name, f.Check)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}
