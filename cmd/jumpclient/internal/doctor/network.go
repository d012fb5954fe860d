package doctor

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"jump/installer/stamp"
	"jump/transport"
)

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

// name looks the site's host up.
func (p *patient) name(ctx context.Context) Finding {
	if _, err := netip.ParseAddr(p.key.Host); err == nil {
		return ok(fmt.Sprintf("The site has the address %s, and no name to be looked up.", p.key.Host))
	}
	found, err := net.DefaultResolver.LookupHost(ctx, p.key.Host)
	if err != nil {
		return wrong(fmt.Sprintf("The name %s cannot be looked up.", p.key.Host), "Check the computer's network and its DNS servers: "+err.Error())
	}
	return ok(fmt.Sprintf("The name %s leads to %s.", p.key.Host, strings.Join(found[:min(len(found), 4)], ", ")))
}

// udp dials as the agent does first.
func (p *patient) udp(ctx context.Context) Finding {
	err := p.dial(ctx, p.ways.UDP)
	switch {
	case err == nil:
		return ok(fmt.Sprintf("The site answers over UDP at %s, and has the right key.", p.key.Address()))
	case errors.Is(err, transport.ErrWrongPeer):
		return p.stranger(err)
	}
	return note(fmt.Sprintf("Nothing answers over UDP at %s.", p.key.Address()),
		fmt.Sprintf("Let UDP to port %d out. The client uses TCP as long as that works. (%v)", p.key.Port, err))
}

// tcp dials as the agent does where UDP does not come through.
func (p *patient) tcp(ctx context.Context) Finding {
	err := p.dial(ctx, p.ways.TCP)
	switch {
	case err == nil:
		return ok("The site answers over TCP, and has the right key.")
	case errors.Is(err, transport.ErrWrongPeer):
		return p.stranger(err)
	case p.reached:
		return note("Nothing answers over TCP.", fmt.Sprintf("That is needed only where UDP does not come through. (%v)", err))
	}
	return wrong(fmt.Sprintf("The site at %s is out of reach, over UDP and over TCP.", p.key.Address()),
		fmt.Sprintf("Check the network and its firewall, and whether the site runs. (%v)", err))
}

// stranger says who answers in the place of the site. What names itself is
// between; else the name may lead to another computer.
func (p *patient) stranger(err error) Finding {
	var s *transport.Stranger
	if errors.As(err, &s) && s.Speaks+s.Issuer != "" {
		return wrong(fmt.Sprintf("Something between this computer and %s opens the connection: it answers with %s.", p.key.Address(), outlook(s)),
			fmt.Sprintf("Whoever runs the network has to let connections to the site pass unopened. The client goes on with nobody else. (%v)", err))
	}
	return wrong(fmt.Sprintf("Somebody else answers at %s.", p.key.Address()),
		fmt.Sprintf("The name leads to another computer, or something in between opens the connection. (%v)", err))
}

// outlook is what can be seen of a stranger.
func outlook(s *transport.Stranger) string {
	text := cmp.Or(s.Speaks, "TLS 1.3")
	if s.Issuer != "" {
		text += fmt.Sprintf(" (certificate issued by %.120q)", s.Issuer)
	}
	return text
}

// dial makes one tunnel and says nothing on it: no other tunnel of the client
// ends by that.
func (p *patient) dial(ctx context.Context, way func(stamp.Key, ed25519.PrivateKey) (transport.Dialer, error)) error {
	id := p.identity
	if id == nil {
		var err error
		if _, id, err = ed25519.GenerateKey(rand.Reader); err != nil {
			return err
		}
	}
	d, err := way(p.key, id)
	if err != nil {
		return err
	}
	t, err := d.Dial(ctx)
	if err != nil {
		return err
	}
	p.reached = true
	t.Close("only looking")
	return nil
}
