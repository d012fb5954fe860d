// Package tls carries tunnels over TLS 1.3 on TCP, for networks that let no UDP
// through: the same port number, keys and pins as transport/quic, and the
// streams of transport/mux.
//
// It is not the web server, although it shares its port: connections that do
// not ask for a tunnel (by ALPN) are handed on after the handshake. It knows no
// proxies either; a Dialer is given a function that connects.
package tls

import "time"

// Bounds of what has not proved anything yet.
const (
	handshakeTimeout = 10 * time.Second
	maxHandshakes    = 4096 // at a time; beyond that the oldest is closed
	acceptPause      = 50 * time.Millisecond
)
