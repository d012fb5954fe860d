package doctor

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"

	"jump/installer/stamp"
	"jump/transport"
)

// Proxied is a way through a proxy.
type Proxied struct {
	Name string // of the proxy, without a password
	Dial func(stamp.Key, ed25519.PrivateKey) (transport.Dialer, error)
}

// proxies dials through every proxy that the client would try.
func (p *patient) proxies(ctx context.Context) Finding {
	if p.ways.Proxies == nil {
		return ok("Proxies were not looked at.")
	}
	found, remarks := p.ways.Proxies(p.config, p.key)
	if len(found) == 0 && len(remarks) == 0 {
		return ok("No proxy is set, neither for this client nor on this computer.")
	}
	var good, bad []string
	for _, proxy := range found {
		switch err := p.dial(ctx, proxy.Dial); {
		case err == nil:
			good = append(good, proxy.Name)
		case errors.Is(err, transport.ErrWrongPeer): // which names it, if it can be named
			bad = append(bad, fmt.Sprintf("%s opens the connection, so the client does not use it (%v)", proxy.Name, err))
		default:
			bad = append(bad, fmt.Sprintf("%s does not lead to the site (%v)", proxy.Name, err))
		}
	}
	hint := strings.Join(append(bad, remarks...), "; ")
	switch {
	case len(good) > 0 && hint == "":
		return ok(fmt.Sprintf("The site answers through the proxy %s.", strings.Join(good, ", ")))
	case len(good) > 0:
		return note(fmt.Sprintf("The site answers through the proxy %s.", strings.Join(good, ", ")), hint)
	}
	return note("No proxy leads to the site.", hint)
}
