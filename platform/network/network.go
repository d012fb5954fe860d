// Package network knows which network this computer is in, when that changes,
// and which proxies its settings name; and it opens sockets that bear a network
// that comes and goes.
//
// It makes no connections and sends nothing; what it knows is read from the
// system. It does not decide anything either.
package network

import (
	"crypto/sha256"
	"encoding/base32"
	"net"
	"strings"
)

// Here names the network that this computer is in by its router and the
// interface towards it: always the same for the same network, and rarely the
// same for two. It is empty without a network.
func Here() string {
	text := router()
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// routes describes how packets leave this computer: what changes with it may
// end connections.
func routes() string {
	return strings.Join([]string{router(), source("udp4", "192.0.2.1:9"), source("udp6", "[2001:db8::1]:9")}, " ")
}

// source returns the address that packets to somewhere would come from, ""
// without a way there. To connect a UDP socket sends nothing; the addresses are
// those for documentation (RFC 5737, RFC 3849), so nobody could be bothered.
func source(network, to string) string {
	conn, err := net.Dial(network, to)
	if err != nil {
		return ""
	}
	defer conn.Close()
	host, _, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		return ""
	}
	return host
}
