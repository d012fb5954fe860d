package simulation

import (
	"context"
	"crypto/ed25519"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"jump/transport"
	"jump/transport/quic"
	"jump/transport/ways"
	"jump/transport/wire"
)

// What an idle client may cost on the wire, with the headers of IPv4 and UDP.
const (
	headers     = 20 + 8
	idleHour    = 16_000
	statusEvery = 1800 // seconds, as package site wishes
)

// TestIdle: the real agent and the real site over QUIC, with nothing to do. On
// the line there is one packet of the agent and one answer every 29 s, whatever
// runs above, and a Status every half hour.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := new(cable)
		w := &world{t: t, log: logger(), net: &network{}, cloned: map[wire.ID]bool{}, days: wire.DefaultOfflineDays}
		w.site = &site{t: t, net: w.net, dir: memoryDir(t), log: w.log, cable: line, settled: wire.Settings{StatusEvery: statusEvery}}
		w.site.start()
		m := newMachine(w.net, "pc", w.site.key(context.Background()), newDisk(1), 1, w.log)
		m.cable = line
		w.all = append(w.all, m)
		m.boot()
		rest(bound)
		w.check()
		if err := w.session(m); err != nil {
			t.Error(err)
		}
		rest(time.Minute) // of silence after the conversation
		begin := time.Now()
		rest(10 * time.Hour)
		checkIdle(t, line.since(begin), 10)
		w.check()
		w.end()
		if w.wrong != "" {
			t.Error(w.wrong)
		}
	})
}

// burst is what was said between two silences.
type burst struct {
	begin, end time.Time
	by         [2]int // packets
	bytes      int    // with headers
}

// bursts cuts a record where nothing was said for a second.
func bursts(all []datagram) (out []burst) {
	for _, d := range all {
		if len(out) == 0 || d.at.Sub(out[len(out)-1].end) > time.Second {
			out = append(out, burst{begin: d.at})
		}
		b := &out[len(out)-1]
		b.end = d.at
		b.by[d.from]++
		b.bytes += d.size + headers
	}
	return out
}

// checkIdle demands of so many hours that each burst is a packet and its answer
// (and what acknowledges every twentieth answer, for QUIC forgets what it has
// acknowledged by that, and some of those to a Status), no sooner than the period
// after the one before, unless it is a Status.
func checkIdle(t *testing.T, all []datagram, hours int) {
	t.Helper()
	const period = 29 * time.Second
	total, answered, early := 0, 0, 0
	found := bursts(all)
	for i, b := range found {
		total += b.bytes
		if b.by[atAgent] == 2 {
			answered++
		}
		if b.by[atSite] != 1 || b.by[atAgent] < 1 || b.by[atAgent] > 2 {
			t.Errorf("after %v: %d packets of the agent, %d of the site", b.begin.Sub(found[0].begin), b.by[atAgent], b.by[atSite])
		}
		if i == 0 {
			continue
		}
		switch apart := b.begin.Sub(found[i-1].end); {
		case apart < period-time.Second:
			early++
		case apart > period+time.Second:
			t.Errorf("silence for %v", apart)
		}
	}
	if most := hours*int(time.Hour/time.Second)/statusEvery + 1; early > most {
		t.Errorf("%d times something was said too early; %d Status were due", early, most)
	}
	if most := len(found)/20 + early + 1; answered > most {
		t.Errorf("%d of %d answers were acknowledged", answered, len(found))
	}
	if total > hours*idleHour {
		t.Errorf("%d bytes an hour", total/hours)
	}
	t.Logf("%d bytes an hour, %d packets, %d times early, %d answers acknowledged", total/hours, len(all)/hours, early, answered)
}

// overQUIC is the one way of a machine with a cable.
func (m *machine) overQUIC(key ed25519.PrivateKey, pin wire.ID) (transport.Dialer, error) {
	to := addresses[atSite].AddrPort()
	d, err := quic.NewDialer(quic.Config{Host: to.Addr().Unmap().String(), Port: to.Port(), Site: pin, Key: key,
		ListenPacket: func(string) (net.PacketConn, error) { return m.cable.plug(atAgent), nil }})
	if err != nil {
		return nil, err
	}
	all := []ways.Way{{Name: "QUIC", Dialer: d, Direct: true}}
	return watched{ways.New(ways.Config{Ways: func(context.Context) []ways.Way { return all }, Log: m.log}), m}, nil
}
