package command

import (
	"crypto/ed25519"

	"jump/installer/stamp"
	"jump/transport"
	"jump/transport/quic"
	"jump/transport/tls"
	"jump/transport/ways"
)

// newDialer knows all ways to the site of a key.
func newDialer(key stamp.Key, id ed25519.PrivateKey) (transport.Dialer, error) {
	udp, err := overUDP(key, id)
	if err != nil {
		return nil, err
	}
	tcp, err := overTCP(key, id)
	if err != nil {
		return nil, err
	}
	return ways.New(ways.Way{Name: "QUIC", Dialer: udp}, ways.Way{Name: "TLS over TCP", Dialer: tcp}), nil
}

func overUDP(key stamp.Key, id ed25519.PrivateKey) (transport.Dialer, error) {
	return quic.NewDialer(quic.Config{Host: key.Host, Port: key.Port, Site: key.Site, Key: id})
}

func overTCP(key stamp.Key, id ed25519.PrivateKey) (transport.Dialer, error) {
	return tls.NewDialer(tls.Config{Host: key.Host, Port: key.Port, Site: key.Site, Key: id})
}
