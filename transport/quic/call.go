package quic

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/quic-go/quic-go"

	"jump/transport"
	"jump/transport/identity"
	"jump/transport/limit"
	"jump/transport/wire"
)

// Handshakes that an agent which listens begins in a second. Only who knocked
// gets as far, so there is one site to serve.
const admitCalls = 10

// Calls is the listener of a passive agent: a Listener in small, that nobody
// gets through but the site.
type Calls struct {
	pc        *door
	transport *quic.Transport
	listener  *quic.Listener
	admission *limit.Admission
	tunnels   sync.WaitGroup // those accepted, and one for Calls itself
	closing   sync.Once
}

var _ transport.Listener = (*Calls)(nil)

// ListenCalls listens on pc as the agent of that identity for calls of its
// site. It answers nothing to who does not knock, and nobody completes a
// handshake but the site. It takes the socket over and closes it with the last
// tunnel.
func ListenCalls(pc *net.UDPConn, id ed25519.PrivateKey, site wire.ID) (*Calls, error) {
	cert, err := identity.Certificate(id)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for calls: %w", err), pc.Close())
	}
	own := wire.IDOf(id.Public().(ed25519.PublicKey))
	c := &Calls{pc: newDoor(pc, newKnockKey(own, site)), admission: limit.NewAdmission(admitCalls)}
	reset := quic.StatelessResetKey(derive(id, "jump quic call stateless reset 1"))
	c.transport = &quic.Transport{
		Conn: c.pc, ConnectionIDLength: connectionID, StatelessResetKey: &reset,
		VerifySourceAddress: func(net.Addr) bool { return true },
		ConnContext:         c.admit, DisableVersionNegotiationPackets: true,
	}
	conf := config()
	conf.KeepAlivePeriod = keepAlive // as in every tunnel, it is the agent that sends them
	conf.MaxIncomingStreams = streamsFromSite
	if c.listener, err = c.transport.Listen(identity.AcceptOnly(cert, site, wire.CallALPN), conf); err != nil {
		return nil, errors.Join(fmt.Errorf("listen for calls: %w", err), c.transport.Close(), pc.Close())
	}
	c.tunnels.Add(1)
	return c, nil
}

func (c *Calls) admit(ctx context.Context, info *quic.ClientInfo) (context.Context, error) {
	if !c.admission.Allow(info.RemoteAddr, true) { // VerifySourceAddress has seen to the proof
		return nil, errBusy
	}
	return ctx, nil
}

// Accept returns the next tunnel of the site.
func (c *Calls) Accept(ctx context.Context) (transport.Tunnel, error) {
	for {
		conn, err := c.listener.Accept(ctx)
		switch {
		case errors.Is(err, quic.ErrServerClosed):
			return nil, fmt.Errorf("accept a call: %w: the listener was closed", transport.ErrClosed)
		case err != nil:
			return nil, fmt.Errorf("accept a call: %w", err)
		}
		c.tunnels.Add(1)
		t, err := newTunnel(conn, c.tunnels.Done)
		if err == nil {
			go t.watch() // ends with the tunnel
			return t, nil
		}
		c.tunnels.Done()
		conn.CloseWithError(codeClosed, "no key") // the handshake has refused such already
	}
}

// Addr returns the address of the socket.
func (c *Calls) Addr() net.Addr { return c.listener.Addr() }

// Close stops accepting. Tunnels live on, and the socket with them.
func (c *Calls) Close() error {
	err := c.listener.Close()
	c.closing.Do(func() {
		c.tunnels.Done()
		go func() { // owned by the tunnels that are left; ends with the last
			c.tunnels.Wait()
			c.transport.Close()
			c.pc.Close()
		}()
	})
	if err != nil && !errors.Is(err, quic.ErrServerClosed) {
		return fmt.Errorf("close listener: %w", err)
	}
	return nil
}

// Caller dials passive agents, as the site of one identity.
type Caller struct {
	site wire.ID
	cert tls.Certificate
}

// NewCaller returns a Caller. Every call has a socket of its own.
func NewCaller(id ed25519.PrivateKey) (*Caller, error) {
	cert, err := identity.Certificate(id)
	return &Caller{wire.IDOf(id.Public().(ed25519.PublicKey)), cert}, err
}

// Call makes one tunnel to an agent that listens at an address. The error wraps
// transport.ErrWrongPeer if somebody else answers there.
func (c *Caller) Call(ctx context.Context, agent wire.ID, to netip.AddrPort) (transport.Tunnel, error) {
	t, err := c.call(ctx, agent, to)
	if err != nil {
		return nil, fmt.Errorf("call %v: %w", to, err)
	}
	return t, nil
}

func (c *Caller) call(ctx context.Context, agent wire.ID, to netip.AddrPort) (transport.Tunnel, error) {
	pc, err := net.ListenUDP(network(to.Addr()), nil)
	if err != nil {
		return nil, fmt.Errorf("open a socket: %w", err)
	}
	tr := &quic.Transport{Conn: newKnocker(pc, newKnockKey(agent, c.site)), ConnectionIDGenerator: noIDs{}}
	hangUp := func() {
		tr.Close()
		pc.Close()
	}
	conf := config()
	conf.MaxIncomingStreams = streamsFromAgent
	conn, err := tr.Dial(ctx, net.UDPAddrFromAddrPort(to), identity.Dial(c.cert, agent, wire.CallALPN), conf)
	if err != nil {
		hangUp()
		return nil, explain(err)
	}
	t, err := newTunnel(conn, hangUp)
	if err != nil {
		conn.CloseWithError(codeClosed, "no key") // the handshake has refused such already
		hangUp()
		return nil, err
	}
	go t.watch() // ends with the tunnel
	return t, nil
}
