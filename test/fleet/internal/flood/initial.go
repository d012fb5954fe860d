// Package flood attacks a site of one's own: first packets of QUIC handshakes
// from addresses that are nobody's, and connections over TCP that never say what
// they want.
//
// It is not for other hosts: it refuses targets outside of 127.0.0.0/8.
package flood

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"

	"jump/transport/wire"
)

// Sizes of an Initial packet (RFC 9000 section 14.1 and 17.2.2).
const (
	packetSize = 1200
	idSize     = 8
	headerSize = 1 + 4 + 1 + idSize + 1 + idSize + 1 + 2 + 4 // with a token of no length and a packet number of 4 bytes
	tagSize    = 16
	sampleSize = 16
)

// initialSalt is that of QUIC version 1 (RFC 9001 section 5.2).
var initialSalt = []byte{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a}

// Hello returns what an agent's TLS says first: it makes a site work.
func Hello() ([]byte, error) {
	config := &tls.QUICConfig{TLSConfig: &tls.Config{MinVersion: tls.VersionTLS13, NextProtos: []string{wire.ALPN},
		InsecureSkipVerify: true, CurvePreferences: []tls.CurveID{tls.X25519}}} // so that one packet holds it; nobody answers
	c := tls.QUICClient(config)
	defer c.Close()
	c.SetTransportParameters(append([]byte{0x0f, idSize}, make([]byte, idSize)...)) // initial_source_connection_id: zeros
	if err := c.Start(context.Background()); err != nil {
		return nil, err
	}
	for {
		switch e := c.NextEvent(); e.Kind {
		case tls.QUICWriteData:
			return e.Data, nil
		case tls.QUICNoEvent:
			return nil, errors.New("TLS says nothing")
		}
	}
}

// Packet returns the first packet of a handshake with a connection id of its
// own: it decrypts, and holds the hello.
func Packet(hello []byte) ([]byte, error) {
	p := make([]byte, 0, packetSize)
	p = append(p, 0xc3, 0, 0, 0, 1, idSize) // long header, Initial, a packet number of 4 bytes
	id := make([]byte, idSize)
	rand.Read(id)
	p = append(p, id...)
	p = append(p, idSize)
	p = append(p, make([]byte, idSize)...) // source: zeros
	p = append(p, 0)                       // no token
	p = binary.BigEndian.AppendUint16(p, 0x4000|uint16(packetSize-headerSize+4))
	p = append(p, 0, 0, 0, 0) // packet number
	frames := append([]byte{0x06, 0}, binary.BigEndian.AppendUint16(nil, 0x4000|uint16(len(hello)))...)
	frames = append(frames, hello...)
	room := packetSize - headerSize - tagSize - len(frames)
	if room < 0 {
		return nil, fmt.Errorf("a hello of %d bytes does not fit into a packet", len(hello))
	}
	return seal(p, append(frames, make([]byte, room)...), id) // padding frames are zeros
}

// seal encrypts a packet with the keys that follow from its connection id (RFC
// 9001 section 5).
func seal(header, frames, id []byte) ([]byte, error) {
	key, iv, mask, err := keys(id)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	packet := aead.Seal(header, iv, frames, header) // the packet number is 0, so the nonce is the IV
	hide, err := aes.NewCipher(mask)
	if err != nil {
		return nil, err
	}
	var m [sampleSize]byte
	hide.Encrypt(m[:], packet[headerSize:headerSize+sampleSize])
	packet[0] ^= m[0] & 0x0f
	for i := range 4 {
		packet[headerSize-4+i] ^= m[1+i]
	}
	return packet, nil
}

// keys are those of a client's Initial packets (RFC 9001 section 5.1 and 5.2).
func keys(id []byte) (key, iv, mask []byte, err error) {
	secret, err := hkdf.Extract(sha256.New, id, initialSalt)
	if err == nil {
		secret, err = expand(secret, "client in", 32)
	}
	for _, k := range []struct {
		to    *[]byte
		label string
		size  int
	}{{&key, "quic key", 16}, {&iv, "quic iv", 12}, {&mask, "quic hp", 16}} {
		if err == nil {
			*k.to, err = expand(secret, k.label, k.size)
		}
	}
	return key, iv, mask, err
}

// expand is HKDF-Expand-Label (RFC 8446 section 7.1) without a context.
func expand(secret []byte, label string, size int) ([]byte, error) {
	label = "tls13 " + label
	info := append([]byte{0, byte(size), byte(len(label))}, label...)
	return hkdf.Expand(sha256.New, secret, string(append(info, 0)), size)
}
