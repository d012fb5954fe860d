package simulation

import (
	"context"
	"testing"

	"jump/transport/transporttest"
)

// TestTunnel holds the simulated network to what package transport promises,
// on a line that loses a fifth of its packets.
func TestTunnel(t *testing.T) {
	seed := uint64(0)
	transporttest.TestTunnelSimulated(t, func(t *testing.T) transporttest.Pair {
		seed++
		n := &network{seed: seed}
		h := n.host("agent")
		h.loss = 0.2
		p := newProcess()
		l := n.listen(p, siteKey)
		d := &dialer{host: h, by: p, key: transporttest.Key("agent"), pin: transporttest.ID("site"),
			gate: func(context.Context) error { return nil }}
		agent, err := d.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		site, err := l.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.kill)
		return transporttest.Pair{Agent: agent, Site: site}
	})
}
