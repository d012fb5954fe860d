package command

import (
	"context"
	"crypto/ed25519"

	"jump/installer/stamp"
	"jump/transport"
	"jump/transport/quic"
	"jump/transport/tls"
	"jump/transport/ways"
)

// newDialer knows all ways to the site of a key.
func newDialer(key stamp.Key, id ed25519.PrivateKey) (transport.Dialer, error) {
	book := ways.NewBook()
	udp, err := quic.NewDialer(quic.Config{Host: key.Host, Port: key.Port, Site: key.Site, Key: id, Resolve: book.Resolve(nil)})
	if err != nil {
		return nil, err
	}
	tcp, err := tls.NewDialer(tls.Config{Host: key.Host, Port: key.Port, Site: key.Site, Key: id, Resolve: book.Resolve(nil)})
	if err != nil {
		return nil, err
	}
	all := []ways.Way{{Name: "QUIC", Dialer: udp, Direct: true}, {Name: "TLS over TCP", Dialer: tcp, Direct: true}}
	return ways.New(ways.Config{Ways: func(context.Context) []ways.Way { return all }, Book: book}), nil
}
