package quic

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/quic-go/quic-go"

	"jump/transport"
)

// noIDs gives an agent's end connection ids of no length. Its sockets carry one
// connection each, so none are needed; and whenever a NAT gives an agent another
// address the site uses one more of them up, of which there are few.
type noIDs struct{}

func (noIDs) GenerateConnectionID() (quic.ConnectionID, error) { return quic.ConnectionID{}, nil }
func (noIDs) ConnectionIDLen() int                             { return 0 }

// roamer is an agent's tunnel, which moves to a new socket when asked (RFC 9000
// section 9).
type roamer struct {
	*tunnel
	paths *paths
}

var _ transport.Renewer = (*roamer)(nil)

// Renew moves the tunnel to a new socket, on which the site has answered.
func (r *roamer) Renew(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.ctx, cancel)()
	if err := r.paths.move(ctx, r.conn); err != nil {
		return r.fail("move to another path", err)
	}
	return nil
}

// paths are the sockets of one connection. Those that were left stay open to its
// end, since quic-go ends a connection with any of its sockets; they are few.
type paths struct {
	open func(network string) (net.PacketConn, error)
	net  string

	moving sync.Mutex
	path   *quic.Path // the last one that was moved to; nil: that of the handshake

	mu      sync.Mutex
	closed  bool
	sockets []socketOf
}

// socketOf is a socket and who reads from it.
type socketOf struct {
	transport *quic.Transport
	pc        net.PacketConn
}

// maxPaths bounds the sockets of one connection. One that moves more often is
// dialled anew.
const maxPaths = 16

var errMovedTooOften = errors.New("the tunnel has moved too often")

func newPaths(pc net.PacketConn, open func(network string) (net.PacketConn, error)) *paths {
	p := &paths{open: open, net: "udp6"}
	if a, ok := pc.LocalAddr().(*net.UDPAddr); ok && a.IP.To4() != nil {
		p.net = "udp4"
	}
	p.add(pc)
	return p
}

func (p *paths) first() *quic.Transport { return p.sockets[0].transport }

// add takes a socket in, and returns nil if it is too late.
func (p *paths) add(pc net.PacketConn) *quic.Transport {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.sockets) == maxPaths {
		pc.Close()
		return nil
	}
	t := &quic.Transport{Conn: pc, ConnectionIDGenerator: noIDs{}}
	p.sockets = append(p.sockets, socketOf{t, pc})
	return t
}

// move takes the connection to a new socket, if the peer answers there.
func (p *paths) move(ctx context.Context, conn *quic.Conn) error {
	p.moving.Lock()
	defer p.moving.Unlock()
	pc, err := p.open(p.net)
	if err != nil {
		return fmt.Errorf("open a socket: %w", err)
	}
	t := p.add(pc)
	if t == nil {
		return errMovedTooOften
	}
	path, err := conn.AddPath(t)
	if err != nil {
		return err
	}
	if err := path.Probe(ctx); err != nil {
		return errors.Join(err, path.Close())
	}
	if err := path.Switch(); err != nil {
		return err
	}
	if p.path != nil {
		err = p.path.Close() // which lets the site give out another connection id
	}
	p.path = path
	return err
}

func (p *paths) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, s := range p.sockets {
		s.transport.Close()
		s.pc.Close()
	}
}
