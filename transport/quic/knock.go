package quic

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/ipv4"

	"jump/transport/wire"
)

// A knock is a datagram that goes before a call, from the same address:
//
//	nonce (16) | HMAC-SHA256 over the nonce (32)
//
// Its key follows from the names of agent and site. Whoever does not know them
// gets no answer from an agent that listens, not even that there is one. It
// keeps strangers out of the handshake and proves nothing: that is done by the
// handshake.
const (
	nonceSize = 16
	knockSize = nonceSize + sha256.Size
)

type knockKey [sha256.Size]byte

func newKnockKey(agent, site wire.ID) knockKey {
	text := append([]byte("jump knock 1\x00"), agent[:]...)
	return sha256.Sum256(append(text, site[:]...))
}

func (k knockKey) make() []byte {
	b := make([]byte, nonceSize, knockSize)
	rand.Read(b)
	return append(b, k.tag(b)...)
}

func (k knockKey) tag(nonce []byte) []byte {
	m := hmac.New(sha256.New, k[:])
	m.Write(nonce)
	return m.Sum(nil)
}

func (k knockKey) fits(b []byte) bool {
	return len(b) == knockSize && hmac.Equal(b[nonceSize:], k.tag(b[:nonceSize]))
}

// guests are the addresses that have knocked. A guest that is not heard of for
// a while has to knock again.
type guests struct {
	key knockKey

	mu   sync.Mutex
	seen map[netip.AddrPort]time.Time
}

// Bounds of guests.
const (
	maxGuests  = 64
	guestStays = time.Minute // without a packet; a tunnel says something every 15 s
)

// admits reports whether a packet is for the transport: it is no knock, and it
// comes from who has knocked.
func (g *guests) admits(packet []byte, from net.Addr) bool {
	a, ok := from.(*net.UDPAddr)
	if !ok {
		return false
	}
	at, now := a.AddrPort(), time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.key.fits(packet) {
		g.enterLocked(at, now)
		return false
	}
	last, known := g.seen[at]
	if !known || now.Sub(last) > guestStays {
		return false
	}
	g.seen[at] = now
	return true
}

// enterLocked lets the longest silent go if there is no room.
func (g *guests) enterLocked(at netip.AddrPort, now time.Time) {
	if _, known := g.seen[at]; !known && len(g.seen) >= maxGuests {
		var oldest netip.AddrPort
		for a, last := range g.seen {
			if !oldest.IsValid() || last.Before(g.seen[oldest]) {
				oldest = a
			}
		}
		delete(g.seen, oldest)
	}
	g.seen[at] = now
}

// door is the socket on which an agent listens. What is not for the transport
// is read as an empty packet, which quic-go skips.
type door struct {
	*net.UDPConn
	batch  *ipv4.PacketConn
	guests *guests
}

func newDoor(pc *net.UDPConn, key knockKey) *door {
	return &door{pc, ipv4.NewPacketConn(pc), &guests{key: key, seen: map[netip.AddrPort]time.Time{}}}
}

// ReadFrom is how quic-go reads on Windows.
func (d *door) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := d.UDPConn.ReadFrom(b)
	if err == nil && !d.guests.admits(b[:n], from) {
		n = 0
	}
	return n, from, err
}

// ReadBatch is how quic-go reads elsewhere.
func (d *door) ReadBatch(ms []ipv4.Message, flags int) (int, error) {
	n, err := d.batch.ReadBatch(ms, flags)
	for i := range ms[:max(n, 0)] {
		if m := &ms[i]; !d.guests.admits(m.Buffers[0][:m.N], m.Addr) {
			m.N = 0
		}
	}
	return n, err
}

// knocker is the socket of one call: every packet goes after a knock, until the
// first one has come back.
type knocker struct {
	*net.UDPConn
	batch *ipv4.PacketConn
	key   knockKey
	quiet atomic.Bool // something has come back
}

func newKnocker(pc *net.UDPConn, key knockKey) *knocker {
	return &knocker{UDPConn: pc, batch: ipv4.NewPacketConn(pc), key: key}
}

func (k *knocker) knock(to net.Addr) error {
	if k.quiet.Load() {
		return nil
	}
	_, err := k.UDPConn.WriteTo(k.key.make(), to)
	return err
}

// WriteTo is how quic-go writes on Windows.
func (k *knocker) WriteTo(b []byte, to net.Addr) (int, error) {
	if err := k.knock(to); err != nil {
		return 0, err
	}
	return k.UDPConn.WriteTo(b, to)
}

// WriteMsgUDP is how quic-go writes elsewhere.
func (k *knocker) WriteMsgUDP(b, oob []byte, to *net.UDPAddr) (n, oobn int, err error) {
	if err := k.knock(to); err != nil {
		return 0, 0, err
	}
	return k.UDPConn.WriteMsgUDP(b, oob, to)
}

// ReadFrom is how quic-go reads on Windows.
func (k *knocker) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := k.UDPConn.ReadFrom(b)
	if err == nil {
		k.quiet.Store(true)
	}
	return n, from, err
}

// ReadBatch is how quic-go reads elsewhere.
func (k *knocker) ReadBatch(ms []ipv4.Message, flags int) (int, error) {
	n, err := k.batch.ReadBatch(ms, flags)
	if n > 0 {
		k.quiet.Store(true)
	}
	return n, err
}
