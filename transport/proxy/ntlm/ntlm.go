// Package ntlm proves to a proxy that somebody knows a password, in version 2 of
// NTLM (MS-NLMP).
//
// It is no security for what follows: nothing is signed or encrypted, and the
// proxy proves nothing. It speaks no HTTP, no Kerberos and no version 1, and it
// never uses the account of whoever is logged in.
package ntlm

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	//lint:ignore SA1019 NTLM hashes passwords with it (MS-NLMP section 3.3.1)
	"golang.org/x/crypto/md4"
)

// signature is how every message begins.
const signature = "NTLMSSP\x00"

// Flags (MS-NLMP section 2.2.2.5).
const (
	flagUnicode    = 0x00000001
	flagTarget     = 0x00000004
	flagNTLM       = 0x00000200
	flagAlwaysSign = 0x00008000 // which servers want to hear; without a session key it means nothing
	flagExtended   = 0x00080000
	flagInfo       = 0x00800000

	asked = flagUnicode | flagTarget | flagNTLM | flagAlwaysSign | flagExtended
)

// Negotiate returns the first message (section 2.2.1.1), which names nobody:
//
//	0  signature  8  type 1  12  flags  16  domain: none  24  workstation: none
func Negotiate() []byte {
	b := append([]byte(signature), 1, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, asked)
	return append(b, make([]byte, 16)...)
}

// Authenticate answers a challenge. A user may be DOMAIN\NAME or NAME@DOMAIN. No
// error contains the password.
func Authenticate(said []byte, user, password string) ([]byte, error) {
	c, err := parse(said)
	if err != nil {
		return nil, err
	}
	var mine [8]byte
	rand.Read(mine[:])
	return c.answer(user, password, mine, fileTime(time.Now())), nil
}

// fileTime counts 100 ns since 1601 (section 2.3, FILETIME).
func fileTime(t time.Time) (b [8]byte) {
	const until1970 = 116444736000000000
	binary.LittleEndian.PutUint64(b[:], uint64(t.UnixNano()/100+until1970))
	return b
}

// answer is the third message (section 2.2.1.3). The offsets are those of its
// fields, each of which is a length, the same again, and a place behind them:
//
//	0   signature    12  LM response    28  domain  44  workstation: none   60  flags
//	8   type 3       20  NT response    36  user    52  session key: none
func (c challenge) answer(user, password string, mine, now [8]byte) []byte {
	domain, name, ok := strings.Cut(user, `\`)
	if !ok {
		domain, name = "", user
	}
	key := responseKey(domain, name, password)
	lm, nt := c.responses(key, mine, now)
	b := append([]byte(signature), 3, 0, 0, 0)
	const head = 64
	var data []byte
	for _, field := range [][]byte{lm, nt, unicode(domain), unicode(name), nil, nil} {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(field)))
		b = binary.LittleEndian.AppendUint16(b, uint16(len(field)))
		b = binary.LittleEndian.AppendUint32(b, uint32(head+len(data)))
		data = append(data, field...)
	}
	b = binary.LittleEndian.AppendUint32(b, c.flags&(asked|flagInfo))
	return append(b, data...)
}

// responses are those of section 3.3.2. Who says the time gets no LM response.
func (c challenge) responses(key []byte, mine, now [8]byte) (lm, nt []byte) {
	lm = append(sum(key, c.nonce, mine[:]), mine[:]...)
	if c.time != nil {
		lm, now = make([]byte, len(lm)), [8]byte(c.time)
	}
	said := slices.Concat([]byte{1, 1, 0, 0, 0, 0, 0, 0}, now[:], mine[:], make([]byte, 4), c.info, make([]byte, 4))
	return lm, append(sum(key, c.nonce, said), said...)
}

// responseKey is NTOWFv2 of section 3.3.2.
func responseKey(domain, name, password string) []byte {
	h := md4.New()
	h.Write(unicode(password))
	return sum(h.Sum(nil), unicode(strings.ToUpper(name)), unicode(domain))
}

func sum(key []byte, parts ...[]byte) []byte {
	h := hmac.New(md5.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// unicode is UTF-16 as Windows writes it.
func unicode(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// challenge is what the second message says (section 2.2.1.2).
type challenge struct {
	flags uint32
	nonce []byte // 8 bytes
	info  []byte // target information, as it came
	time  []byte // 8 bytes of it; nil: none
}

// maxChallenge bounds the second message, in bytes. The answer repeats most of
// it, and its lengths have 16 bits.
const maxChallenge = 16 << 10

// parse reads a second message:
//
//	0  signature  8  type 2  12  target name  20  flags  24  nonce  32  nothing  40  target information
func parse(b []byte) (c challenge, err error) {
	if len(b) < 32 || len(b) > maxChallenge || !bytes.HasPrefix(b, []byte(signature+"\x02\x00\x00\x00")) {
		return c, errors.New("its challenge is not one of NTLM")
	}
	c.flags, c.nonce = binary.LittleEndian.Uint32(b[20:]), b[24:32]
	if c.flags&flagUnicode == 0 {
		return c, errors.New("it speaks NTLM as before Windows 2000")
	}
	if c.flags&flagInfo == 0 || len(b) < 48 {
		return c, nil
	}
	size, at := int(binary.LittleEndian.Uint16(b[40:])), int64(binary.LittleEndian.Uint32(b[44:]))
	if at+int64(size) > int64(len(b)) {
		return c, errors.New("its challenge is shorter than it says")
	}
	c.info = b[at:][:size]
	c.time, err = timeOf(c.info)
	return c, err
}

// timeOf looks for the time in target information, which is a list of
// (section 2.2.2.1): number, length, value. Number 0 ends it.
func timeOf(info []byte) (time []byte, err error) {
	const end, timestamp = 0, 7
	for len(info) >= 4 {
		id, size := binary.LittleEndian.Uint16(info), int(binary.LittleEndian.Uint16(info[2:]))
		if info = info[4:]; size > len(info) {
			break
		}
		switch {
		case id == end:
			return time, nil
		case id == timestamp && size == 8:
			time = info[:size]
		}
		info = info[size:]
	}
	if len(info) == 0 {
		return time, nil
	}
	return nil, errors.New("its challenge cannot be read")
}
