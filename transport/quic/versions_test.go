package quic

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quic-go/quic-go"

	"jump/transport/identity"
	"jump/transport/transporttest"
	"jump/transport/wire"
)

// impatient is what peers said that gave up after 30 s without a packet.
func impatient() *quic.Config {
	c := config()
	c.MaxIdleTimeout = 30 * time.Second
	return c
}

// TestImpatientSite: with a site that gives up after 30 s a tunnel lives, and the
// agent knows of a silence within 45 s.
func TestImpatientSite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := new(internet)
		cert, err := identity.Certificate(transporttest.Key("site"))
		if err != nil {
			t.Fatal(err)
		}
		old := &quic.Transport{Conn: i.endpoint(t, siteAddr), ConnectionIDLength: 12}
		defer old.Close()
		l, err := old.Listen(identity.Accept(cert, wire.ALPN), impatient())
		if err != nil {
			t.Fatal(err)
		}
		agent, err := i.dialer(t, udp(siteAddr), nil).Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer agent.Close("test over")
		site, err := l.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if err := errors.Join(agent.Context().Err(), site.Context().Err()); err != nil {
			t.Errorf("ended: %v", err)
		}
		i.lose(func(int) bool { return true })
		start := time.Now()
		<-agent.Context().Done()
		if took := time.Since(start); took > 45*time.Second {
			t.Errorf("known after %v", took)
		}
	})
}

// TestImpatientAgent: an agent that gives up after 30 s, and keeps alive every
// 15 s, keeps its tunnel to a site of today.
func TestImpatientAgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := new(internet)
		l := listen(t, i.endpoint(t, siteAddr), "site")
		cert, err := identity.Certificate(transporttest.Key("agent"))
		if err != nil {
			t.Fatal(err)
		}
		c := impatient()
		c.KeepAlivePeriod = 15 * time.Second
		c.MaxIncomingStreams = streamsFromSite
		old := &quic.Transport{Conn: i.endpoint(t, agentAddr), ConnectionIDGenerator: noIDs{}}
		defer old.Close()
		conn, err := old.Dial(t.Context(), udp(siteAddr), identity.Dial(cert, transporttest.ID("site"), wire.ALPN), c)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.CloseWithError(codeClosed, "test over")
		site, err := l.Accept(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if err := errors.Join(conn.Context().Err(), site.Context().Err()); err != nil {
			t.Errorf("ended: %v", err)
		}
		site.Close("test over")
	})
}
