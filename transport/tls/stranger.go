package tls

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"jump/transport"
)

// Alerts (RFC 8446 section 6) that no site sends to an agent, since both speak
// TLS 1.3 with Ed25519 keys.
const (
	handshakeFailure tls.AlertError = 40
	protocolVersion  tls.AlertError = 70
)

// strange recognizes by how a handshake failed that something else than a site
// has answered: what speaks no TLS, or only older versions. What gets as far
// as a certificate is recognized, and named, by transport/identity.
func strange(err error) error {
	var plain tls.RecordHeaderError
	if errors.As(err, &plain) {
		return fmt.Errorf("%w: what answers does not speak TLS", transport.ErrWrongPeer)
	}
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return err
	}
	for _, a := range []tls.AlertError{handshakeFailure, protocolVersion} {
		if op.Err.Error() == a.Error() { // the type of alerts over TCP is not exported
			return fmt.Errorf("%w: what answers does not speak TLS 1.3 as a site does (%v)", transport.ErrWrongPeer, op.Err)
		}
	}
	return err
}
