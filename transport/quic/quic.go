// Package quic carries tunnels over QUIC (RFC 9000): one connection an agent,
// one stream a conversation, both ends pinned by their keys.
//
// It is not the place for messages, rights or reconnecting, and it opens no
// sockets of its own at a site: the caller brings one. Beside it only package
// jump/transport/webtransport imports quic-go, whose connections are the others on
// the port of a site (Others); no other type of it gets out.
package quic

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"time"

	"github.com/quic-go/quic-go"
)

// What both ends do alike (docs/PROTOCOL.md section 3).
const (
	// keepAlive is after how much silence the agent sends a packet; the site's
	// acknowledgement keeps both alive. The NATs that forget soonest do so after
	// 30 s. With a peer that announces less than twice that as its idle timeout
	// it is half of what it announces (quic-go).
	keepAlive = 29 * time.Second
	// idleTimeout is announced. It has to be more than twice keepAlive, and it
	// begins anew with a packet that is sent (RFC 9000 section 10.1), which is
	// too late for everybody: both ends look themselves, see silence.
	idleTimeout      = 60 * time.Second
	handshakeTimeout = 5 * time.Second // without any packet; twice that in all

	// connectionID is the length in bytes of those that a site gives out. They
	// are long because quic-go answers packets of up to 42 bytes with no
	// stateless reset, and a wire.Ping is to be longer than that. (A keep-alive
	// is not.)
	connectionID = 8

	streamWindow     = 64 << 10 // bytes, at first
	connectionWindow = 128 << 10
	maxStreamWindow  = 2 << 20 // 1 MiB in flight carries 80 Mbit/s over 100 ms
	maxWindow        = 4 << 20
)

// Streams that the peer may have open. An agent begins one and the site as many
// as there are conversations; an agent refuses the 33rd by a message, so the
// transport must let it come.
const (
	streamsFromAgent = 8
	streamsFromSite  = 64
)

// Error codes of CONNECTION_CLOSE, RESET_STREAM and STOP_SENDING. Nobody
// decides on them: reasons are texts, and messages are in wire.
const (
	codeClosed      quic.ApplicationErrorCode = 0
	codeSilent      quic.ApplicationErrorCode = 1 // this side has heard nothing for too long
	codeStreamEnded quic.StreamErrorCode      = 0
)

func config() *quic.Config {
	return &quic.Config{
		Versions:                       []quic.Version{quic.Version1},
		HandshakeIdleTimeout:           handshakeTimeout,
		MaxIdleTimeout:                 idleTimeout,
		InitialStreamReceiveWindow:     streamWindow,
		MaxStreamReceiveWindow:         maxStreamWindow,
		InitialConnectionReceiveWindow: connectionWindow,
		MaxConnectionReceiveWindow:     maxWindow,
		MaxIncomingUniStreams:          -1, // a conversation has two directions
		Allow0RTT:                      false,
	}
}

// derive returns a 32-byte key that a site can make again after a restart, and
// nobody else ever. It panics only for a length that SHA-256 cannot expand to.
func derive(id ed25519.PrivateKey, purpose string) [32]byte {
	b, err := hkdf.Key(sha256.New, id.Seed(), nil, purpose, 32)
	if err != nil {
		panic("quic: " + err.Error())
	}
	return [32]byte(b)
}
